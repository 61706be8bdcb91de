"""What a network is given: spikes, input currents, rewards and third-factor traces, as arrays.

Row 0 of an array is step 1. Example: `SpikeSource([[0, 1], [0, 0], [1, 1]])` has two neurons, which
spike in steps 1 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.validation import real_numbers, whole_number, whole_numbers
from loihi_emu.errors import ParameterError

_MANY = 2**31 - 1
SPIKE_PAYLOADS = (-(2**23), 2**23 - 1)
"""Graded payloads, 24 bits signed (Lava s_out precision 24)."""


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
