"""Populations: LIF neurons of all kinds. description/sources.py has spike and current sources.

A description keeps what the user gave. What can be checked without a machine is checked here. In
`fixed_pt` du, dv and vth are the chip's registers; in `floating_pt` du and dv are fractions of 1.
Example: `LIF(3, du=4095, dv=4095, vth=240)`, or in floats `LIF(3, du=1.0, dv=1.0, vth=240)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from loihi_emu.chip.formats import NOISE_EXPONENTS, NOISE_OFFSETS
from loihi_emu.compiler import Trace
from loihi_emu.description.validation import (
    instance_of,
    one_of,
    real_numbers,
    whole_number,
)
from loihi_emu.errors import ParameterError

_MANY = 2**31 - 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Population:
    """A group of `n` neurons whose spikes connections can read.

    Parameters
    ----------
    n : int
        Number of neurons, at least 1.
    name : str
        Shown in errors and tables.
    """

    n: int
    name: str = ""

    def __post_init__(self) -> None:
        whole_number(f"{type(self).__name__} n", self.n, (1, _MANY))
        instance_of(f"{type(self).__name__} name", self.name, str, "a string")

    @property
    def label(self) -> str:
        """The name, or the kind."""
        return self.name or getattr(self, "kind", type(self).__name__)


NOISE_TARGETS = ("u", "v")
"""What noise is added to: the input of a step, which u integrates, or u on its way to v."""

NOISE_STEP = 64
"""What one unit of a noise's offset adds to its draw (nengo-loihi NoiseState)."""


@dataclass(frozen=True)
class Noise:
    """Uniform noise: each neuron gets (draw + 64 * offset) * 2^(exponent - 7) in each step.

    The draw is uniform in the machine's `noise_range`, -128..127 or -127..127. The result is
    rounded toward zero. It has the scale of u and v in fixed point, where a weight of 1 adds 64.
    The draw depends on seed, population, step and neuron alone, not on the run's random source.

    Parameters
    ----------
    exponent : int
        0..23.
    offset : int
        -128..127; 64 times it is added to the draw.
    target : {'u', 'v'}
        'u': added to the input of the step. 'v': added to u on its way to v.

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
            if value is not None and real_numbers(f"{self.label} {key}", value).ndim != 0:
                raise ParameterError(
                    f"{self.label} {key} has shape {np.shape(value)}; "
                    "allowed: one number for the population"
                )
        for key in ("bias_mant", "bias_exp", "u", "v"):
            checked = real_numbers(f"{self.label} {key}", getattr(self, key), (self.n,))
            object.__setattr__(self, key, checked)
        if self.noise is not None:
            instance_of(f"{self.label} noise", self.noise, Noise, "a Noise or None")
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

    In each step the current u decays and takes the input; the voltage v decays and takes u and the
    bias. A neuron whose v exceeds vth spikes, and v becomes 0.

    Parameters
    ----------
    n : int
    du, dv : float
        Decay of current and voltage, one number for the population: 0..4095 in fixed point, 0..1
        in float. The largest value forgets everything in a step, 0 forgets nothing.
    vth : float
        Threshold. In fixed point 0..131071; v is compared with vth * 2^6.
    bias_mant, bias_exp : array_like
        The bias is bias_mant * 2^bias_exp, for each neuron; -4096..4095 and 0..7 in fixed point.
    u, v : array_like
        Initial current and voltage. In fixed point they are 24-bit registers, where a weight of 1
        adds 64.
    noise : Noise, optional
    name : str

    Returns
    -------
    Neurons

    Raises
    ------
    ParameterError
        A value is not a number or has the wrong shape. Ranges are checked by the simulator, which
        knows the machine.

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
        The reset comes before each step t with t mod reset_interval = reset_offset mod
        reset_interval.
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
    """LIF neurons with a refractory period: after a spike v stays 0, while u continues.

    Parameters
    ----------
    n : int
    refractory_period : int
        Steps for which v stays 0, at least 1.
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
        Thresholds; vth_lo is at most vth_hi.
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
    """
    for key, value in (("vth_hi", vth_hi), ("vth_lo", vth_lo)):
        if real_numbers(f"TernaryLIF {key}", value).ndim:
            raise ParameterError(f"TernaryLIF {key} is {value!r}; allowed: one number")
    if not vth_lo <= vth_hi:
        raise ParameterError(f"TernaryLIF vth_lo is {vth_lo}; allowed: up to vth_hi = {vth_hi}")
    return Neurons(kind="TernaryLIF", n=n, spike_above=vth_hi, spike_below=vth_lo, **parameters)


def LearningLIF(  # noqa: N802
    n: int, *, vth: float = 10, y1: Trace | str | None = None, y2: Trace | str | None = None,
    y3: Trace | str | None = None, **parameters: Any,
) -> Neurons:  # fmt: skip
    """LIF neurons that keep y1, y2 and y3 and give them to plastic connections as third factors.

    Parameters
    ----------
    n : int
    vth : float
    y1, y2, y3 : Trace, 'third_factor' or None
        A Trace: a trace of the neuron's own spikes. 'third_factor': the input that arrives at
        `ThirdFactor(population)`, clipped to 0..127 in fixed point. None: 0, unless set.
    **parameters
        As for `LIF`.

    Returns
    -------
    Neurons
        Give it as `third_factor` to a `Dense` or `Sparse` connection.
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
    """The third-factor input of a `LearningLIF`; use it as `post` of a static connection.

    Parameters
    ----------
    population : Neurons
        Made by `LearningLIF` with at least one of y1, y2, y3 = 'third_factor'.
    """

    population: Neurons

    def __post_init__(self) -> None:
        instance_of("ThirdFactor population", self.population, Neurons, "a LearningLIF")
        if "third_factor" not in self.population.y:
            raise ParameterError(
                f"{self.population.label} takes no third factor; "
                "make it with LearningLIF(..., y1='third_factor')"
            )

    @property
    def n(self) -> int:
        """Neurons."""
        return self.population.n
