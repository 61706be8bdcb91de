"""Arithmetic of kernels: chip/arithmetic.py's operations, as Numba compiles them.

Contracts are those of the definitions; tests hold each pair together over whole domains.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.chip.formats import DRAW
from loihi_emu.kernels.jit import jit

_DRAW_BITS = DRAW.bits


@jit
def clip(value: Any, low: Any, high: Any) -> Any:
    """Nearest value in low..high."""
    return min(max(value, low), high)


@jit
def sign(value: Any) -> Any:
    """-1, 0 or 1."""
    return np.int32(value > 0) - np.int32(value < 0)


@jit
def shift_right(value: Any, count: Any) -> Any:
    """Arithmetic shift, in the value's own width."""
    return value >> count


@jit
def shift_toward_zero(value: Any, count: Any) -> Any:
    """Value / 2 ** count without its fraction."""
    return sign(value) * (abs(value) >> count)


@jit
def round_stochastic(value: Any, bits: Any, draw: Any) -> Any:
    """Value / 2 ** bits, up if the draw's leading bits lie below the fraction."""
    return (value + ((1 << bits) - 1 - (draw >> (_DRAW_BITS - bits)))) >> bits


@jit
def round_away(change: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """A change to units away from zero, then stochastically to units of 2 ** absent."""
    units = (abs(change) + ((1 << bits) - 1)) >> bits
    return sign(change) * (round_stochastic(units, absent, draw) << absent)
