"""Firing records to spike processes and back.

A *firing record* is an array [step] or [step, neuron] of 0 and 1; a *spike process* holds the
times of one neuron's spikes, strictly increasing. `firing_to_spike_process([0, 1, 0, 1])` is
`[1, 3]`: the first row of a record is step 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.errors import ParameterError
from loihi_emu.offline import checks


def firing_to_spike_process(firing: ArrayLike) -> NDArray[np.int64]:
    """Steps in which one neuron fired.

    Parameters
    ----------
    firing : array_like of bool or 0 and 1, shape (steps,)

    Returns
    -------
    ndarray of int64, shape (spikes,)
        Increasing; the first step is 0.

    Raises
    ------
    ParameterError
        `firing` is not one-dimensional, or holds anything but 0 and 1.

    Examples
    --------
    >>> firing_to_spike_process([1, 0, 0, 1, 1, 0, 0, 1])
    array([0, 3, 4, 7])
    """
    return np.flatnonzero(checks.firing_record("firing", firing, ndim=1)).astype(np.int64)


def firings_to_spike_processes(firings: ArrayLike) -> list[NDArray[np.int64]]:
    """Steps in which each neuron of a record fired.

    Parameters
    ----------
    firings : array_like of bool or 0 and 1, shape (steps, neurons)

    Returns
    -------
    list of ndarray of int64
        One spike process for each neuron.

    Raises
    ------
    ParameterError
        `firings` is not two-dimensional, or holds anything but 0 and 1.

    Examples
    --------
    >>> firings_to_spike_processes([[1, 0], [0, 0], [1, 1]])
    [array([0, 2]), array([2])]
    """
    times, offsets = neuron_major("firings", firings)
    return [times[low:high] for low, high in pairwise(offsets)]


def spike_process_to_firing(
    spike_process: ArrayLike, max_length: int | None = None
) -> NDArray[np.bool_]:
    """Firing record of one neuron.

    Parameters
    ----------
    spike_process : array_like of int, shape (spikes,)
        Steps from 0 on, strictly increasing.
    max_length : int, optional
        Length of the record; without it the record ends with the last spike.

    Returns
    -------
    ndarray of bool, shape (steps,)

    Raises
    ------
    ParameterError
        A spike lies outside the record, or a time is not whole, below 0 or out of order.

    Examples
    --------
    >>> spike_process_to_firing([0, 2], max_length=4).astype(int)
    array([1, 0, 1, 0])
    """
    steps = checks.whole_steps("spike_process", spike_process)
    firing = np.zeros(_length([("spike_process", steps)], max_length), dtype=np.bool_)
    firing[steps] = True
    return firing


def spike_processes_to_firings(
    spike_processes: Iterable[ArrayLike], max_length: int | None = None
) -> NDArray[np.bool_]:
    """Firing record of many neurons.

    Parameters
    ----------
    spike_processes : iterable of array_like of int
        One for each neuron: steps from 0 on, strictly increasing.
    max_length : int, optional
        Length of the record; without it the record ends with the last spike of all.

    Returns
    -------
    ndarray of bool, shape (steps, neurons)

    Raises
    ------
    ParameterError
        As for `spike_process_to_firing`; the message names the neuron.

    Examples
    --------
    >>> spike_processes_to_firings([[0, 2], [], [1]]).astype(int)
    array([[1, 0, 0],
           [0, 0, 1],
           [1, 0, 0]])
    """
    trains = []
    for neuron, process in enumerate(checks.several("spike_processes", spike_processes)):
        name = f"spike_processes[{neuron}]"
        trains.append((name, checks.whole_steps(name, process)))
    firings = np.zeros((_length(trains, max_length), len(trains)), dtype=np.bool_)
    for neuron, (_, steps) in enumerate(trains):
        firings[steps, neuron] = True
    return firings


def neuron_major(name: str, firings: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Steps of all spikes, neuron by neuron, and the offsets at which each neuron's begin."""
    record = checks.firing_record(name, firings, ndim=2)
    neurons, steps = np.nonzero(record.T)
    offsets = np.searchsorted(neurons, np.arange(record.shape[1] + 1))
    return steps.astype(np.int64, copy=False), offsets.astype(np.int64, copy=False)


def _length(trains: Sequence[tuple[str, NDArray[np.int64]]], max_length: int | None) -> int:
    """Steps of a record that holds `trains`, each given with its name."""
    if max_length is None:
        return max((int(steps[-1]) + 1 for _, steps in trains if steps.size), default=0)
    whole = isinstance(max_length, int | np.integer) and not isinstance(max_length, bool)
    if not whole or max_length < 0:
        raise ParameterError(f"max_length is {max_length!r}; it must be a whole number from 0 on")
    for name, steps in trains:
        if steps.size and steps[-1] >= max_length:
            raise ParameterError(
                f"{name} ends with a spike in step {steps[-1]}; "
                f"a record of max_length {max_length} ends with step {max_length - 1}"
            )
    return int(max_length)
