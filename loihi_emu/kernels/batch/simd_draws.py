"""Draws of all variants: each variant has keys, or shared draws, of its own.

A variant gets the bits that random/threefry.py and chip/random_bits.py give it when it runs alone.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.chip.counter import WORD_BITS
from loihi_emu.kernels.fixed.trace_impulse import shared_decay_draw
from loihi_emu.kernels.llvm.array_views import array_at, record_address, record_at
from loihi_emu.kernels.llvm.batch_registers import draw_groups, repeat_register
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.address_table import BATCH_MEMORY
from loihi_emu.kernels.memory.views import draws_of, synaptic_draw_of
from loihi_emu.kernels.random.threefry import DRAWS_PER_CALL

_WIDTH: Final = WIDTH
_RECORD_BYTES: Final = BATCH_MEMORY.itemsize

variant_keys_of = array_at("variant_keys", types.uint32)
"""By connection: lower words of the variants' keys of synapses, upper ones, then of neurons."""

WORDS_OF_KEYS: Final = 4
"""Words of a variant's keys of one connection."""

_OF_SYNAPSES, _OF_NEURONS = 0, 2
_UPPER: Final = np.uint64(WORD_BITS)

record_of = record_at(BATCH_MEMORY)


@jit
def variant_memory(m: Any, v: Any) -> Any:
    """The memory record of a variant: its shared draws; that of the first holds everything else."""
    return record_of(record_address(m) + v * _RECORD_BYTES)


@jit
def shared_decays(c: Any, m: Any, trace: Any, s: Any, out: Any) -> None:
    """A trace's decay draw of each variant, at the s-th step of this call."""
    for v in range(_WIDTH):
        out[v] = shared_decay_draw(c, variant_memory(m, v), trace, s)


@jit
def repeat_synaptic(c: Any, m: Any, s: Any, n: Any) -> None:
    """Each variant's synaptic draw, for n synapses of all variants."""
    draws = draws_of(m)
    for v in range(_WIDTH):
        own = variant_memory(m, v)
        draws[v] = synaptic_draw_of(own)[c.draws * own.draw_stride + s]
    for at in range(_WIDTH, n, _WIDTH):
        repeat_register(draws, at)


@jit
def row_draws(c: Any, m: Any, epoch: Any, pre: Any, first: Any, n: Any) -> None:
    """Draws of synapses `first` .. `first + n - 1` of a row; `first` is the first of its four.

    Up to three more are written.
    """
    _draw_calls(c, m, _OF_SYNAPSES, epoch, pre, first, n)


@jit
def decay_draws(c: Any, m: Any, trace: Any, step: Any, first: Any, n: Any) -> None:
    """Decays' bits of neurons `first` .. `first + n - 1`, as `row_draws`."""
    _draw_calls(c, m, _OF_NEURONS, step, trace, first, n)


@jit
def _draw_calls(c: Any, m: Any, kind: Any, time: Any, which: Any, first: Any, n: Any) -> None:
    """All four draws of calls of the generator, of every variant."""
    keys, calls = (
        variant_keys_of(m)[_keys_at(c, kind) :],
        (n + DRAWS_PER_CALL - 1) // DRAWS_PER_CALL,
    )
    call = np.uint32(first // DRAWS_PER_CALL)
    draw_groups(keys, np.uint32(time), np.uint32(which), call, calls, draws_of(m))


@jit
def _keys_at(c: Any, kind: Any) -> Any:
    """Where the words of the variants' keys of one kind lie."""
    return (c.draws * WORDS_OF_KEYS + kind) * _WIDTH


@jit
def neural_key(c: Any, m: Any, v: Any) -> Any:
    """One variant's key of a connection's neurons."""
    words = variant_keys_of(m)[_keys_at(c, _OF_NEURONS) :]
    return np.uint64(words[v]) | (np.uint64(words[_WIDTH + v]) << _UPPER)
