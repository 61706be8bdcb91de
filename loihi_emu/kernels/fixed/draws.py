"""Draws of a block of synapses and the call of a rule's kernel, in fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.call import call_fixed
from loihi_emu.kernels.counter import column_draws, row_draws, scattered_draws
from loihi_emu.kernels.fixed.memory import (
    column_of,
    draws_of,
    input_rows_of,
    literal_of,
    neural_of,
    row_of,
    structure_of,
    variable_rows_of,
    wide_of,
)
from loihi_emu.kernels.jit import jit


@jit
def draw_row(c: Any, m: Any, epoch: Any, i: Any, start: Any, first: Any, n: Any) -> None:
    """Draws of n synapses of pre neuron i, each its own."""
    draws = draws_of(m)
    if not c.sparse:
        row_draws(c.seed, c.stream, epoch, i, first, n, draws)
        return
    indices = structure_of(m)[c.indices + start :]
    column_draws(c.seed, c.stream, epoch, i, indices, n, draws)


@jit
def draw_scattered(c: Any, m: Any, epoch: Any, n: Any) -> None:
    """Draws of n synapses of a sparse connection."""
    scattered_draws(c.seed, c.stream, epoch, row_of(m), column_of(m), n, draws_of(m))


@jit
def draw_tiles(c: Any, m: Any, epoch: Any, columns: Any, n_columns: Any, n_rows: Any) -> None:
    """Draws of chosen columns of chosen rows of a dense connection."""
    draws, rows = draws_of(m), row_of(m)
    for tile in range(n_rows):
        out = draws[tile * n_columns :]
        column_draws(c.seed, c.stream, epoch, rows[tile], columns, n_columns, out)


@jit
def call_kernel(c: Any, m: Any, n: Any, u: Any) -> None:
    """Run the rule's kernel on the n synapses of the block's rows."""
    literal = literal_of(m)
    call_fixed(
        c.kernel, np.int64(n), np.int64(u), neural_of(m)[c.rewards :], literal[c.literals :],
        literal[c.form :], variable_rows_of(m), input_rows_of(m), draws_of(m),
        wide_of(m)[c.counts :],
    )  # fmt: skip
