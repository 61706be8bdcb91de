"""Spike lists: made from a source's events, or from the flags that a population's step left."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.gather.loops import nonzero_indices
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.by_mode import variants_of
from loihi_emu.kernels.memory.views import index_of, pointer_of, structure_of, times_of, wide_of
from loihi_emu.kernels.threads.partition import partition_edge, thread_range


@jit
def emit(p: Any, m: Any, t: Any) -> None:
    """Spikes of a source in step t, the same in all variants: each thread lists its share."""
    index, structure, pointer, width = index_of(m), structure_of(m), pointer_of(m), variants_of(m)
    row = (t - 1) % p.event_steps if p.repeats else t - 1
    low, high = np.int64(0), np.int64(0)
    if row < p.event_steps:
        low, high = pointer[p.event_pointer + row], pointer[p.event_pointer + row + 1]
    count = high - low
    for k in range(count * m.thread_index // m.threads, count * (m.thread_index + 1) // m.threads):
        neuron, payload = (
            structure[p.events + 2 * (low + k)],
            structure[p.events + 2 * (low + k) + 1],
        )
        for v in range(k * width, (k + 1) * width):
            index[p.spikes + v] = neuron * width + v - k * width
            index[p.payloads + v] = payload
    if m.thread_index == 0:
        wide_of(m)[p.count] = count * width


@jit
def relay(p: Any, m: Any, t: Any) -> None:
    """Spikes that a relay kept `relay_steps` steps ago: each thread lists its share of them."""
    index, wide = index_of(m), wide_of(m)
    row = t % p.relay_steps
    first, count = p.relay + 2 * p.n * row, wide[p.relay_counts + row]
    thread, threads = m.thread_index, m.threads
    for k in range(count * thread // threads, count * (thread + 1) // threads):
        index[p.spikes + k] = index[first + k]
        index[p.payloads + k] = index[first + p.n + k]
    if thread == 0:
        wide[p.count] = count


@jit
def keep_for_relay(p: Any, source: Any, m: Any, t: Any) -> None:
    """Keep a population's spikes of step t: each thread its share of them.

    After the relay has listed what it kept in the same place, and the population its spikes.
    """
    index, wide = index_of(m), wide_of(m)
    row = t % p.relay_steps
    first, count = p.relay + 2 * p.n * row, wide[source.count]
    thread, threads = m.thread_index, m.threads
    for k in range(count * thread // threads, count * (thread + 1) // threads):
        index[first + k] = index[source.spikes + k]
        index[first + p.n + k] = index[source.payloads + k]
    if thread == 0:
        wide[p.relay_counts + row] = count


@jit
def list_own_spikes(p: Any, m: Any) -> None:
    """List this thread's neurons that spiked, with payloads (+1, or -1 for a flag of 2).

    Others may still read the last step's one list: several threads list elsewhere, see
    `merge_spike_lists`.
    """
    flags, index = times_of(m)[p.flags :], index_of(m)
    first, last = thread_range(m, p.n)
    spikes, payloads = index[p.spikes + first :], index[p.payloads + first :]
    if m.threads > 1:
        spikes, payloads = (
            index[p.thread_spike_lists + first :],
            index[p.thread_spike_lists + p.n + first :],
        )
    count = nonzero_indices(flags, first, last, spikes)
    for k in range(count):
        payloads[k] = 1 if flags[spikes[k]] == 1 else -1
    wide_of(m)[p.thread_spike_counts + m.thread_index] = count


@jit
def merge_spike_lists(p: Any, m: Any) -> None:
    """One list of the threads' lists, in the order of neurons: each puts its own in place."""
    index, wide = index_of(m), wide_of(m)
    if m.threads == 1:
        wide[p.count] = wide[p.thread_spike_counts]
        return
    before = np.int64(0)
    for thread in range(m.thread_index):
        before += wide[p.thread_spike_counts + thread]
    own, first = (
        wide[p.thread_spike_counts + m.thread_index],
        p.thread_spike_lists + partition_edge(p.n, m.thread_index, m.threads),
    )
    spikes, payloads = index[p.spikes + before :], index[p.payloads + before :]
    listed, given = index[first:], index[first + p.n :]
    for k in range(own):
        spikes[k] = listed[k]
        payloads[k] = given[k]
    if m.thread_index == m.threads - 1:
        wide[p.count] = before + own
