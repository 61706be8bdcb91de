"""Fixed point: the draws of a block of synapses, and the call of a rule's kernel."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.loops import copy, copy_indexed, repeat_tile, splat
from loihi_emu.kernels.llvm.indirect_call import call_fixed
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.memory.records import SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    draws_of,
    epoch_of,
    index_of,
    input_rows_of,
    literal_of,
    log_slot_of,
    neural_of,
    post_of,
    post_offset16_of,
    pre_of,
    tile_pre_of,
    variable_rows_of,
    wide_of,
)
from loihi_emu.kernels.random.threefry import block_draws, logged_draws, row_draws, sparse_row_draws

_GROUP: Final = 64
"""Draws that a loop makes at once: it makes as many together, and those left over one by one."""

assert BLOCK % _GROUP == 0


@jit
def draw_row(c: Any, m: Any, epoch: Any, i: Any, start: Any, base: Any, first: Any, n: Any) -> None:
    """Draws of n synapses of pre neuron i, each its own. Arguments as in learning/row_update.py."""
    draws = draws_of(m)
    if not c.sparse:
        row_draws(c.synaptic_key, epoch, i, base + first, n, draws)
        return
    offsets = post_offset16_of(m)[c.post_offset16 + start :]
    sparse_row_draws(c.synaptic_key, epoch, i, base, offsets, n, draws)


@jit
def draw_logged(c: Any, m: Any, n: Any) -> None:
    """Draws of n synapses, each in an epoch of its own."""
    if c.draw_kind == SHARED_DRAWS:
        copy_indexed(draws_of(m), index_of(m)[c.logged_draws :], log_slot_of(m), n)
    else:
        whole = (n + _GROUP - 1) // _GROUP * _GROUP
        logged_draws(c.synaptic_key, epoch_of(m), pre_of(m), post_of(m), whole, draws_of(m))


@jit
def log_draw(c: Any, m: Any, slot: Any, synaptic: Any) -> None:
    """Log the draw that a connection shares in one epoch."""
    index_of(m)[c.logged_draws + slot] = synaptic


@jit
def list_tile_columns(m: Any, columns: Any, n_columns: Any, n_rows: Any) -> None:
    """List the post neurons of a block of chosen columns of so many rows, for draw_tiles."""
    posts = post_of(m)
    copy(posts, columns, n_columns)
    repeat_tile(posts, n_columns, n_rows)


@jit
def draw_tiles(c: Any, m: Any, epoch: Any, n_columns: Any, n_rows: Any) -> None:
    """Draws of the listed columns of chosen rows of a dense connection."""
    pres, rows = tile_pre_of(m), pre_of(m)
    for tile in range(n_rows):
        splat(pres, rows[tile], tile * n_columns, n_columns)
    block_draws(c.synaptic_key, epoch, pres, post_of(m), n_columns * n_rows, draws_of(m))


@jit
def call_kernel(c: Any, m: Any, n: Any, u: Any) -> None:
    """Run the rule's kernel on the n synapses of the block's rows."""
    literal = literal_of(m)
    call_fixed(
        c.kernel, np.int64(n), np.int64(u), neural_of(m)[c.rewards :], literal[c.literals :],
        literal[c.synapse_format :], variable_rows_of(m), input_rows_of(m), draws_of(m),
        wide_of(m)[c.counts :],
    )  # fmt: skip
