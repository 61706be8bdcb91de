"""Shared draws in compiled code: NumPy's PCG64, read as `Pcg64` of chip/random_bits.py reads it.

A learning connection has five generators: for decays of x and of y, for impulses of x and of y, and
for synapses. `_Pcg64Stream` in chip/random_bits.py says which bits of which number a step takes;
tests compare the two.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.chip.decay import DECAY_DRAW_BITS
from loihi_emu.chip.formats import DRAW
from loihi_emu.chip.pcg64 import MULTIPLIER
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import GENERATOR_WORDS, GENERATORS, N_TRACES, N_X, R1
from loihi_emu.kernels.memory.views import decay_of, impulse_of, synaptic_draw_of

_HIGH, _LOW, _INCREMENT_HIGH, _INCREMENT_LOW, _PENDING = range(GENERATOR_WORDS)
_X_DECAY, _Y_DECAY, _X_IMPULSE, _Y_IMPULSE, _SYNAPTIC = range(GENERATORS)

_MULTIPLIER_HIGH: Final = np.uint64(MULTIPLIER >> 64)
_MULTIPLIER_LOW: Final = np.uint64(MULTIPLIER & (1 << 64) - 1)
_ONE, _HALF, _ROTATION_SHIFT, _MASK = np.uint64(1), np.uint64(32), np.uint64(58), np.uint64(63)
_LOWER: Final = np.uint64((1 << 32) - 1)
_BELOW_DECAY: Final = np.uint64(64 - DECAY_DRAW_BITS)
_BELOW_SYNAPTIC: Final = np.uint64(64 - DRAW.bits)


@intrinsic  # type: ignore[untyped-decorator]
def _high_product(_typing: Any, a: Any, b: Any) -> Any:
    """Upper 64 bits of a product of two uint64."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(value, wide) for value in values))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(a, b), generate


@jit
def _advance(g: Any, at: Any) -> None:
    """One step of the generator at g[at:]: state * multiplier + increment, of 128 bits."""
    high, low = g[at + _HIGH], g[at + _LOW]
    upper = _high_product(low, _MULTIPLIER_LOW) + high * _MULTIPLIER_LOW + low * _MULTIPLIER_HIGH
    lower = low * _MULTIPLIER_LOW
    total = lower + g[at + _INCREMENT_LOW]
    carry = np.uint64(total < lower)
    g[at + _HIGH], g[at + _LOW] = upper + g[at + _INCREMENT_HIGH] + carry, total


@jit
def _raw(g: Any, at: Any) -> Any:
    """The next 64 bits: the halves of the state combined, rotated by its upper six bits."""
    _advance(g, at)
    high, low = g[at + _HIGH], g[at + _LOW]
    both, rotation = high ^ low, high >> _ROTATION_SHIFT
    return (both >> rotation) | (both << ((~rotation + _ONE) & _MASK))


@jit
def start(g: Any) -> None:
    """Seed a connection's generators from the words in their places, and skip one draw of each."""
    for k in range(GENERATORS):
        at = k * GENERATOR_WORDS
        state_high, state_low = g[at + _HIGH], g[at + _LOW]
        high, low = g[at + _INCREMENT_HIGH], g[at + _INCREMENT_LOW]
        g[at + _INCREMENT_HIGH] = high << _ONE | low >> _MASK
        g[at + _INCREMENT_LOW] = low << _ONE | _ONE
        g[at + _HIGH], g[at + _LOW] = np.uint64(0), np.uint64(0)
        _advance(g, at)
        total = g[at + _LOW] + state_low
        g[at + _HIGH] += state_high + np.uint64(total < state_low)
        g[at + _LOW] = total
        _advance(g, at)
        g[at + _PENDING] = _raw(g, at) >> _HALF


@jit
def draw(c: Any, m: Any, g: Any, bits: Any, first: Any, n: Any) -> None:
    """Draws of connection c for n steps after step `first`, where a run reads them."""
    decay, impulse, synaptic = decay_of(m), impulse_of(m), synaptic_draw_of(m)
    stride, below = m.draw_stride, _HALF - np.uint64(bits)
    x, y = _X_DECAY * GENERATOR_WORDS, _Y_DECAY * GENERATOR_WORDS
    for s in range(n):
        _advance(g, x)
        _advance(g, y)
        x_decay, y_decay = _raw(g, x) >> _BELOW_DECAY, _raw(g, y) >> _BELOW_DECAY
        at = (N_TRACES + 1) * c.draws * stride + s
        for trace in range(N_TRACES):
            decay[at + trace * stride] = x_decay if trace < N_X else y_decay
        decay[at + R1 * stride] = x_decay
    x, y = _X_IMPULSE * GENERATOR_WORDS, _Y_IMPULSE * GENERATOR_WORDS
    for s in range(n):
        at = 3 * c.draws * stride + s
        x_raw, y_raw = _raw(g, x), _raw(g, y)
        impulse[at] = (x_raw & _LOWER) >> below
        impulse[at + stride] = g[y + _PENDING] >> below
        impulse[at + 2 * stride] = (y_raw & _LOWER) >> below
        g[y + _PENDING] = y_raw >> _HALF
    own = _SYNAPTIC * GENERATOR_WORDS
    for s in range(n):
        ends = (first + s + 1) % c.epoch == 0
        synaptic[c.draws * stride + s] = _raw(g, own) >> _BELOW_SYNAPTIC if ends else np.uint64(0)
