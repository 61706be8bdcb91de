"""Spike lists: from a source's events, or from the flags that a population's step left."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.fixed.memory import (
    index_of,
    pointer_of,
    structure_of,
    times_of,
    wide_of,
)
from loihi_emu.kernels.gathering import spike_list
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.parallel import edge, share


@jit
def emit(p: Any, m: Any, t: Any) -> None:
    """Spikes of a source in step t."""
    index, structure, pointer = index_of(m), structure_of(m), pointer_of(m)
    row = (t - 1) % p.event_steps if p.repeats else t - 1
    count = 0
    if row < p.event_steps:
        low, high = pointer[p.event_pointer + row], pointer[p.event_pointer + row + 1]
        for k in range(low, high):
            index[p.spikes + count] = structure[p.events + 2 * k]
            index[p.payloads + count] = structure[p.events + 2 * k + 1]
            count += 1
    wide_of(m)[p.count] = count


@jit
def collect(p: Any, m: Any) -> None:
    """List this thread's neurons that spiked, with payloads (+1, or -1 for a flag of 2).

    Other threads may still read the last step's joined list: several threads list elsewhere.
    """
    flags, index = times_of(m)[p.flags :], index_of(m)
    first, last = share(m, p.n)
    spikes, payloads = index[p.spikes + first :], index[p.payloads + first :]
    if m.threads > 1:
        spikes, payloads = index[p.listed + first :], index[p.listed + p.n + first :]
    count = spike_list(flags, first, last, spikes)
    for k in range(count):
        payloads[k] = 1 if flags[spikes[k]] == 1 else -1
    wide_of(m)[p.counts + m.thread] = count


@jit
def join(p: Any, m: Any) -> None:
    """One list of the threads' lists, in the order of neurons."""
    index, wide = index_of(m), wide_of(m)
    if m.threads == 1:
        wide[p.count] = wide[p.counts]
        return
    count = 0
    for thread in range(m.threads):
        first = p.listed + edge(p.n, thread, m.threads)
        for k in range(wide[p.counts + thread]):
            index[p.spikes + count] = index[first + k]
            index[p.payloads + count] = index[first + p.n + k]
            count += 1
    wide[p.count] = count
