"""Populations: LIF neurons of all kinds, spike sources, input currents and third-factor traces.

A description holds what the user said, checked as far as it can be without a machine: in `fixed_pt`
du, dv and vth are the chip's registers, in `floating_pt` du and dv are fractions (Lava's meaning).
Example: `LIF(3, du=4095, dv=4095, vth=240)`, or in floats `LIF(3, du=1.0, dv=1.0, vth=240)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.chip.formats import NOISE_EXPONENTS, NOISE_OFFSETS
from loihi_emu.compiler import Trace
from loihi_emu.errors import ParameterError
from loihi_emu.network.checks import one_of, real_numbers, whole_number, whole_numbers

_MANY = 2**31 - 1
SPIKE_PAYLOADS = (-(2**23), 2**23 - 1)
"""Graded payloads, 24 bits signed (Lava s_out precision 24)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Population:
    """Something with `n` neurons whose spikes connections can read.

    Parameters
    ----------
    n : int
        Neurons, at least 1.
    name : str
        Shown in errors and tables; empty for the network to choose.
    """

    n: int
    name: str = ""

    def __post_init__(self) -> None:
        whole_number(f"{type(self).__name__} n", self.n, (1, _MANY))

    @property
    def label(self) -> str:
        """The name, or the kind."""
        return self.name or getattr(self, "kind", type(self).__name__)


NOISE_TARGETS = ("u", "v")
"""What noise is added to: a step's input, which decays with u, or the sum that v takes."""

NOISE_STEP = 64
"""What one unit of a noise's offset adds to its draw (nengo-loihi NoiseState)."""


@dataclass(frozen=True)
class Noise:
    """Uniform noise of each neuron in each step: (draw + 64 * offset) * 2^(exponent - 7).

    The draw is the machine's `noise_range`, -128..127 or -127..127; the result loses its fraction
    toward zero and is on the scale of u and v (fixed point), where 64 is one unit of weight. Draws
    are a function of seed, population, step and neuron, whatever the run's random source.

    Parameters
    ----------
    exponent : int
        0..23.
    offset : int
        Mantissa offset in steps of 64, -128..127.
    target : {'u', 'v'}
        Added to the step's input, or to u on its way to v.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> Noise(exponent=7, target="v")
    Noise(exponent=7, offset=0, target='v')
    """

    exponent: int
    offset: int = 0
    target: str = "u"

    def __post_init__(self) -> None:
        whole_number("Noise exponent", self.exponent, NOISE_EXPONENTS)
        whole_number("Noise offset", self.offset, NOISE_OFFSETS)
        one_of("Noise target", self.target, NOISE_TARGETS)


@dataclass(frozen=True, eq=False, kw_only=True)
class Neurons(Population):
    """LIF neurons of any kind; the kinds below set what they need.

    Attributes
    ----------
    kind : str
        Shown in errors where there is no name.
    du, dv : float
        Decay of u and v: registers 0..4095 in fixed point, fractions 0..1 in float.
    spike_above, spike_below : float or None
        Thresholds; a spike below has payload -1. None: never.
    bias_mant, bias_exp, u, v : [n] array
    reset_interval, reset_offset, refractory_period : int or None
    noise : Noise or None
    y : tuple of three (Trace, 'third_factor' or None)
        Traces that a learning LIF keeps of its own spikes or receives; see LearningLIF.
    """

    kind: str = "LIF"
    du: float = 0
    dv: float = 0
    spike_above: float | None = 10
    spike_below: float | None = None
    bias_mant: ArrayLike = 0
    bias_exp: ArrayLike = 0
    u: ArrayLike = 0
    v: ArrayLike = 0
    reset_interval: int | None = None
    reset_offset: int = 0
    refractory_period: int | None = None
    noise: Noise | None = None
    y: tuple[Trace | str | None, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("du", "dv", "spike_above", "spike_below"):
            value = getattr(self, key)
            if value is not None:
                if np.ndim(value) != 0:
                    raise ParameterError(
                        f"{self.label} {key} has shape {np.shape(value)}; "
                        "allowed: one number for the population"
                    )
                real_numbers(f"{self.label} {key}", value)
        for key in ("bias_mant", "bias_exp", "u", "v"):
            checked = real_numbers(f"{self.label} {key}", getattr(self, key), (self.n,))
            object.__setattr__(self, key, checked)
        if self.reset_interval is not None:
            whole_number(f"{self.label} reset_interval", self.reset_interval, (1, _MANY))
            whole_number(f"{self.label} reset_offset", self.reset_offset, (0, _MANY))
        if self.refractory_period is not None:
            whole_number(f"{self.label} refractory_period", self.refractory_period, (1, _MANY))


def LIF(  # noqa: N802
    n: int, *, du: float = 0, dv: float = 0, vth: float = 10, bias_mant: ArrayLike = 0,
    bias_exp: ArrayLike = 0, u: ArrayLike = 0, v: ArrayLike = 0, noise: Noise | None = None,
    name: str = "",
) -> Neurons:  # fmt: skip
    """Leaky integrate-and-fire neurons.

    Parameters
    ----------
    n : int
    du, dv : float
        Decay of current and voltage: 0..4095 (fixed point) or 0..1 (float). Scalars.
    vth : float
        Spike when v exceeds vth (fixed point: vth << 6; 0..131071).
    bias_mant, bias_exp : array_like
        Bias mantissa * 2^exponent per neuron; -4096..4095 and 0..7 in fixed point.
    u, v : array_like
        Initial current and voltage, as the 24-bit state holds them.
    noise : Noise, optional
    name : str

    Returns
    -------
    Neurons

    Raises
    ------
    ParameterError
        A value is no number or of the wrong shape; ranges are checked against the machine.

    Examples
    --------
    >>> LIF(2, du=4095, dv=4095, vth=240).n
    2
    """
    return Neurons(n=n, du=du, dv=dv, spike_above=vth, bias_mant=bias_mant, bias_exp=bias_exp,
                   u=u, v=v, noise=noise, name=name)  # fmt: skip


def LIFReset(  # noqa: N802
    n: int, *, reset_interval: int, reset_offset: int = 0, vth: float = 10, **parameters: Any
) -> Neurons:
    """LIF neurons whose u and v are set to 0 every `reset_interval` steps.

    Parameters
    ----------
    n : int
    reset_interval : int
        Steps between resets, at least 1.
    reset_offset : int
        A reset comes before the step t with t mod interval = offset mod interval.
    vth : float
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
    """
    return Neurons(kind="LIFReset", n=n, spike_above=vth, reset_interval=reset_interval,
                   reset_offset=reset_offset, **parameters)  # fmt: skip


def LIFRefractory(  # noqa: N802
    n: int, *, refractory_period: int, vth: float = 10, **parameters: Any
) -> Neurons:
    """LIF neurons that rest after a spike: v stays 0, u goes on.

    Parameters
    ----------
    n : int
    refractory_period : int
        Steps that v rests after a spike, at least 1.
    vth : float
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
    """
    return Neurons(
        kind="LIFRefractory",
        n=n,
        spike_above=vth,
        refractory_period=refractory_period,
        **parameters,
    )


def TernaryLIF(  # noqa: N802
    n: int, *, vth_hi: float, vth_lo: float, **parameters: Any
) -> Neurons:
    """LIF neurons that spike +1 above `vth_hi` and -1 below `vth_lo`.

    Parameters
    ----------
    n : int
    vth_hi, vth_lo : float
        Thresholds, vth_lo not above vth_hi.
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
    """
    if not vth_lo <= vth_hi:
        raise ParameterError(f"TernaryLIF vth_lo is {vth_lo}; allowed: up to vth_hi = {vth_hi}")
    return Neurons(kind="TernaryLIF", n=n, spike_above=vth_hi, spike_below=vth_lo, **parameters)


def LearningLIF(  # noqa: N802
    n: int, *, vth: float = 10, y1: Trace | str | None = None, y2: Trace | str | None = None,
    y3: Trace | str | None = None, **parameters: Any,
) -> Neurons:  # fmt: skip
    """LIF neurons that send y1..y3 to the learning connections they are the third factor of.

    Parameters
    ----------
    n : int
    vth : float
    y1, y2, y3 : Trace, 'third_factor' or None
        A trace of the neurons' own spikes, the input that arrives at `ThirdFactor(population)`
        (kept in 0..127 in fixed point), or 0 unless set.
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
        Pass it as `third_factor` of a `Dense` or `Sparse`.
    """
    y = (y1, y2, y3)
    for index, value in enumerate(y, 1):
        if not (value is None or isinstance(value, Trace) or value == "third_factor"):
            raise ParameterError(
                f"LearningLIF y{index} is {value!r}; allowed: a Trace, 'third_factor' or None"
            )
    return Neurons(kind="LearningLIF", n=n, spike_above=vth, y=y, **parameters)


@dataclass(frozen=True, eq=False)
class ThirdFactor:
    """The third-factor input of a learning LIF, as the post side of a static connection.

    Parameters
    ----------
    population : Neurons
        Made by `LearningLIF` with at least one y that is 'third_factor'.
    """

    population: Neurons

    def __post_init__(self) -> None:
        if "third_factor" not in self.population.y:
            raise ParameterError(
                f"{self.population.label} takes no third factor; "
                "make it with LearningLIF(..., y1='third_factor')"
            )

    @property
    def n(self) -> int:
        """Neurons."""
        return self.population.n


@dataclass(frozen=True, eq=False)
class CurrentInput:
    """Currents given as an array, added to a population's input in their own step.

    Parameters
    ----------
    population : Neurons
    values : [step, neuron] array_like
        Row 0 is step 1; whole numbers in fixed point (shifted by 6 as synaptic input is).
    repeat : bool
        Start again after the last row; otherwise nothing more arrives.
    """

    population: Neurons
    values: ArrayLike
    repeat: bool = False

    def __post_init__(self) -> None:
        values = real_numbers("CurrentInput values", self.values)
        if values.ndim != 2 or values.shape[1] != self.population.n:
            raise ParameterError(
                f"CurrentInput values have shape {values.shape}; "
                f"allowed: [step, {self.population.n}]"
            )
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, eq=False)
class RewardSource:
    """Rewards of a learning connection: they make r0 and r1 of its rule.

    r0 is 1 where the epoch has been rewarded. r1 is a trace with the rule's r1 impulse and tau, 8
    bits signed in fixed point: in each step it decays, then takes as many impulses as the step's
    reward says. Products read both as they are when the epoch ends.

    Parameters
    ----------
    values : [step] array_like
        Row 0 is step 1; 0 is no reward, whole numbers -128..127 in fixed point.
    repeat : bool
        Start again after the last row; otherwise nothing more is given.

    Raises
    ------
    ParameterError
        Not a one-dimensional array of numbers.

    Examples
    --------
    >>> RewardSource([0, 1, 0, -1]).values.tolist()
    [0.0, 1.0, 0.0, -1.0]
    """

    values: ArrayLike
    repeat: bool = False

    def __post_init__(self) -> None:
        values = real_numbers("RewardSource values", self.values)
        if values.ndim != 1 or values.size == 0:
            raise ParameterError(f"RewardSource values have shape {values.shape}; allowed: [step]")
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, eq=False)
class TraceSource:
    """Third-factor traces given as arrays: they replace y1..y3 of a connection in every step.

    Parameters
    ----------
    y1, y2, y3 : [step, post] array_like or None
        Row 0 is step 1; 0..127 in fixed point. None: 0.
    repeat : bool
        Start again after the last row; otherwise 0.
    """

    y1: ArrayLike | None = None
    y2: ArrayLike | None = None
    y3: ArrayLike | None = None
    repeat: bool = False

    def __post_init__(self) -> None:
        given = {
            name: real_numbers(f"TraceSource {name}", value)
            for name in ("y1", "y2", "y3")
            if (value := getattr(self, name)) is not None
        }
        shapes = {array.shape for array in given.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2:
            raise ParameterError(
                f"TraceSource arrays have shapes {sorted(map(str, shapes))}; "
                "allowed: one shape [step, post]"
            )
        for name in ("y1", "y2", "y3"):
            array = given.get(name, np.zeros(next(iter(shapes))))
            object.__setattr__(self, name, array)

    def stacked(self) -> NDArray[np.float64]:
        """All three as [step, trace, post]."""
        return np.stack([np.asarray(self.y1), np.asarray(self.y2), np.asarray(self.y3)], axis=1)


@dataclass(frozen=True, eq=False, kw_only=True)
class SpikeEvents(Population):
    """A source of given spikes; made by `SpikeSource` or `SpikeSource.from_events`.

    Parameters
    ----------
    steps, neurons, payloads : [event] int64 array
        Sorted by step; step 1 is the first.
    length : int
        Steps after which the source repeats or falls silent.
    repeat : bool
    """

    steps: NDArray[np.int64]
    neurons: NDArray[np.int64]
    payloads: NDArray[np.int64]
    length: int
    repeat: bool = False


class SpikeSource(SpikeEvents):
    """Spikes from a raster.

    Parameters
    ----------
    raster : [step, neuron] array_like
        0 or 1, or payloads of graded spikes; row 0 is step 1.
    repeat : bool
        Start again after the last row; otherwise the source falls silent.
    name : str

    Raises
    ------
    ParameterError
        Not a two-dimensional array of whole numbers.

    Examples
    --------
    >>> SpikeSource([[0, 1], [0, 0], [1, 1]]).steps.tolist()
    [1, 3, 3]
    """

    def __init__(self, raster: ArrayLike, *, repeat: bool = False, name: str = "") -> None:
        array = whole_numbers("SpikeSource raster", raster, SPIKE_PAYLOADS)
        if array.ndim != 2 or array.shape[1] == 0:
            raise ParameterError(
                f"SpikeSource raster has shape {array.shape}; allowed: [step, neuron]"
            )
        steps, neurons = np.nonzero(array)
        super().__init__(
            n=array.shape[1],
            name=name,
            steps=steps + 1,
            neurons=neurons,
            payloads=array[steps, neurons],
            length=array.shape[0],
            repeat=repeat,
        )

    @staticmethod
    def from_events(
        steps: ArrayLike,
        neurons: ArrayLike,
        *,
        n: int,
        payloads: ArrayLike = 1,
        length: int | None = None,
        repeat: bool = False,
        name: str = "",
    ) -> SpikeEvents:
        """A source from spike times.

        Parameters
        ----------
        steps, neurons : [event] array_like
            Step (1 is the first) and neuron (0..n-1) of each spike, in any order, none twice.
        n : int
            Neurons.
        payloads : array_like
            One a spike, or one for all; not 0.
        length : int, optional
            Steps of the record; the last spike's by default.
        repeat : bool
        name : str

        Returns
        -------
        SpikeEvents

        Raises
        ------
        ParameterError
            A step or neuron out of range, or a neuron that spikes twice in a step.
        """
        whole_number("SpikeSource n", n, (1, _MANY))
        t = whole_numbers("SpikeSource steps", steps, (1, length or _MANY)).reshape(-1)
        i = whole_numbers("SpikeSource neurons", neurons, (0, n - 1), t.shape).reshape(-1)
        p = whole_numbers("SpikeSource payloads", payloads, SPIKE_PAYLOADS, t.shape)
        if not p.all():
            raise ParameterError("SpikeSource payloads hold 0; a spike's payload is not 0")
        order = np.lexsort((i, t))
        t, i, p = t[order], i[order], p[order]
        twice = np.flatnonzero((np.diff(t) == 0) & (np.diff(i) == 0))
        if twice.size:
            raise ParameterError(
                f"SpikeSource neuron {i[twice[0]]} spikes twice in step {t[twice[0]]}"
            )
        end = length if length is not None else int(t.max(initial=0))
        return SpikeEvents(
            n=n, name=name, steps=t, neurons=i, payloads=p, length=max(end, 1), repeat=repeat
        )
