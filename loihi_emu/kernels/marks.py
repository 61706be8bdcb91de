"""Sets of neurons, a bit each: small enough for a core's first cache where a record each is not.

Which synapses of a row may have to learn is asked of such a set first, and only what is found there
is looked up. Example: of 131,072 neurons a set takes 16 kB, their words of noted steps 1 MB.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.pointers import lowest_bit, nonzero_bits
from loihi_emu.kernels.tables import WORD

_WORD: Final = WORD
_ONE: Final = np.uint64(1)
_SHIFT: Final = np.uint64(6)
_WITHIN: Final = np.uint64(WORD - 1)


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


@jit
def list_found(words: Any, near: Any, n: Any, out: Any) -> Any:
    """List which of n neurons `near` are in a set; how many. Up to one more is written."""
    count: Any = 0
    for k in range(n):
        neuron = np.uint64(near[k])
        out[count] = k
        count += np.int64((words[neuron >> _SHIFT] >> (neuron & _WITHIN)) & _ONE)
    return count


@jit
def list_set(words: Any, first: Any, n: Any, every: Any, out: Any) -> Any:
    """List the neurons of a set of n, of every so many words from the first on; how many."""
    count: Any = 0
    for place in range(first, words_of(n), every):
        word = words[place]
        while word:
            out[count] = place * _WORD + lowest_bit(word)
            count += 1
            word &= word - _ONE
    return count
