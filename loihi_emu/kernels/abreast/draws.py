"""Draws of all variants: each from its own seed, or from its own connection's shared draws.

The same bits as kernels/counter.py and chip/random_bits.py give a variant alone; the loops run over
variants, whose keys differ, so that they are vectors.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.chip.counter import OF_TRACES
from loihi_emu.kernels.abreast import WIDTH
from loihi_emu.kernels.abreast.registers import repeat
from loihi_emu.kernels.counter import LANES, TRACE_LANES, philox
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
_HALF: Final = np.uint32(16)
_WORD: Final = np.uint64(32)
_OF_TRACES: Final = np.uint32(OF_TRACES)
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
    seeds, draws = seeds_of(m)[c.draws * _WIDTH :], draws_of(m)
    for group in range((n + LANES - 1) // LANES):
        _eight(
            seeds, np.uint64(first // LANES + group), np.uint64(pre), np.uint64(epoch),
            np.uint64(c.stream), draws[group * LANES * _WIDTH :],
        )  # fmt: skip


@jit
def _eight(seeds: Any, group: Any, pre: Any, epoch: Any, stream: Any, out: Any) -> None:
    """All draws of one call a variant; its own function, or the loop is no vector."""
    for v in range(_WIDTH):
        c0, c1, c2, c3 = philox(group, pre, epoch, stream, seeds[v], seeds[v] >> _WORD)
        out[v], out[_WIDTH + v] = np.uint16(c0), np.uint16(c0 >> _HALF)
        out[2 * _WIDTH + v], out[3 * _WIDTH + v] = np.uint16(c1), np.uint16(c1 >> _HALF)
        out[4 * _WIDTH + v], out[5 * _WIDTH + v] = np.uint16(c2), np.uint16(c2 >> _HALF)
        out[6 * _WIDTH + v], out[7 * _WIDTH + v] = np.uint16(c3), np.uint16(c3 >> _HALF)


@jit
def decay_draws(c: Any, m: Any, trace: Any, step: Any, first: Any, n: Any) -> None:
    """Decays' bits of neurons `first` .. `first + n - 1`; `first` is the first of its four.

    Up to three more are written.
    """
    seeds, draws = seeds_of(m)[c.draws * _WIDTH :], draws_of(m)
    for group in range((n + TRACE_LANES - 1) // TRACE_LANES):
        _four(
            seeds, np.uint64(first // TRACE_LANES + group), np.uint64(trace + 1),
            np.uint64(step), np.uint64(np.uint32(c.stream) | _OF_TRACES),
            draws[group * TRACE_LANES * _WIDTH :],
        )  # fmt: skip


@jit
def _four(seeds: Any, group: Any, trace: Any, step: Any, stream: Any, out: Any) -> None:
    """The decays' bits of one call a variant; its own function, or the loop is no vector."""
    for v in range(_WIDTH):
        c0, c1, c2, c3 = philox(group, trace, step, stream, seeds[v], seeds[v] >> _WORD)
        out[v], out[_WIDTH + v] = np.uint16(c0), np.uint16(c1)
        out[2 * _WIDTH + v], out[3 * _WIDTH + v] = np.uint16(c2), np.uint16(c3)
