"""Columns of dense connections: synapses of post neurons that spiked, gathered and scattered back.

Two kinds of rows are left out: those whose pre neurons spiked, as they have learned already; and,
if every product of a post spike has an x trace as a factor, those that had no x trace. The rest is
taken in tiles: the spiking columns of as many rows as a block holds. Fixed and floating point share
it (kernels/mode). Sparse connections have no columns: deferred/catch_up.py.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.bitset import nonzero_mask
from loihi_emu.kernels.gather.loops import (
    copy,
    copy_indexed,
    fill,
    fill_tiles,
    gather_tiles,
    nonzero_indices,
    repeat_tile,
    scatter_tiles,
)
from loihi_emu.kernels.gather.sparse_index import x0_value, y_input_index
from loihi_emu.kernels.llvm.bit_vectors import STORE_WIDTH, count_trailing_zeros
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK
from loihi_emu.kernels.memory.records import AT_Y0, N_TRACES, N_X, SHARED_DRAWS, SLOT_X0, SLOT_Y0
from loihi_emu.kernels.memory.views import (
    inputs_of,
    pre_of,
    spiked_post_of,
    spiked_pre_of,
    structure_of,
    synaptic_of,
    times_of,
    traces_of,
    variables_of,
    wide_of,
)
from loihi_emu.kernels.mode.block_update import point_to_block
from loihi_emu.kernels.mode.kernel_call import call_kernel, draw_tiles, list_tile_columns
from loihi_emu.kernels.threads.partition import thread_range

_WORD: Final = BITSET_BITS
_ONE: Final = np.uint64(1)
_ALL: Final = ~np.uint64(0)


@jit
def update_spiked_columns(c: Any, m: Any, epoch: Any) -> None:
    """Columns of the post neurons that spiked, without the rows already done."""
    first, last = thread_range(m, c.n_post)
    count = nonzero_indices(times_of(m)[c.post_spike_step :], first, last, spiked_post_of(m))
    n_rows = list_rows(c, m, spiked_pre_of(m)) if count else 0
    if n_rows == 0:
        return
    point_to_block(c, m)
    for start in range(0, count, BLOCK):
        update_column_tile(c, m, epoch, start, min(BLOCK, count - start), n_rows)


@jit
def list_rows(c: Any, m: Any, out: Any) -> Any:
    """List the pre neurons whose synapses a post spike can change and no row has; how many."""
    count = 0
    for start in range(0, c.n_pre, _WORD):
        n = min(_WORD, c.n_pre - start)
        bits = _ALL >> np.uint64(_WORD - n)
        if c.post_products_need_x:
            bits &= had_x_trace(c, m, start, n)
        if c.has_x0:
            bits &= ~nonzero_mask(times_of(m)[c.pre_spike_step :], start, n)
        while bits:
            out[count] = start + count_trailing_zeros(bits)
            bits &= bits - _ONE
            count += 1
    return count


@jit
def had_x_trace(c: Any, m: Any, start: Any, n: Any) -> Any:
    """Which of n pre neurons had an x trace in some step of the epoch, or before it."""
    bits = np.uint64(0)
    for trace in range(N_X):
        if wide_of(m)[c.trace_is_live + trace]:
            for step in range(c.epoch + 1):
                history = c.x_history + (trace * (c.epoch + 1) + step) * c.n_pre
                bits |= nonzero_mask(traces_of(m)[history:], start, n)
    return bits


@jit
def update_column_tile(c: Any, m: Any, epoch: Any, first: Any, count: Any, n_rows: Any) -> None:
    """Some spiking columns of the listed rows, as many at once as a block holds."""
    tiles = max(1, (BLOCK - STORE_WIDTH) // count)
    fill_column_inputs(c, m, first, count, min(tiles, c.n_pre))
    if c.draw_kind != SHARED_DRAWS:
        list_tile_columns(m, spiked_post_of(m)[first:], count, min(tiles, c.n_pre))
    for start in range(0, n_rows, tiles):
        n_tiles = min(tiles, n_rows - start)
        copy(pre_of(m), spiked_pre_of(m)[start:], n_tiles)
        update_tile(c, m, epoch, first, count, n_tiles)


@jit
def fill_column_inputs(c: Any, m: Any, first: Any, count: Any, tiles: Any) -> None:
    """Inputs that are the same in every row, once a row of a block.

    Those of spiking post neurons, and x0 where rows that spiked are done already. Products
    that wait for x0 or u are 0 here and need none of theirs.
    """
    structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
    spiked = spiked_post_of(m)[first:]
    for slot in range(c.n_slots):
        code = structure[c.slots + slot]
        out = inputs[slot * BLOCK :]
        moment, trace = code // N_TRACES, code % N_TRACES
        if code == SLOT_Y0:
            copy_indexed(out, times[c.post_spike_count :], spiked, count)
        elif code == SLOT_X0 and c.has_x0:
            fill(out, type(inputs[0])(0), count)
        elif code != SLOT_X0 and trace >= N_X and moment == AT_Y0:
            copy_indexed(out, traces[y_input_index(c, moment, trace, 0) :], spiked, count)
        else:
            continue
        repeat_tile(out, count, tiles)


@jit
def update_tile(c: Any, m: Any, epoch: Any, first: Any, count: Any, n_tiles: Any) -> None:
    """Gather, update and scatter the spiking columns of `n_tiles` rows."""
    synaptic, variables, rows = synaptic_of(m), variables_of(m), pre_of(m)
    spiked = spiked_post_of(m)[first:]
    gather_tiles(variables, synaptic[c.w :], rows, spiked, n_tiles, count, c.n_post)
    if c.d >= 0:
        gather_tiles(variables[BLOCK:], synaptic[c.d :], rows, spiked, n_tiles, count, c.n_post)
    if c.t >= 0:
        tags = variables[2 * BLOCK :]
        gather_tiles(tags, synaptic[c.t :], rows, spiked, n_tiles, count, c.n_post)
    fill_pre_at_y0(c, m, spiked, count, n_tiles)
    if c.draw_kind != SHARED_DRAWS:
        draw_tiles(c, m, epoch, count, n_tiles)
    call_kernel(c, m, n_tiles * count, 0)
    scatter_tiles(variables, synaptic[c.w :], rows, spiked, n_tiles, count, c.n_post)
    if c.d >= 0:
        scatter_tiles(variables[BLOCK:], synaptic[c.d :], rows, spiked, n_tiles, count, c.n_post)
    if c.t >= 0:
        tags = variables[2 * BLOCK :]
        scatter_tiles(tags, synaptic[c.t :], rows, spiked, n_tiles, count, c.n_post)


@jit
def fill_pre_at_y0(c: Any, m: Any, spiked: Any, count: Any, n_tiles: Any) -> None:
    """The block's rows: x0, and x traces at the steps at which the post neurons spiked."""
    structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
    rows, n_pre, one_step = pre_of(m), c.n_pre, c.epoch == 1
    spike_times = times[c.post_spike_step :]
    for slot in range(c.n_slots):
        code = structure[c.slots + slot]
        moment, trace = code // N_TRACES, code % N_TRACES
        out = inputs[slot * BLOCK :]
        if code == SLOT_X0:
            for tile in range(0 if c.has_x0 else n_tiles):
                value = type(inputs[0])(x0_value(c, times, rows[tile]))
                fill(out[tile * count :], value, count)
            continue
        if code == SLOT_Y0 or moment != AT_Y0 or trace >= N_X:
            continue
        own = traces[c.x_history + trace * (c.epoch + 1) * n_pre :]
        if one_step:
            fill_tiles(out, own[n_pre:], rows, n_tiles, count)
            continue
        for tile in range(n_tiles):
            i, at = np.int64(rows[tile]), tile * count
            for k in range(count):
                out[at + k] = own[np.int64(spike_times[spiked[k]]) * n_pre + i]
