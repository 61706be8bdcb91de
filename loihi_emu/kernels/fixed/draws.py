"""Draws of a block of synapses and the call of a rule's kernel, in fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.call import call_fixed
from loihi_emu.kernels.counter import synaptic_draw
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.tables import SHARED_DRAWS


@jit
def draw_row(
    c: Any, constants: Any, block: Any, epoch: Any, synaptic: Any, i: Any, start: Any, first: Any,
    n: Any,
) -> None:  # fmt: skip
    """Draws of n synapses of pre neuron i: one for all, or each its own."""
    if c.draw_kind == SHARED_DRAWS:
        block.draws[:n] = synaptic
        return
    for k in range(n):
        post = constants.index[c.indices + start + k] if c.sparse else first + k
        block.draws[k] = synaptic_draw(c.seed, c.stream, epoch, i, post)


@jit
def draw_scattered(c: Any, block: Any, epoch: Any, synaptic: Any, n: Any) -> None:
    """Draws of n gathered synapses."""
    if c.draw_kind == SHARED_DRAWS:
        block.draws[:n] = synaptic
        return
    for k in range(n):
        block.draws[k] = synaptic_draw(c.seed, c.stream, epoch, block.row[k], block.column[k])


@jit
def call_kernel(c: Any, arenas: Any, block: Any, n: Any, u: Any) -> None:
    """Run the rule's kernel on n synapses of the block."""
    call_fixed(
        c.kernel, np.int64(n), np.int64(u), arenas.literal[c.rewards :],
        arenas.literal[c.literals :], arenas.literal[c.form :], block.variables, block.inputs,
        block.draws, arenas.wide[c.counts :],
    )  # fmt: skip
