"""Random bits as a pure function of a counter: Threefry2x32-14 (Salmon et al. 2011, Random123).

The bits do not depend on order, threads, memory layout or batch. chip/counter.py defines them, and
says why this generator. It adds, rotates and combines words of 32 bits, many of them in one SIMD
register. A call gives four draws; a row of a dense connection uses all four.
Example: `draw(key_of(0, 0), 0, 0, 0)` is what chip/counter.py says it is.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip import counter
from loihi_emu.kernels.llvm.jit import jit, jit_inlined

DRAWS_PER_CALL: Final = counter.LANES
"""Draws of 16 bits in one call."""

_CALL_BITS: Final = np.uint32(DRAWS_PER_CALL.bit_length() - 1)
_DRAWS_PER_WORD: Final = counter.LANES_PER_WORD
_PARITY: Final = np.uint32(counter.PARITY)
_ROTATIONS: Final = counter.ROTATIONS
_WORD_BITS: Final = counter.WORD_BITS
_LANE_BITS: Final = np.uint32(counter.LANE_BITS)

assert counter.ROUNDS == 14
assert counter.ROUNDS_BETWEEN_KEYS == 4


@jit_inlined
def _sum(a: Any, b: Any) -> Any:
    """The sum of two words."""
    return np.uint32(np.uint32(a) + np.uint32(b))


@jit_inlined
def _rotate_left(word: Any, bits: Any) -> Any:
    """A word rotated to the left."""
    return np.uint32(np.uint32(word << np.uint32(bits)) | (word >> np.uint32(_WORD_BITS - bits)))


@jit_inlined
def _four_rounds(x0: Any, x1: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """Rounds that rotate by a, b, c and d bits."""
    x0 = _sum(x0, x1)
    x1 = _rotate_left(x1, a) ^ x0
    x0 = _sum(x0, x1)
    x1 = _rotate_left(x1, b) ^ x0
    x0 = _sum(x0, x1)
    x1 = _rotate_left(x1, c) ^ x0
    x0 = _sum(x0, x1)
    x1 = _rotate_left(x1, d) ^ x0
    return x0, x1


@jit_inlined
def threefry(x0: Any, x1: Any, k0: Any, k1: Any) -> Any:
    """Threefry2x32-14: two 32-bit words of a counter and of a key."""
    x0, x1, k0, k1 = np.uint32(x0), np.uint32(x1), np.uint32(k0), np.uint32(k1)
    k2 = _PARITY ^ k0 ^ k1
    x0, x1 = _sum(x0, k0), _sum(x1, k1)
    x0, x1 = _four_rounds(x0, x1, _ROTATIONS[0], _ROTATIONS[1], _ROTATIONS[2], _ROTATIONS[3])
    x0, x1 = _sum(x0, k1), _sum(x1, _sum(k2, 1))
    x0, x1 = _four_rounds(x0, x1, _ROTATIONS[4], _ROTATIONS[5], _ROTATIONS[6], _ROTATIONS[7])
    x0, x1 = _sum(x0, k2), _sum(x1, _sum(k0, 2))
    x0, x1 = _four_rounds(x0, x1, _ROTATIONS[0], _ROTATIONS[1], _ROTATIONS[2], _ROTATIONS[3])
    x0, x1 = _sum(x0, k0), _sum(x1, _sum(k1, 3))
    x0 = _sum(x0, x1)
    x1 = _rotate_left(x1, _ROTATIONS[4]) ^ x0
    x0 = _sum(x0, x1)
    return x0, _rotate_left(x1, _ROTATIONS[5]) ^ x0


@jit_inlined
def _key_at(key: Any, time: Any) -> Any:
    """The words of a stream's key at one time."""
    return np.uint32(key), _sum(np.uint64(key) >> np.uint64(_WORD_BITS), time)


@jit_inlined
def _drawn(place: Any, which: Any, k0: Any, k1: Any) -> Any:
    """The 16 bits of one place."""
    place = np.uint32(place)
    x0, x1 = threefry(place >> _CALL_BITS, which, k0, k1)
    lane = place & np.uint32(DRAWS_PER_CALL - 1)
    word = x0 if lane < _DRAWS_PER_WORD else x1
    return np.uint16(word >> np.uint32((lane & np.uint32(_DRAWS_PER_WORD - 1)) * _LANE_BITS))


@jit
def draw(key: Any, time: Any, which: Any, place: Any) -> Any:
    """The 16 bits of one synapse in one epoch, or of one neuron in one step, for one purpose."""
    k0, k1 = _key_at(key, time)
    return _drawn(place, which, k0, k1)


@jit
def _whole_calls(group: Any, n: Any, which: Any, k0: Any, k1: Any, out: Any) -> None:
    """All four draws of `n` calls; its own function, or the loop is no vector."""
    for g in range(n):
        x0, x1 = threefry(np.uint32(group + np.uint32(g)), which, k0, k1)
        at = g * DRAWS_PER_CALL
        out[at], out[at + 1] = np.uint16(x0), np.uint16(x0 >> _LANE_BITS)
        out[at + 2], out[at + 3] = np.uint16(x1), np.uint16(x1 >> _LANE_BITS)


@jit
def row_draws(key: Any, time: Any, which: Any, first: Any, n: Any, out: Any) -> None:
    """The draws of places `first` .. `first + n - 1`."""
    k0, k1 = _key_at(key, time)
    k = 0
    while k < n and (first + k) % DRAWS_PER_CALL != 0:
        out[k] = _drawn(first + k, which, k0, k1)
        k += 1
    n_groups = (n - k) // DRAWS_PER_CALL
    _whole_calls(
        np.uint32((first + k) // DRAWS_PER_CALL), n_groups, np.uint32(which), k0, k1, out[k:]
    )  # fmt: skip
    for rest in range(k + n_groups * DRAWS_PER_CALL, n):
        out[rest] = _drawn(first + rest, which, k0, k1)


@jit
def block_draws(key: Any, epoch: Any, pres: Any, posts: Any, n: Any, out: Any) -> None:
    """The draws of any synapses, all in one epoch."""
    k0, k1 = _key_at(key, epoch)
    for k in range(n):
        out[k] = _drawn(posts[k], pres[k], k0, k1)


@jit
def sparse_row_draws(
    key: Any, epoch: Any, pre: Any, base: Any, offsets: Any, n: Any, out: Any
) -> None:
    """The draws of chosen synapses of one pre neuron, to post neurons base + offset."""
    k0, k1 = _key_at(key, epoch)
    first = np.uint32(base)
    for k in range(n):
        out[k] = _drawn(first + np.uint32(offsets[k]), pre, k0, k1)


@jit
def logged_draws(key: Any, epochs: Any, pres: Any, posts: Any, n: Any, out: Any) -> None:
    """The draws of any synapses, each in an epoch of its own."""
    k0, k1 = _key_at(key, 0)
    for k in range(n):
        out[k] = _drawn(posts[k], pres[k], k0, _sum(k1, epochs[k]))
