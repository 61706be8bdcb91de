"""Which rows a thread learns at the end of an epoch: its own, then what others have left of theirs.

A processor may be held up, or be slower than another; rows of its thread are then learned by
threads that are free. So a thread's pre neurons are claimed in chunks, by a counter that all can
raise: half of them first, then half of the rest, and so on, as a chunk costs something, and only
the last ones change hands. That changes no result: a row learns by itself, whoever learns it.
Example: of 16 pieces the chunks are 0 .. 7, 8 .. 11, 12 .. 13, 14 and 15.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.atomics import add_atomically
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory import shared_words
from loihi_emu.kernels.memory.fixed_views import shared_of

_claim_place = jit(shared_words.claim_place)


@jit
def next_chunk(c: Any, m: Any, phase: Any, owner: Any, number: Any, helps: Any) -> Any:
    """The chunk that this thread learns next in a phase: owner, number, first piece, last + 1.

    After chunk `number` of `owner`, at first -1 of its own; it has no pieces at the end. Where
    threads do not help one another, all of this thread's are one chunk.
    """
    while True:
        number = number + 1
        if helps:
            number = add_atomically(shared_of(m), _claim_place(phase, owner), 1)
        pieces = _pieces(c, m, owner)
        if not helps:
            return owner, number, np.int64(0), pieces if number == 0 else np.int64(0)
        left = pieces >> number
        if left > 0:
            return owner, number, pieces - left, pieces - (left >> 1)
        owner = owner + 1 if owner + 1 < m.threads else 0
        if owner == m.thread:
            return owner, number, np.int64(0), np.int64(0)


@jit
def run_of(c: Any, m: Any, owner: Any, piece: Any, end: Any) -> Any:
    """Pre neurons that lie together from a piece on, before piece `end`: first, last + 1.

    And the piece after them.
    """
    bits = c.piece_bits
    size, stretch = c.stretch_bits - bits, piece >> bits
    after = min((stretch + 1) << bits, end)
    begin = (stretch * m.threads + owner) << c.stretch_bits
    first = begin + ((piece - (stretch << bits)) << size)
    last = begin + ((after - (stretch << bits)) << size)
    return min(first, c.n_pre), min(last, c.n_pre), after


@jit
def _pieces(c: Any, m: Any, thread: Any) -> Any:
    """Pieces of a thread's stretches; those behind the last neuron are empty."""
    every = m.threads << c.stretch_bits
    stretches = (c.n_pre - (thread << c.stretch_bits) + every - 1) // every
    return stretches << c.piece_bits
