"""The spikes of two populations on one axis of events, as the kernels read them.

An *event* is a distinct time at which any neuron of either population spikes. Two trains
[0, 3] and [3, 7] have the events 0, 3, 7 and are stored as event indices 0, 1, 1, 2 with the
offsets 0, 2, 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.offline import checks


@dataclass(frozen=True)
class Trains:
    """Spike times of a population, neuron by neuron.

    Parameters
    ----------
    times : ndarray, shape (spikes,)
    offsets : ndarray of int64, shape (neurons + 1,)
        `times[offsets[n]:offsets[n + 1]]` are neuron n's, strictly increasing.
    """

    times: checks.Times
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return self.offsets.size - 1


@dataclass(frozen=True)
class Events:
    """Two populations on the axis of their events.

    Parameters
    ----------
    times : ndarray of float64, shape (events,)
        Increasing; whole steps are exact up to `checks.LATEST_TIME`.
    pre, post : ndarray of int64
        Event of each spike, in the order of the trains.
    """

    times: NDArray[np.float64]
    pre: NDArray[np.int64]
    post: NDArray[np.int64]


def trains_of(name: str, processes: Iterable[ArrayLike]) -> Trains:
    """A population's spike processes, checked."""
    several = checks.several(name, processes)
    times = [checks.spike_process(f"{name}[{i}]", process) for i, process in enumerate(several)]
    sizes = np.array([0, *(train.size for train in times)], dtype=np.int64)
    joined = np.concatenate(times) if times else np.zeros(0, dtype=np.int64)
    return Trains(np.asarray(joined), np.cumsum(sizes))


def events_of(pre: Trains, post: Trains) -> Events:
    """The events of two populations."""
    times = np.concatenate((pre.times, post.times))
    distinct, index = np.unique(times, return_inverse=True)
    return Events(distinct.astype(np.float64), index[: pre.times.size], index[pre.times.size :])
