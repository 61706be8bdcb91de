"""What a network is given as arrays: spikes, input currents, rewards and third-factor traces.

Row 0 of an array is step 1. Example: `SpikeSource([[0, 1], [0, 0], [1, 1]])` has two neurons, which
spike in steps 1 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.validation import (
    instance_of,
    real_numbers,
    whole_number,
    whole_numbers,
)
from loihi_emu.errors import ParameterError

_MANY = 2**31 - 1
SPIKE_PAYLOADS = (-(2**23), 2**23 - 1)
"""Graded payloads, 24 bits signed (Lava s_out precision 24)."""


@dataclass(frozen=True, eq=False)
class CurrentInput:
    """Currents from an array; each row is added to a population's input in its step.

    Parameters
    ----------
    population : Neurons
    values : [step, neuron] array_like
        Row 0 is step 1. In fixed point they are whole numbers, on the scale of weights: u takes
        64 times the value.
    repeat : bool
        Start again after the last row. Otherwise nothing more arrives.
    """

    population: Neurons
    values: ArrayLike
    repeat: bool = False

    def __post_init__(self) -> None:
        instance_of("CurrentInput population", self.population, Neurons, "a population of LIF")
        values = real_numbers("CurrentInput values", self.values)
        if values.ndim != 2 or values.shape[1] != self.population.n:
            raise ParameterError(
                f"CurrentInput values have shape {values.shape}; "
                f"allowed: [step, {self.population.n}]"
            )
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, eq=False)
class RewardSource:
    """Rewards of a plastic connection, from which its rule gets r0 and r1.

    r0 is 1 if the epoch had a reward, else 0. r1 is a trace with the rule's r1 impulse and tau. In
    each step it decays, and then the reward of the step times the impulse is added. In fixed point
    r1 has 8 bits and a sign. Products read r0 and r1 at the end of the epoch.

    Parameters
    ----------
    values : [step] array_like
        Row 0 is step 1. 0 means no reward. In fixed point whole numbers -128..127.
    repeat : bool
        Start again after the last row. Otherwise there is no more reward.

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
    """Third-factor traces from arrays; they replace y1, y2 and y3 of a connection in every step.

    Parameters
    ----------
    y1, y2, y3 : [step, post] array_like or None
        Row 0 is step 1. In fixed point 0..127. None: 0.
    repeat : bool
        Start again after the last row. Otherwise the traces are 0.
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
    """A source of given spikes; `SpikeSource` and `SpikeSource.from_events` make it.

    Parameters
    ----------
    steps, neurons, payloads : [event] int64 array
        Sorted by step; step 1 is the first.
    length : int
        Number of steps after which the source starts again or falls silent.
    repeat : bool
    """

    steps: NDArray[np.int64]
    neurons: NDArray[np.int64]
    payloads: NDArray[np.int64]
    length: int
    repeat: bool = False


class SpikeSource(SpikeEvents):
    """A population whose spikes are given, as a raster.

    Parameters
    ----------
    raster : [step, neuron] array_like
        0: no spike. Any other whole number: a spike with this payload. Row 0 is step 1.
    repeat : bool
        Start again after the last row. Otherwise the source falls silent.
    name : str

    Raises
    ------
    ParameterError
        The raster is not a two-dimensional array of whole numbers.

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
        """A population whose spikes are given, as a list.

        Parameters
        ----------
        steps, neurons : [event] array_like
            Step (the first is 1) and neuron (0..n-1) of each spike, in any order. A neuron spikes
            at most once in a step.
        n : int
            Number of neurons.
        payloads : array_like
            One number for each spike, or one for all; not 0.
        length : int, optional
            Number of steps after which the source repeats; by default the step of the last spike.
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
        if length is not None:
            whole_number("SpikeSource length", length, (1, _MANY))
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
