"""Arithmetic of kernels: chip/arithmetic.py's operations, as Numba compiles them.

Contracts are those of the definitions; tests hold each pair together over whole domains. Shifts are
instructions of the value's own width, so that a processor's vectors hold as many as they can.
"""

from __future__ import annotations

from typing import Any

from numba.extending import intrinsic

from loihi_emu.chip.formats import DRAW
from loihi_emu.kernels.jit import jit

_DRAW_BITS = DRAW.bits


@intrinsic  # type: ignore[untyped-decorator]
def shift_left(_typing: Any, value: Any, count: Any) -> Any:
    """Value << count in the value's own width, for 0 <= count < width."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = signature.args[0]
        return builder.shl(values[0], context.cast(builder, values[1], signature.args[1], kind))

    return value(value, count), generate


@intrinsic  # type: ignore[untyped-decorator]
def shift_right(_typing: Any, value: Any, count: Any) -> Any:
    """Arithmetic value >> count in the value's own width, for 0 <= count < width."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = signature.args[0]
        return builder.ashr(values[0], context.cast(builder, values[1], signature.args[1], kind))

    return value(value, count), generate


@jit
def clip(value: Any, low: Any, high: Any) -> Any:
    """Nearest value in low..high."""
    return min(max(value, low), high)


@jit
def sign(value: Any) -> Any:
    """-1, 0 or 1, as a number of the value's kind."""
    one = type(value)(1)
    zero = type(value)(0)
    return (one if value > zero else zero) - (one if value < zero else zero)


@jit
def shift_toward_zero(value: Any, count: Any) -> Any:
    """Value / 2 ** count without its fraction."""
    return sign(value) * shift_right(abs(value), count)


@jit
def round_stochastic(value: Any, bits: Any, draw: Any) -> Any:
    """Value / 2 ** bits, up if the draw's leading bits lie below the fraction."""
    kind = type(value)
    last = kind(shift_left(kind(1), bits) - kind(1))
    leading = shift_right(kind(draw), kind(kind(_DRAW_BITS) - kind(bits)))
    return shift_right(kind(value + kind(last - leading)), bits)


@jit
def round_away(change: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """A change to units away from zero, then stochastically to units of 2 ** absent."""
    kind = type(change)
    last = kind(shift_left(kind(1), bits) - kind(1))
    units = shift_right(kind(abs(change) + last), bits)
    return sign(change) * shift_left(round_stochastic(units, absent, draw), absent)
