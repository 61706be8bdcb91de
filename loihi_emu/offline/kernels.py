"""The compiled loops of the matrix functions; importing this module imports numba.

All of them count time in *events*, the distinct spike times of a run in order. A *response* is
a row [event]: by how much a weight would change if the partner neuron spiked in that event.
`fill_*` compute the responses of some source neurons; `sum_at_spikes` adds each up over the
events in which a partner did spike. `index[offsets[n]:offsets[n + 1]]` are neuron n's events.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

_Loop = TypeVar("_Loop", bound=Callable[..., None])


def _compiled(loop: _Loop) -> _Loop:
    """`loop`, compiled at its first call: the one place that says how."""
    return cast(_Loop, numba.njit(loop))


@_compiled
def find_references(
    events: NDArray[np.float64], reach: float, reference: NDArray[np.float64]
) -> None:
    """Into `reference`, the latest reference time of each event: a new one after every `reach`."""
    latest = 0.0
    for e in range(events.size):
        if e == 0 or events[e] - latest > reach:
            latest = events[e]
        reference[e] = latest


@_compiled
def fill_earlier(
    response: NDArray[np.float64],
    sources: NDArray[np.int64],
    index: NDArray[np.int64],
    offsets: NDArray[np.int64],
    amplitude: float,
    grow: NDArray[np.float64],
    shrink: NDArray[np.float64],
    rebase: NDArray[np.float64],
) -> None:
    """`amplitude` times the sum of exp((s - t) / tau) over a source's spikes s before event t."""
    for row in range(sources.size):
        spike, end = offsets[sources[row]], offsets[sources[row] + 1]
        total = 0.0  # of exp((s - reference) / tau)
        for e in range(response.shape[1]):
            total *= rebase[e]
            response[row, e] = amplitude * (total * shrink[e])
            if spike < end and index[spike] == e:
                total += grow[e]
                spike += 1


@_compiled
def add_later(
    response: NDArray[np.float64],
    sources: NDArray[np.int64],
    index: NDArray[np.int64],
    offsets: NDArray[np.int64],
    amplitude: float,
    grow: NDArray[np.float64],
    shrink: NDArray[np.float64],
    rebase: NDArray[np.float64],
) -> None:
    """Add `amplitude` times the sum of exp((t - s) / tau) over a source's spikes s after t."""
    for row in range(sources.size):
        begin, spike = offsets[sources[row]], offsets[sources[row] + 1] - 1
        total = 0.0  # of exp((reference - s) / tau)
        for e in range(response.shape[1] - 1, -1, -1):
            response[row, e] += amplitude * (total * grow[e])
            if spike >= begin and index[spike] == e:
                total += shrink[e]
                spike -= 1
            total *= rebase[e]


@_compiled
def fill_hats(
    response: NDArray[np.float64],
    sources: NDArray[np.int64],
    index: NDArray[np.int64],
    offsets: NDArray[np.int64],
    amplitude: float,
    sigma: float,
    reach: float,
    events: NDArray[np.float64],
) -> None:
    """Sum of Mexican hats of width `sigma` around a source's spikes, each cut off at `reach`."""
    for row in range(sources.size):
        response[row, :] = 0.0
        first = 0
        for spike in range(offsets[sources[row]], offsets[sources[row] + 1]):
            centre = events[index[spike]]
            while centre - events[first] > reach:
                first += 1
            e = first
            while e < events.size and events[e] - centre <= reach:
                square = ((events[e] - centre) / sigma) ** 2
                response[row, e] += amplitude * ((1.0 - square) * math.exp(-0.5 * square))
                e += 1


@_compiled
def sum_at_spikes(
    changes: NDArray[np.float64],
    response: NDArray[np.float64],
    sources: NDArray[np.int64],
    synapses: NDArray[np.int64],
    synapse_offsets: NDArray[np.int64],
    partners: NDArray[np.int64],
    index: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> None:
    """To each synapse of a source, add the source's response at the partner's spikes.

    `synapses[synapse_offsets[n]:synapse_offsets[n + 1]]` are those of source n; `partners` and
    `changes` are indexed by synapse.
    """
    for row in range(sources.size):
        for i in range(synapse_offsets[sources[row]], synapse_offsets[sources[row] + 1]):
            partner = partners[synapses[i]]
            total = 0.0
            for spike in range(offsets[partner], offsets[partner + 1]):
                total += response[row, index[spike]]
            changes[synapses[i]] += total
