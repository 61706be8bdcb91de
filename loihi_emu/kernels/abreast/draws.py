"""Draws of all variants: each from its own seed, or from its own connection's shared draws.

The same bits as kernels/counter.py and chip/random_bits.py give a variant alone.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.kernels.abreast import WIDTH
from loihi_emu.kernels.abreast.registers import DRAWN_AT_ONCE, draw_groups, repeat
from loihi_emu.kernels.counter import LANES, of_neurons
from loihi_emu.kernels.fixed.memory import (
    decay_of,
    draws_of,
    impulse_of,
    synaptic_draw_of,
)
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.memory import MEMORY
from loihi_emu.kernels.pointers import array_at, record_at
from loihi_emu.kernels.tables import N_TRACES

_WIDTH: Final = WIDTH
_RECORD_BYTES: Final = MEMORY.itemsize

seeds_of = array_at("seeds", types.uint64)
"""Seeds by connection and variant."""

record_of = record_at(MEMORY)


@jit
def variant(records: Any, v: Any) -> Any:
    """The memory record of a variant: its shared draws; that of the first holds everything else."""
    return record_of(records + v * _RECORD_BYTES)


@jit
def shared_decays(c: Any, records: Any, trace: Any, s: Any, out: Any) -> None:
    """A trace's decay draw of each variant, at the s-th step of this call."""
    for v in range(_WIDTH):
        m = variant(records, v)
        out[v] = decay_of(m)[((N_TRACES + 1) * c.draws + trace) * m.chunk + s]


@jit
def shared_impulse(c: Any, records: Any, v: Any, which: Any, s: Any) -> Any:
    """An impulse draw of one variant: of x, of y where a spike repeats, of y."""
    m = variant(records, v)
    return impulse_of(m)[(3 * c.draws + which) * m.chunk + s]


@jit
def repeat_synaptic(c: Any, records: Any, m: Any, s: Any, n: Any) -> None:
    """Each variant's synaptic draw, for n synapses of all variants."""
    draws = draws_of(m)
    for v in range(_WIDTH):
        own = variant(records, v)
        draws[v] = synaptic_draw_of(own)[c.draws * own.chunk + s]
    for at in range(_WIDTH, n, _WIDTH):
        repeat(draws, at)


@jit
def row_draws(c: Any, m: Any, epoch: Any, pre: Any, first: Any, n: Any) -> None:
    """Draws of synapses `first` .. `first + n - 1` of a row; `first` is the first of its eight.

    Up to seven more are written.
    """
    _eights(c, m, np.uint64(c.stream), np.uint64(epoch), np.uint64(pre), first, n)


@jit
def decay_draws(c: Any, m: Any, trace: Any, step: Any, first: Any, n: Any) -> None:
    """Decays' bits of neurons `first` .. `first + n - 1`, as `row_draws`."""
    _eights(c, m, np.uint64(of_neurons(c.stream)), np.uint64(step), np.uint64(trace), first, n)


@jit
def _eights(c: Any, m: Any, stream: Any, time: Any, which: Any, first: Any, n: Any) -> None:
    """All eight draws of calls of the generator, of every variant."""
    seeds, draws = seeds_of(m)[c.draws * _WIDTH :], draws_of(m)
    group, groups = np.uint64(first // LANES), (n + LANES - 1) // LANES
    for v in range(0, _WIDTH, DRAWN_AT_ONCE):
        draw_groups(seeds, v, group, groups, which, time, stream, draws)
