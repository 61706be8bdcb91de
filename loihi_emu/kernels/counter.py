"""Random bits as a pure function of a counter: Philox4x32-7 (Salmon et al. 2011, Random123).

The same bits for any order, thread, layout or batch; chip/counter.py defines them and says why
seven rounds. A row of a dense connection takes all eight draws of a call, which vectorises.
Example: `philox(0, 0, 0, 0, 0, 0)` starts with 0x5f6fb709.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.counter import MULTIPLIERS, OF_NEURONS, ROUNDS, WEYL
from loihi_emu.kernels.jit import jit, jit_inlined

# words of 64 bits whose upper halves mean nothing: one product a register, without repacking
_ROUNDS: Final = ROUNDS
_MULTIPLIER_0, _MULTIPLIER_1 = (np.uint64(one) for one in MULTIPLIERS)
_WEYL_0, _WEYL_1 = (np.uint64(one) for one in WEYL)
_LOW: Final = np.uint64(0xFFFFFFFF)
_OF_NEURONS: Final = np.uint32(OF_NEURONS)
_WORD: Final = np.uint64(32)
_HALF: Final = np.uint32(16)

LANES: Final = 8
"""Draws of 16 bits in one call."""


@jit_inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox4x32-7: four 32-bit words of a counter and a key of 32-bit words."""
    c0, c1, c2, c3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    k0, k1 = np.uint64(k0), np.uint64(k1)
    for _ in range(_ROUNDS):
        p0 = (c0 & _LOW) * _MULTIPLIER_0
        p1 = (c2 & _LOW) * _MULTIPLIER_1
        c0, c1, c2, c3 = (p1 >> _WORD) ^ c1 ^ k0, p1, (p0 >> _WORD) ^ c3 ^ k1, p0
        k0, k1 = k0 + _WEYL_0, k1 + _WEYL_1
    return np.uint32(c0), np.uint32(c1), np.uint32(c2), np.uint32(c3)


@jit
def _high(seed: Any) -> Any:
    """The upper word of a 64-bit seed; the lower one is its uint32."""
    return np.uint32(np.uint64(seed) >> _WORD)


@jit_inlined
def synaptic_draw(seed: Any, stream: Any, epoch: Any, pre: Any, post: Any) -> Any:
    """The 16 bits of one synapse in one epoch."""
    place = np.uint32(post)
    c0, c1, c2, c3 = philox(place >> np.uint32(3), pre, epoch, stream, np.uint32(seed), _high(seed))
    lane = place & np.uint32(LANES - 1)
    word = c0 if lane < 2 else (c1 if lane < 4 else (c2 if lane < 6 else c3))
    return np.uint16(word >> np.uint32((lane & np.uint32(1)) << np.uint32(4)))


@jit
def _whole_groups(
    group: Any, n: Any, pre: Any, epoch: Any, stream: Any, low: Any, high: Any, out: Any
) -> None:
    """All eight draws of `n` calls; its own function, or the loop is no vector."""
    for g in range(n):
        c0, c1, c2, c3 = philox(np.uint32(group + np.uint32(g)), pre, epoch, stream, low, high)
        at = g * LANES
        out[at], out[at + 1] = np.uint16(c0), np.uint16(c0 >> _HALF)
        out[at + 2], out[at + 3] = np.uint16(c1), np.uint16(c1 >> _HALF)
        out[at + 4], out[at + 5] = np.uint16(c2), np.uint16(c2 >> _HALF)
        out[at + 6], out[at + 7] = np.uint16(c3), np.uint16(c3 >> _HALF)


@jit
def row_draws(seed: Any, stream: Any, epoch: Any, pre: Any, first: Any, n: Any, out: Any) -> None:
    """The draws of synapses `first` .. `first + n - 1` of one pre neuron."""
    k = 0
    while k < n and (first + k) % LANES != 0:
        out[k] = synaptic_draw(seed, stream, epoch, pre, first + k)
        k += 1
    n_groups = (n - k) // LANES
    _whole_groups(
        np.uint32((first + k) // LANES), n_groups, np.uint32(pre), np.uint32(epoch),
        np.uint32(stream), np.uint32(seed), _high(seed), out[k:],
    )  # fmt: skip
    for rest in range(k + n_groups * LANES, n):
        out[rest] = synaptic_draw(seed, stream, epoch, pre, first + rest)


@jit
def block_draws(
    seed: Any, stream: Any, epoch: Any, pres: Any, posts: Any, n: Any, out: Any
) -> None:
    """The draws of any synapses, all in one epoch."""
    for k in range(n):
        out[k] = synaptic_draw(seed, stream, epoch, pres[k], posts[k])


@jit
def near_draws(
    seed: Any, stream: Any, epoch: Any, pre: Any, base: Any, near: Any, n: Any, out: Any
) -> None:
    """The draws of chosen synapses of one pre neuron, to post neurons base + near."""
    first = np.uint32(base)
    for k in range(n):
        out[k] = synaptic_draw(seed, stream, epoch, pre, np.uint32(first + np.uint32(near[k])))


@jit
def late_draws(
    seed: Any, stream: Any, epochs: Any, pres: Any, posts: Any, n: Any, out: Any
) -> None:
    """The draws of any synapses, each in an epoch of its own."""
    for k in range(n):
        out[k] = synaptic_draw(seed, stream, epochs[k], pres[k], posts[k])


@jit
def neuron_draw(seed: Any, stream: Any, step: Any, purpose: Any, neuron: Any) -> Any:
    """The 16 bits of one neuron in one step, for one purpose."""
    return synaptic_draw(seed, of_neurons(stream), step, purpose, neuron)


@jit
def neuron_draws(
    seed: Any, stream: Any, step: Any, purpose: Any, first: Any, n: Any, out: Any
) -> None:
    """The bits of neurons `first` .. `first + n - 1` in one step, for one purpose."""
    row_draws(seed, of_neurons(stream), step, purpose, first, n, out)


@jit
def of_neurons(stream: Any) -> Any:
    """The stream's word where draws are neurons'."""
    return np.uint32(np.uint32(stream) | _OF_NEURONS)
