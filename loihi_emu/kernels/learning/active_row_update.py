"""Rows in which few synapses can change: only these are listed, from many rows into one block.

If every product of a pre spike has a y trace as a factor, a synapse can change only if its post
neuron had a trace in the epoch or spiked. These post neurons are the active set. In a quiet network
they are few, so most of a row's draws, inputs and updates are left out. The bits are the same, as
0 would be added to the other synapses. Fixed and floating point share it (kernels/mode); all other
rows: learning/row_update.py.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.bitset import add_nonzero, clear, select_members
from loihi_emu.kernels.gather.loops import LIST_CAPACITY, fill, nonzero_indices, splat
from loihi_emu.kernels.gather.prefetch_rows import prefetch_row
from loihi_emu.kernels.gather.sparse_index import panel_pair, panel_pairs
from loihi_emu.kernels.learning.active_row_inputs import fill_listed_inputs, fill_listed_pre
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK
from loihi_emu.kernels.memory.records import N_TRACES, N_X, SHARED_DRAWS
from loihi_emu.kernels.memory.shared_words import PHASE_ROWS
from loihi_emu.kernels.memory.views import (
    bitsets_of,
    epoch_of,
    index_of,
    place_of,
    post_of,
    post_offset16_of,
    pre_of,
    pre_step_of,
    spiked_pre_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.mode.block_update import point_to_block, update_block
from loihi_emu.kernels.mode.kernel_call import draw_logged
from loihi_emu.kernels.threads.partition import thread_range
from loihi_emu.kernels.threads.work_stealing import next_stolen_range, stripe_part

_WORD: Final = BITSET_BITS


@jit
def build_active_set(c: Any, m: Any) -> None:
    """The set of this thread's post neurons that had a trace in the epoch, or spiked."""
    active, traces = bitsets_of(m)[c.active_post :], traces_of(m)
    first, last = thread_range(m, c.n_post)
    clear(active, first, last)
    add_nonzero(active, times_of(m)[c.post_spike_step :], first, last)
    for trace in range(N_X, N_TRACES):
        if wide_of(m)[c.trace_is_live + trace]:
            start = c.y_history + (trace - N_X) * (c.epoch + 1) * c.n_post
            for s in range(c.epoch + 1):
                add_nonzero(active, traces[start + s * c.n_post :], first, last)


@jit
def update_listed(c: Any, m: Any, n: Any) -> None:
    """The epoch of n listed synapses."""
    if n == 0:
        return
    fill_listed_inputs(c, m, n)
    if c.draw_kind != SHARED_DRAWS:
        draw_logged(c, m, n)
    update_block(c, m, n)


@jit
def append_active(c: Any, m: Any, i: Any, k: Any, count: Any) -> Any:
    """Add to a block of `count` the active synapses of row i in a pair of panels; how many.

    What is in the block learns where it would not hold them all.
    """
    low, middle, high, base = panel_pair(c, m, i, k)
    active = bitsets_of(m)[c.active_post + base // _WORD :]
    place, pre, post, pre_times = place_of(m), pre_of(m), post_of(m), pre_step_of(m)
    time = np.int32(times_of(m)[c.pre_spike_step + i])
    for start in range(low, high, LIST_CAPACITY):
        n = min(LIST_CAPACITY, high - start)
        if count + n > LIST_CAPACITY:
            update_listed(c, m, count)
            count = 0
        offsets = post_offset16_of(m)[c.post_offset16 + start :]
        found = select_members(
            active, offsets, n, middle - start, start, base, place, post, count
        )  # fmt: skip
        splat(pre, np.int32(i), count, found - count)
        splat(pre_times, time, count, found - count)
        fill_listed_pre(c, m, i, count, found - count)
        count = found
    return count


@jit
def update_active_rows(c: Any, m: Any, epoch: Any, steals: Any) -> None:
    """Rows of the pre neurons that spiked in the epoch; the active set is complete."""
    point_to_block(c, m)
    fill(epoch_of(m), epoch, BLOCK)
    count: Any = 0
    owner, claim, unit, end = next_stolen_range(c, m, PHASE_ROWS, m.thread_index, -1, steals)
    while unit < end:
        count = append_rows(c, m, epoch, owner, unit, end, count)
        owner, claim, unit, end = next_stolen_range(c, m, PHASE_ROWS, owner, claim, steals)
    update_listed(c, m, count)


@jit
def append_rows(
    c: Any, m: Any, epoch: Any, owner: Any, unit: Any, end: Any, count: Any
) -> Any:  # fmt: skip
    """Add to a block of `count` the rows of those neurons of a claimed range that spiked."""
    spiked, learned, n = spiked_pre_of(m), index_of(m)[max(c.last_learned_epoch, 0) :], 0
    while unit < end:
        first, last, unit = stripe_part(c, m, owner, unit, end)
        n += nonzero_indices(times_of(m)[c.pre_spike_step :], first, last, spiked[n:])
    for q in range(n):
        prefetch_row(c, m, spiked, q, n)
        i = np.int64(spiked[q])
        if c.defers_post_updates:
            learned[i] = epoch
        for k in panel_pairs(c):
            count = append_active(c, m, i, k, count)
    return count
