"""Work stealing: at the end of an epoch a thread learns its own rows, then rows of slower threads.

A processor may be interrupted, or be slower than another. Threads that are free then take over rows
of its thread. So rows are claimed in ranges, by an atomic counter for each thread. A claim takes
half of what is left: claims cost something, and only the last, small ones should change hands. This
changes no result, as a row learns by itself, whoever updates it.
Example: of 16 units the ranges are 0 .. 7, 8 .. 11, 12 .. 13, 14 and 15.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.atomics import atomic_add
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory import shared_words
from loihi_emu.kernels.memory.views import shared_of

_steal_counter = jit(shared_words.steal_counter)


@jit
def next_stolen_range(c: Any, m: Any, phase: Any, owner: Any, number: Any, steals: Any) -> Any:
    """The range of units that this thread learns next in a phase: owner, number, first, last + 1.

    After range `number` of `owner`, at first -1 of its own; it has no units at the end. Where
    threads do not steal, all of this thread's are one range.
    """
    while True:
        number = number + 1
        if steals:
            number = atomic_add(shared_of(m), _steal_counter(phase, owner), 1)
        units = _steal_units(c, m, owner)
        if not steals:
            return owner, number, np.int64(0), units if number == 0 else np.int64(0)
        left = units >> number
        if left > 0:
            return owner, number, units - left, units - (left >> 1)
        owner = owner + 1 if owner + 1 < m.threads else 0
        if owner == m.thread_index:
            return owner, number, np.int64(0), np.int64(0)


@jit
def stripe_part(c: Any, m: Any, owner: Any, unit: Any, end: Any) -> Any:
    """Pre neurons that lie together from a unit on, before unit `end`: first, last + 1.

    And the unit after them.
    """
    bits = c.steal_unit_bits
    size, stripe = c.stripe_bits - bits, unit >> bits
    after = min((stripe + 1) << bits, end)
    begin = (stripe * m.threads + owner) << c.stripe_bits
    first = begin + ((unit - (stripe << bits)) << size)
    last = begin + ((after - (stripe << bits)) << size)
    return min(first, c.n_pre), min(last, c.n_pre), after


@jit
def _steal_units(c: Any, m: Any, thread: Any) -> Any:
    """Units of a thread's stripes; those behind the last neuron are empty."""
    every = m.threads << c.stripe_bits
    stripes = (c.n_pre - (thread << c.stripe_bits) + every - 1) // every
    return stripes << c.steal_unit_bits
