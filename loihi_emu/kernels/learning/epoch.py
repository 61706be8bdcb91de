"""One learning epoch: every synapse that can change.

A synapse whose products' dependencies are all 0 does not change. So only the rows of pre neurons
and the columns of post neurons that spiked are given to the rule's kernel. All synapses are given
to it in two cases: a `u` product is due, or adding 0 would change some variable, because it lies
outside what the accumulator can hold (Lava's tag_1 of -257 becomes -256).

Rows lie together in memory and are updated where they are, in blocks (learning/row_update.py).
Columns of dense connections are gathered into a block and scattered back
(learning/column_update.py). Post spikes of sparse connections wait until a row is read
(deferred/catch_up.py). Fixed and floating point share it (kernels/mode); reference/learning.py
defines it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.by_address import flush, log_post_spikes, refresh_rows
from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.gather.sparse_index import panel_segment
from loihi_emu.kernels.learning.active_row_update import build_active_set, update_active_rows
from loihi_emu.kernels.learning.column_update import update_spiked_columns
from loihi_emu.kernels.learning.decimation import is_due
from loihi_emu.kernels.learning.row_update import update_row_segment, update_spiked_rows
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.memory.records import NEVER_CHANGES, SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    draws_of,
    synaptic_draw_of,
    synaptic_of,
    times_of,
    wide_of,
)
from loihi_emu.kernels.threads.barrier import any_thread, barrier, barrier_and_reset_claims
from loihi_emu.kernels.threads.partition import learned_segments, owns_row, thread_range


@jit
def zero_update_changes(c: Any, m: Any) -> Any:
    """Whether some synapse would change although 0 is added to it."""
    if (
        c.zero_update_floor_w == NEVER_CHANGES
        and c.zero_update_floor_t == NEVER_CHANGES
        and not c.unrounded_bits
    ):
        return False
    return any_thread(m, any_zero_update(c, m))


@jit
def any_zero_update(c: Any, m: Any) -> Any:
    """Whether adding 0 changes some synapse that this thread learns."""
    if m.threads == 1:
        return zero_update_changes_within(c, m, 0, c.n_synapses)
    first, last = learned_segments(c, m)
    for k in range(first, last):
        for i in range(c.n_pre):
            if owns_row(c, m, i):
                low, high, _ = panel_segment(c, m, i, k)
                if zero_update_changes_within(c, m, low, high):
                    return True
    return False


@jit
def zero_update_changes_within(c: Any, m: Any, low: Any, high: Any) -> Any:
    """Whether adding 0 changes some synapse of low .. high - 1."""
    if low == high:
        return False
    return (
        any_below(m, c.w, c.zero_update_floor_w, low, high)
        or any_below(m, c.t, c.zero_update_floor_t, low, high)
        or any_unrounded(c, m, low, high)
    )


@jit
def any_unrounded(c: Any, m: Any, low: Any, high: Any) -> Any:
    """Whether some weight has bits that its next update rounds away, if any can."""
    if c.unrounded_bits:
        weights = synaptic_of(m)[c.w :]
        for k in range(low, high):
            if np.int64(weights[k]) & c.unrounded_bits:
                return True
    return False


@jit
def any_below(m: Any, start: Any, floor: Any, low: Any, high: Any) -> Any:
    """Whether some value of a variable lies below `floor`, if any can."""
    if start < 0 or floor == NEVER_CHANGES:
        return False
    values = synaptic_of(m)[start:]
    lowest = values[low]
    for k in range(low, high):
        if values[k] < lowest:
            lowest = values[k]
    return lowest < floor


@jit
def update_all(c: Any, m: Any, epoch: Any, u: Any) -> None:
    """Every synapse of this thread."""
    first, last = learned_segments(c, m)
    for k in range(first, last):
        for i in range(c.n_pre):
            if owns_row(c, m, i):
                update_row_segment(c, m, epoch, k, i, u)


@jit
def update_synapses(c: Any, m: Any, epoch: Any, synaptic: Any) -> Any:
    """The epoch of the synapses that it may change; whether threads stole."""
    wide = wide_of(m)
    wide[c.weights_written_by_rule] = 1
    if not c.spike_factor_is_count:
        times, flags = times_of(m)[c.post_spike_step :], times_of(m)[c.post_spike_count :]
        first, last = thread_range(m, c.n_post)
        for j in range(first, last):
            flags[j] = np.uint8(times[j] > 0)
    u = c.has_u and is_due(c, epoch)
    if c.defers_post_updates and u:
        flush(c, m, epoch - 1)
    everything = u or zero_update_changes(c, m)
    if c.defers_post_updates:
        log_post_spikes(c, m, epoch, synaptic, not everything)
    if c.draw_kind == SHARED_DRAWS:
        fill(draws_of(m), synaptic, BLOCK)
    is_active = c.has_x0 and c.active_post >= 0 and not everything
    if is_active:
        build_active_set(c, m)
    if c.sparse:
        barrier_and_reset_claims(m)
    if everything:
        update_all(c, m, epoch, np.int64(u))
        return False
    steals = is_active and m.threads > 1 and not c.flush_every_epoch
    if is_active:
        update_active_rows(c, m, epoch, steals)
    elif c.has_x0:
        update_spiked_rows(c, m, epoch)
    if c.has_y0 and not c.defers_post_updates:
        update_spiked_columns(c, m, epoch)
    return steals


@jit
def learn(c: Any, m: Any, step: Any, s: Any) -> None:
    """One epoch of connection `c`, which ends with `step`, the s-th of this call.

    Every thread learns its own synapses, between barriers: all histories are complete before, and
    the log of post spikes before rows of a sparse connection learn.
    """
    synaptic = synaptic_draw_of(m)[c.draws * m.draw_stride + s]
    epoch, steals = step // c.epoch, False
    if wide_of(m)[c.enabled]:
        steals = update_synapses(c, m, epoch, synaptic)
    elif c.defers_post_updates:
        log_post_spikes(c, m, epoch, synaptic, False)
        barrier(m)
    if c.defers_post_updates:
        refresh_rows(c, m, epoch, steals)
