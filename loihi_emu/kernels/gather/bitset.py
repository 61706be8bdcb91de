"""Bitsets of neurons: one bit for each neuron, so that a whole set fits into the first-level cache.

Which synapses of a row may have to learn is looked up in a bitset first. Only for these is the
post neuron's log word read.
Example: of 131,072 neurons a bitset takes 16 kB, their log words 1 MB.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.llvm.bit_vectors import (
    PANEL_PAIR_BITS,
    STORE_WIDTH,
    count_trailing_zeros,
    nonzero_bits,
    popcount,
    unpack_run,
)
from loihi_emu.kernels.llvm.compress_store import (
    SELECTED_AT_ONCE,
    has_avx512_compress,
    select_members_avx512,
)
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.llvm.sizes import APPENDED_AT_ONCE, BITSET_BITS, PANEL

_BITS: Final = BITSET_BITS
_ONE: Final = np.uint64(1)
_SHIFT: Final = np.uint32(6)
_WITHIN: Final = np.uint32(BITSET_BITS - 1)
_PANEL_PAIR_BITS: Final = np.uint32(PANEL_PAIR_BITS)


@jit
def bitset_size(n: Any) -> Any:
    """Words of a bitset of n neurons."""
    return (n + _BITS - 1) // _BITS


@jit
def nonzero_mask(values: Any, start: Any, n: Any) -> Any:
    """Which of up to 64 values are not 0, the first in the lowest bit."""
    if n == _BITS:
        return nonzero_bits(values, start)
    bits = np.uint64(0)
    for k in range(n):
        bits |= np.uint64(values[start + k] != 0) << np.uint64(k)
    return bits


@jit
def add_nonzero(words: Any, values: Any, first: Any, last: Any) -> None:
    """Add those of neurons first .. last - 1 whose value is not 0; `first` begins a word."""
    whole = first + (last - first) // _BITS * _BITS
    for start in range(first, whole, _BITS):
        words[start // _BITS] |= nonzero_bits(values, start)
    if last > whole:
        words[whole // _BITS] |= nonzero_mask(values, whole, last - whole)


@jit
def unite(words: Any, others: Any, first: Any, last: Any) -> None:
    """Add the neurons first .. last - 1 of another set to a set."""
    for place in range(first // _BITS, (last + _BITS - 1) // _BITS):
        words[place] |= others[place]


@jit
def clear(words: Any, first: Any, last: Any) -> None:
    """Take the neurons first .. last - 1 out of a set."""
    for place in range(first // _BITS, (last + _BITS - 1) // _BITS):
        words[place] = 0


@jit
def retire(before: Any, now: Any, first: Any, last: Any) -> None:
    """Of first .. last - 1: `before` becomes `now`, and `now` those that `before` loses."""
    for place in range(first // _BITS, (last + _BITS - 1) // _BITS):
        word = now[place]
        now[place] = before[place] & ~word
        before[place] = word


@jit_inlined
def select_members(
    words: Any, offsets: Any, n: Any, n_left: Any, start: Any, base: Any, place: Any, column: Any,
    first: Any,
) -> Any:  # fmt: skip
    """List from `first` on which of n synapses end on neurons of a set; where the list ends.

    They lie at `start` and end on the neurons at `offsets`, counted from `base`, where the set
    begins, or, from number `n_left` on, from the next panel on. Up to STORE_WIDTH more are written.
    """
    end = _select_packed(words, offsets, n, n_left, column, first)
    for at in range(first, end, STORE_WIDTH):
        unpack_run(column, place, at, start, base)
    return end


@jit_inlined
def _select_packed(words: Any, offsets: Any, n: Any, n_left: Any, out: Any, count: Any) -> Any:
    """Of those of n neurons that are in a set, list number and neuron in one word each.

    So that a neuron costs one store, found or not.
    """
    if has_avx512_compress():
        for k in range(0, n, SELECTED_AT_ONCE):
            count = select_members_avx512(words, offsets, k, n_left, n, out, count)
        return count
    for k in range(n):
        neuron = np.uint32(np.uint32(offsets[k]) + np.uint32(0 if k < n_left else PANEL))
        out[count] = np.int32((np.uint32(k) << _PANEL_PAIR_BITS) | neuron)
        word = words[np.uint64(neuron >> _SHIFT)]
        count += np.int64((word >> np.uint64(neuron & _WITHIN)) & _ONE)
    return count


@jit_inlined
def append_bits(bits: Any, start: Any, out: Any, count: Any) -> Any:
    """List the neurons of one word from `count` on, whose first is `start`; where the list ends.

    Always some at once, as how many there are cannot be foreseen: up to APPENDED_AT_ONCE more are
    written.
    """
    end, left = count + popcount(bits), True
    while left:
        for k in range(count, count + APPENDED_AT_ONCE):
            out[k] = start + count_trailing_zeros(bits)
            bits &= bits - _ONE
        count += APPENDED_AT_ONCE
        left = count < end
    return end


@jit
def list_members(words: Any, first: Any, n: Any, every: Any, out: Any) -> Any:
    """List the neurons of a bitset of n: in words `first`, `first + every`, ...; how many."""
    count: Any = 0
    for place in range(first, bitset_size(n), every):
        count = append_bits(words[place], place * _BITS, out, count)
    return count
