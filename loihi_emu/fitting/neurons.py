"""A LIF neuron and its input weights in real numbers to registers.

One unit of the model's voltage becomes `scale` units of v on the chip. A weight of w reaches v as
mantissa * 2^(weight_exp + 6), a threshold as vth * 2^6, a bias as bias_mant * 2^bias_exp. So a
weight exponent decides the scale, and the scale everything else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.synapse_format import low_bits, synapse_format, truncated
from loihi_emu.compiler.values import check_number
from loihi_emu.errors import ParameterError, RuleError
from loihi_emu.fitting.choices import Choice

_SYNAPSES: Final = 8
"""So many synapses of the largest weight may deliver in one step, where nothing else is known."""

_HEADROOM: Final = 2
"""v may rise to so many thresholds before it reaches the end of its register."""


@dataclass(frozen=True)
class FloatLIF:
    """A LIF neuron in real numbers, in steps and in the model's unit of voltage.

    In each step u keeps exp(-1/tau_u) of itself and takes its input, v keeps exp(-1/tau_v) and
    takes u and the bias. Above vth it spikes, and v is 0 again.

    Parameters
    ----------
    vth : float
        Above 0.
    tau_u, tau_v : float
        Time constants in steps, at least 0. 0: nothing is kept.
    bias : float

    Raises
    ------
    RuleError
        A number is out of range.

    Examples
    --------
    >>> FloatLIF(vth=1.0, tau_u=5, tau_v=20)
    FloatLIF(vth=1.0, tau_u=5, tau_v=20, bias=0.0)
    """

    vth: float
    tau_u: float = 0.0
    tau_v: float = 0.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            *check_number("vth", self.vth or -1, 0, None),
            *check_number("tau_u", self.tau_u, 0, None),
            *check_number("tau_v", self.tau_v, 0, None),
            *check_number("bias", abs(self.bias), 0, None),
        ]
        if problems:
            raise RuleError("neuron", problems)


@dataclass(frozen=True)
class WeightFit:
    """How weights stand on the chip.

    Parameters
    ----------
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
    num_weight_bits : int
    unit : float
        One step of the weight register in the ideal's units.
    values : integer array or None
        Registers of the weights given.
    error : float
        Root mean square of what the weights given are off by, in the ideal's units.
    """

    sign_mode: SignMode
    num_weight_bits: int
    unit: float
    values: NDArray[np.int64] | None
    error: float


def sign_mode_of(limits: tuple[float, float]) -> SignMode:
    """The sign mode that a range of weights needs."""
    if limits[0] >= 0:
        return "EXCITATORY"
    return "INHIBITORY" if limits[1] <= 0 else "MIXED"


def fit_weights(
    limits: tuple[float, float],
    weights: NDArray[np.float64] | None,
    machine: Machine,
    num_weight_bits: int,
) -> WeightFit:
    """The unit that brings the range of weights to the ends of the register, and the registers."""
    mode = sign_mode_of(limits)
    low, high = synapse_format("w", machine, mode, num_weight_bits)[3:]
    absent = low_bits(machine, mode, num_weight_bits)
    low, high = -(-low >> absent << absent), high >> absent << absent
    sizes = [abs(limit / end) for limit, end in zip(limits, (low, high), strict=True) if end]
    unit = max(sizes, default=0.0)
    if not unit:
        raise ParameterError(f"limits of the weight are {limits}; allowed: a range other than 0")
    if weights is None:
        return WeightFit(mode, num_weight_bits, unit, None, 0.0)
    step = 1 << absent
    values = np.clip(np.rint(weights / unit / step).astype(np.int64) * step, low, high)
    stored = np.array([truncated(int(v), machine, mode, num_weight_bits) for v in values.ravel()])
    off = stored.reshape(values.shape) * unit - weights
    return WeightFit(mode, num_weight_bits, unit, values, float(np.sqrt(np.mean(off**2))))


@dataclass(frozen=True)
class NeuronFit:
    """Registers of a LIF population.

    Parameters
    ----------
    weight_exp : int
    scale : float
        Units of v for one unit of the model's voltage.
    registers : dict of str to int
        du, dv, vth, bias_mant, bias_exp.
    choices : tuple of Choice
    """

    weight_exp: int
    scale: float
    registers: dict[str, int]
    choices: tuple[Choice, ...]

    @property
    def cost(self) -> float:
        """Sum of squared relative errors of threshold and bias."""
        return sum(
            (one.error / one.asked) ** 2
            for one in self.choices
            if one.name in ("vth", "bias") and one.asked
        )


def fit_neurons(
    neurons: FloatLIF,
    unit: float,
    machine: Machine,
    largest: int,
    step_input: float | None = None,
) -> NeuronFit:
    """Registers of the neurons that weights in steps of `unit` drive.

    Of all weight exponents with which everything fits, the one with the least error of threshold
    and bias; of equal ones the lowest.

    Parameters
    ----------
    neurons : FloatLIF
    unit : float
    machine : Machine
    largest : int
        Greatest magnitude of a weight register.
    step_input : float, optional
        Greatest magnitude of the input of one step, in the model's unit: it must not wrap. By
        default that of eight of the largest weights. Where no exponent can hold it, the lowest one
        is taken, and a choice says what is held.

    Raises
    ------
    ParameterError
        No weight exponent fits.
    """
    most = _SYNAPSES * largest * unit if step_input is None else step_input
    fits = []
    for exponent in (e for e in formats.WEIGHT_EXPONENTS if e >= 0):
        limit = machine.synaptic_input_limit
        if limit is not None and largest << exponent > limit:
            continue
        found = _with_exponent(neurons, unit, machine, exponent, most)
        if found is not None:
            fits.append(found)
    if not fits:
        scale = 2.0**formats.STATE_SHIFT / unit
        raise ParameterError(
            f"vth {neurons.vth:g} and bias {neurons.bias:g} do not fit beside weights in steps of "
            f"{unit:.3g}: vth would be {neurons.vth * scale / 2**formats.STATE_SHIFT:.6g} at the "
            f"lowest exponent; allowed: 1..{formats.THRESHOLD.highest}, and v up to "
            f"{_HEADROOM} vth within {formats.VOLTAGE.highest}"
        )
    held = [one for one in fits if not one.choices[-1].error]
    return min(held or fits[:1], key=lambda one: (one.cost, one.weight_exp))


def largest_input(weights: Sequence[NDArray[np.float64] | None]) -> float | None:
    """Greatest magnitude of one step's input if all synapses deliver: of arrays [post, pre].

    None: an array of these has other dimensions, so that nobody knows what meets in a neuron.
    """
    given = [one for one in weights if one is not None]
    if len(given) < len(weights) or not given or any(one.ndim != 2 for one in given):
        return None
    rises = sum(np.maximum(one, 0).sum(axis=1) for one in given)
    falls = sum(np.maximum(-one, 0).sum(axis=1) for one in given)
    return float(max(np.max(rises), np.max(falls)))


def _with_exponent(
    neurons: FloatLIF, unit: float, machine: Machine, exponent: int, most: float
) -> NeuronFit | None:
    """The registers at one weight exponent; None where one is out of range."""
    shift = formats.STATE_SHIFT
    scale = 2.0 ** (exponent + shift) / unit
    vth = round(neurons.vth * scale / 2**shift)
    if not 1 <= vth <= formats.THRESHOLD.highest:
        return None
    if _HEADROOM * neurons.vth * scale > formats.VOLTAGE.highest:
        return None
    bias = _bias(neurons.bias * scale)
    if bias is None:
        return None
    du, u_choice = _decay("tau_u", neurons.tau_u, machine.du_offset)
    dv, v_choice = _decay("tau_v", neurons.tau_v, machine.dv_offset)
    mantissa, bias_exp = bias
    limit = formats.CURRENT.highest
    if machine.input_bits is not None:
        limit = (1 << (machine.input_bits + shift)) - 1
    choices = (
        Choice("vth", f"vth = {vth}", neurons.vth, vth * 2**shift / scale, "voltage"),
        Choice(
            "bias", f"bias_mant = {mantissa}, bias_exp = {bias_exp}", neurons.bias,
            mantissa * 2.0**bias_exp / scale, "voltage a step",
        ),
        u_choice,
        v_choice,
        Choice("largest input of a step", "u", most, min(most, limit / scale), "voltage"),
    )  # fmt: skip
    registers = {
        "du": du, "dv": dv, "vth": vth, "bias_mant": mantissa, "bias_exp": bias_exp,
    }  # fmt: skip
    return NeuronFit(exponent, scale, registers, choices)


def _bias(value: float) -> tuple[int, int] | None:
    """Mantissa and the least exponent that hold a bias; None where none does."""
    for exponent in range(formats.BIAS_EXPONENT.highest + 1):
        mantissa = round(value / 2**exponent)
        if formats.BIAS_MANTISSA.holds(mantissa):
            return mantissa, exponent
    return None


def _decay(name: str, tau: float, offset: int) -> tuple[int, Choice]:
    """The decay register of u or v."""
    size = formats.DECAY.size
    wanted = math.exp(-1 / tau) if tau else 0.0
    register = min(max(size - offset - round(wanted * size), 0), size - max(offset, 1))
    kept = (size - offset - register) / size
    acts = -1 / math.log(kept) if 0 < kept < 1 else (math.inf if kept else 0.0)
    return register, Choice(name, f"{name.replace('tau_', 'd')} = {register}", tau, acts, "steps")
