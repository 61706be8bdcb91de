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
    """Nearest value in low..high, in the value's own width."""
    kind = type(value)
    return min(max(value, kind(low)), kind(high))


@jit
def factor(m: Any, value: Any, low: Any, high: Any) -> Any:
    """The product register times a value clipped to its format."""
    kind = type(m)
    return kind(m * clip(kind(value), low, high))


@jit
def scale(m: Any, value: Any) -> Any:
    """The product register times a value as it is."""
    kind = type(m)
    return kind(m * kind(value))


@jit
def sign(value: Any) -> Any:
    """-1, 0 or 1, as a number of the value's kind."""
    one, zero = type(value)(1), type(value)(0)
    return (one if value > zero else zero) - (one if value < zero else zero)


@jit
def scale_sign(m: Any, value: Any) -> Any:
    """The product register times the sign of a value."""
    kind = type(m)
    return kind(m * sign(kind(value)))


@jit
def narrow(m: Any, count: Any) -> Any:
    """The product register shifted right, arithmetically."""
    return shift_right(m, type(m)(count))


@jit
def narrow_toward_zero(m: Any, count: Any) -> Any:
    """The product register shifted right, without its fraction."""
    return sign(m) * shift_right(abs(m), type(m)(count))


@jit
def align(value: Any, count: Any) -> Any:
    """A register shifted left."""
    return shift_left(value, type(value)(count))


@jit
def add(a: Any, m: Any, low: Any, high: Any) -> Any:
    """The accumulator plus the product register, clipped."""
    return clip(type(a)(a + m), low, high)


@jit
def add_exact(a: Any, m: Any) -> Any:
    """The accumulator plus the product register."""
    return type(a)(a + m)


@jit
def round_stochastic(value: Any, bits: Any, draw: Any) -> Any:
    """Value / 2 ** bits, up if the draw's leading bits lie below the fraction."""
    kind = type(value)
    last = kind(shift_left(kind(1), bits) - kind(1))
    leading = shift_right(kind(draw), kind(kind(_DRAW_BITS) - kind(bits)))
    return shift_right(kind(value + kind(last - leading)), bits)


@jit
def round_stored(a: Any, bits: Any, draw: Any, fraction_bits: Any) -> Any:
    """The accumulator in units of the variable, rounded to what its format stores."""
    kind = type(a)
    return shift_left(round_stochastic(a, bits, draw), kind(bits - kind(fraction_bits)))


@jit
def round_stored_by(a: Any, b: Any, bits: Any, draw: Any, fraction_bits: Any) -> Any:
    """As `round_stored`, down, and up where the draw lies below the fraction of b."""
    kind = type(a)
    up = kind(round_stochastic(b, bits, draw) - shift_right(b, kind(bits)))
    return shift_left(kind(shift_right(a, kind(bits)) + up), kind(bits - kind(fraction_bits)))


@jit
def round_away_by(change: Any, kept: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """As `round_away`, toward zero, and a step of the kept change's sign where it is rounded up."""
    kind = type(change)
    stored = kind(absent)
    own, other = units_away(change, bits), units_away(kept, bits)
    up = kind(round_stochastic(other, stored, draw) - shift_right(other, stored))
    steps = kind(sign(change) * shift_right(own, stored) + sign(kept) * up)
    return shift_left(steps, stored)


@jit
def units_away(change: Any, bits: Any) -> Any:
    """The magnitude of a change in units, rounded up."""
    kind = type(change)
    width = kind(bits)
    last = kind(shift_left(kind(1), width) - kind(1))
    return shift_right(kind(abs(change) + last), width)


@jit
def round_away(change: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """A change to units away from zero, then stochastically to units of 2 ** absent."""
    stored = type(change)(absent)
    units = units_away(change, bits)
    return sign(change) * shift_left(round_stochastic(units, stored, draw), stored)
