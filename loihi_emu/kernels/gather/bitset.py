"""Sets of neurons, a bit each: small enough for a core's first cache where a record each is not.

Which synapses of a row may have to learn is asked of such a set first, and only what is found there
is looked up. Example: of 131,072 neurons a set takes 16 kB, their words of noted steps 1 MB.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.llvm.bit_vectors import (
    RUN,
    SPREAD_BITS,
    how_many,
    lowest_bit,
    nonzero_bits,
    part_run,
)
from loihi_emu.kernels.llvm.compress_store import LISTED_AT_ONCE, compresses, list_some
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.llvm.sizes import FEW, PAGE, WORD

_WORD: Final = WORD
_ONE: Final = np.uint64(1)
_SHIFT: Final = np.uint32(6)
_WITHIN: Final = np.uint32(WORD - 1)
_SPREAD_BITS: Final = np.uint32(SPREAD_BITS)


@jit
def words_of(n: Any) -> Any:
    """Words of a set of n neurons."""
    return (n + _WORD - 1) // _WORD


@jit
def which(values: Any, start: Any, n: Any) -> Any:
    """Which of up to 64 values are not 0, the first in the lowest bit."""
    if n == _WORD:
        return nonzero_bits(values, start)
    bits = np.uint64(0)
    for k in range(n):
        bits |= np.uint64(values[start + k] != 0) << np.uint64(k)
    return bits


@jit
def add_nonzero(words: Any, values: Any, first: Any, last: Any) -> None:
    """Add to a set those of neurons first .. last - 1 whose value is not 0; first is a multiple."""
    whole = first + (last - first) // _WORD * _WORD
    for start in range(first, whole, _WORD):
        words[start // _WORD] |= nonzero_bits(values, start)
    if last > whole:
        words[whole // _WORD] |= which(values, whole, last - whole)


@jit
def add_all(words: Any, others: Any, first: Any, last: Any) -> None:
    """Add the neurons first .. last - 1 of another set to a set."""
    for place in range(first // _WORD, (last + _WORD - 1) // _WORD):
        words[place] |= others[place]


@jit
def empty(words: Any, first: Any, last: Any) -> None:
    """Take the neurons first .. last - 1 out of a set."""
    for place in range(first // _WORD, (last + _WORD - 1) // _WORD):
        words[place] = 0


@jit
def split(before: Any, now: Any, first: Any, last: Any) -> None:
    """Of the neurons first .. last - 1, `before` becomes `now`, and `now` those it had lost."""
    for place in range(first // _WORD, (last + _WORD - 1) // _WORD):
        word = now[place]
        now[place] = before[place] & ~word
        before[place] = word


@jit_inlined
def list_found(
    words: Any, near: Any, n: Any, on_left: Any, start: Any, base: Any, place: Any, column: Any,
    first: Any,
) -> Any:  # fmt: skip
    """List from `first` on which of n synapses end on neurons of a set; where the list ends.

    They lie at `start` and end on the neurons `near`, counted from `base`, where the set begins,
    or, from number `on_left` on, from the next page on. Up to RUN more are written.
    """
    end = _list_packed(words, near, n, on_left, column, first)
    for at in range(first, end, RUN):
        part_run(column, place, at, start, base)
    return end


@jit_inlined
def _list_packed(words: Any, near: Any, n: Any, on_left: Any, out: Any, count: Any) -> Any:
    """Of those of n neurons that are in a set, list number and neuron in one word each.

    So that a neuron costs one store, found or not.
    """
    if compresses():
        for k in range(0, n, LISTED_AT_ONCE):
            count = list_some(words, near, k, on_left, n, out, count)
        return count
    for k in range(n):
        neuron = np.uint32(np.uint32(near[k]) + np.uint32(0 if k < on_left else PAGE))
        out[count] = np.int32((np.uint32(k) << _SPREAD_BITS) | neuron)
        word = words[np.uint64(neuron >> _SHIFT)]
        count += np.int64((word >> np.uint64(neuron & _WITHIN)) & _ONE)
    return count


@jit_inlined
def list_bits(bits: Any, start: Any, out: Any, count: Any) -> Any:
    """List the neurons of one word from `count` on, whose first is `start`; where the list ends.

    Always some at once, as how many there are cannot be foreseen: up to FEW more are written.
    """
    end, left = count + how_many(bits), True
    while left:
        for k in range(count, count + FEW):
            out[k] = start + lowest_bit(bits)
            bits &= bits - _ONE
        count += FEW
        left = count < end
    return end


@jit
def list_set(words: Any, first: Any, n: Any, every: Any, out: Any) -> Any:
    """List the neurons of a set of n, of every so many words from the first on; how many."""
    count: Any = 0
    for place in range(first, words_of(n), every):
        count = list_bits(words[place], place * _WORD, out, count)
    return count
