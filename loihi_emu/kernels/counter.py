"""Random bits as a pure function of a counter: Philox4x32-7 (Salmon et al. 2011, Random123).

The same bits for any order, thread, layout or batch; chip/counter.py defines them and says why
seven rounds. A row of a dense connection takes all eight draws of a call, which vectorises.
Example: `philox(0, 0, 0, 0, 0, 0)` starts with 0x5f6fb709.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.counter import ROUNDS
from loihi_emu.kernels.jit import jit

_ROUNDS: Final = ROUNDS
_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)

LANES: Final = 8
"""Draws of 16 bits in one call."""


@jit
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox4x32-7: four 32-bit words (as uint64) of a 128-bit counter and a 64-bit key."""
    c0, c1, c2, c3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    k0, k1 = np.uint64(k0), np.uint64(k1)
    for _ in range(_ROUNDS):
        p0 = _MULTIPLIER_0 * c0
        p1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _HALF) ^ c1 ^ k0,
            p1 & _LOW,
            (p0 >> _HALF) ^ c3 ^ k1,
            p0 & _LOW,
        )
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@jit
def synaptic_draw(seed: Any, stream: Any, epoch: Any, pre: Any, post: Any) -> Any:
    """The 16 bits of one synapse in one epoch."""
    word = np.uint64(seed)
    c = philox(
        np.uint64(post) >> np.uint64(3), np.uint64(pre), np.uint64(epoch), np.uint64(stream),
        word & _LOW, word >> _HALF,
    )  # fmt: skip
    lane = post & (LANES - 1)
    pair = lane >> 1
    bits = c[0] if pair == 0 else (c[1] if pair == 1 else (c[2] if pair == 2 else c[3]))
    return np.uint16((bits >> np.uint64(16 * (lane & 1))) & np.uint64(0xFFFF))


@jit
def row_draws(
    seed: Any, stream: Any, epoch: Any, pre: Any, first: Any, n: Any, out: Any
) -> None:  # fmt: skip
    """The draws of synapses `first` .. `first + n - 1` of one pre neuron."""
    k = 0
    while k < n and (first + k) % LANES != 0:
        out[k] = synaptic_draw(seed, stream, epoch, pre, first + k)
        k += 1
    word, half = np.uint64(seed), np.uint64(16)
    low, key_low, key_high = np.uint64(0xFFFF), word & _LOW, word >> _HALF
    group = (first + k) // LANES
    for g in range((n - k) // LANES):
        at = k + g * LANES
        c0, c1, c2, c3 = philox(
            np.uint64(group + g), np.uint64(pre), np.uint64(epoch), np.uint64(stream),
            key_low, key_high,
        )  # fmt: skip
        out[at], out[at + 1] = np.uint16(c0 & low), np.uint16(c0 >> half)
        out[at + 2], out[at + 3] = np.uint16(c1 & low), np.uint16(c1 >> half)
        out[at + 4], out[at + 5] = np.uint16(c2 & low), np.uint16(c2 >> half)
        out[at + 6], out[at + 7] = np.uint16(c3 & low), np.uint16(c3 >> half)
    for rest in range(k + (n - k) // LANES * LANES, n):
        out[rest] = synaptic_draw(seed, stream, epoch, pre, first + rest)


@jit
def trace_draws(seed: Any, stream: Any, step: Any, trace: Any, neuron: Any) -> Any:
    """16 bits for the decay and 16 for the impulse of one trace of one neuron in one step."""
    word = np.uint64(seed)
    c0, _, _, _ = philox(
        np.uint64(neuron), np.uint64(trace + 1), np.uint64(step),
        np.uint64(stream) | np.uint64(0x80000000), word & _LOW, word >> _HALF,
    )  # fmt: skip
    return np.uint16(c0 & np.uint64(0xFFFF)), np.uint16(c0 >> np.uint64(16))
