"""Spikes through a connection's weights: added where and when they arrive.

Rows of sparse connections first learn what is pending. In a one-to-one connection, as inputs often
have, neuron k delivers to neuron k, and nothing is looked up. Fixed and floating point share it
(kernels/mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.by_address import catch_up
from loihi_emu.kernels.gather.prefetch_rows import find_segments, prefetch_segment
from loihi_emu.kernels.gather.sparse_index import row_segment, segment_base
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.memory.views import (
    index_of,
    neural_of,
    place_of,
    post_offset16_of,
    segment_end_of,
    synaptic_of,
    wide_of,
)
from loihi_emu.kernels.mode.synaptic_input import add_weights, shift_arrivals, single_ring_row
from loihi_emu.kernels.threads.barrier import barrier
from loihi_emu.kernels.threads.partition import thread_range, thread_segments


@jit
def deliver_segment(
    c: Any, source: Any, m: Any, t: Any, start: Any, n: Any, segment: Any
) -> None:  # fmt: skip
    """One part of the weights of n listed neurons that spiked, from the `start`-th on."""
    index = index_of(m)
    spikes, payloads = index[source.spikes + start :], index[source.payloads + start :]
    if not c.sparse:
        for k in range(n):
            low, high, base = row_segment(c, m, np.int64(spikes[k]), segment)
            payload = payloads[k] if c.is_graded else np.int32(1)
            add_weights(c, m, t, low, high, base, payload)
        return
    find_segments(c, m, spikes, n, segment)
    place, end, base = place_of(m), segment_end_of(m), segment_base(c, m, segment)
    ring_row = single_ring_row(c, t)
    if ring_row >= 0 and not c.is_graded:
        add_segments(c, m, ring_row + base, n)
        return
    for k in range(n):
        prefetch_segment(c, m, k, n)
        payload = payloads[k] if c.is_graded else np.int32(1)
        add_weights(c, m, t, place[k], np.int64(end[k]), base, payload)


@jit
def add_segments(c: Any, m: Any, start: Any, n: Any) -> None:
    """The n segments that were found, added at `start`; a synapse costs one addition."""
    total, place, end = neural_of(m)[start:], place_of(m), segment_end_of(m)
    weights, offsets = synaptic_of(m)[c.w :], post_offset16_of(m)[c.post_offset16 :]
    for k in range(n):
        prefetch_segment(c, m, k, n)
        for q in range(place[k], np.int64(end[k])):
            total[offsets[q]] += weights[q]


@jit
def add_one_to_one(c: Any, source: Any, m: Any, start: Any, n: Any) -> None:
    """Add the one weight of n listed neurons, each to this thread's neuron of its number."""
    spikes, payloads = index_of(m)[source.spikes :], index_of(m)[source.payloads :]
    total, weights = neural_of(m)[start:], synaptic_of(m)[c.w :]
    first, last = thread_range(m, c.n_post)
    for k in range(n):
        i = spikes[k]
        if first <= i < last:
            total[i] += weights[i] * (payloads[k] if c.is_graded else np.int32(1))


@jit
def deliver_spikes(c: Any, source: Any, m: Any, t: Any) -> None:
    """The spikes of step t, through the weights as they are by then."""
    index, count = index_of(m), wide_of(m)[source.count]
    if c.defers_post_updates:
        catch_up(c, m, index[source.spikes :], count, (t - 1) // c.epoch)
        barrier(m)
    ring_row = single_ring_row(c, t) if c.one_to_one else np.int64(-1)
    if ring_row >= 0:
        add_one_to_one(c, source, m, ring_row, count)
        return
    first, last = thread_segments(c, m)
    for segment in range(first, last):
        for start in range(0, count, BLOCK):
            n = min(BLOCK, count - start)
            deliver_segment(c, source, m, t, start, n, segment)
    if c.unshifted_ring >= 0 and count > 0:
        shift_arrivals(c, m, t)
