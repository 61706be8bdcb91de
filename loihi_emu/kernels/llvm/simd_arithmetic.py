"""Arithmetic of kernels: the operations of chip/arithmetic.py on SIMD registers (simd_register.py).

chip/arithmetic.py defines what each operation does; tests compare each pair over whole domains. An
operation has the width of its first argument. It works lane by lane, or on a single number.
Additions of 16 bits saturate, because the processor has an instruction for that.
Example: `clip(m, -128, 127)` of int16 lanes is two instructions for 32 synapses.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, Final

from llvmlite import ir
from numba.extending import intrinsic

from loihi_emu.chip.formats import DRAW
from loihi_emu.kernels.llvm import simd_register
from loihi_emu.kernels.llvm.numba_private import cgutils
from loihi_emu.kernels.llvm.simd_register import convert, number
from loihi_emu.kernels.llvm.sizes import LANES

_SATURATING: Final = 16


class _Word:
    """LLVM's instructions on one type, a number or a register."""

    def __init__(self, builder: Any, kind: Any) -> None:
        self.builder, self.kind = builder, kind
        self.bits: int = getattr(kind, "element", kind).width

    def number(self, value: int) -> Any:
        """A constant, in every lane."""
        return number(self.kind, value)

    def call(self, name: str, *values: Any) -> Any:
        """One of LLVM's functions that are defined for every type."""
        lanes = f"v{LANES}" if isinstance(self.kind, ir.VectorType) else ""
        kind = ir.FunctionType(self.kind, [self.kind] * len(values))
        full = f"llvm.{name}.{lanes}i{self.bits}"
        function = cgutils.get_or_insert_function(self.builder.module, kind, full)
        return self.builder.call(function, values)

    def clip(self, value: Any, low: Any, high: Any) -> Any:
        """Nearest value in low..high."""
        return self.call("smin", self.call("smax", value, low), high)

    def signed(self, size: Any, like: Any) -> Any:
        """`size` with the sign of another value; 0 counts as positive."""
        negative = self.builder.ashr(like, self.number(self.bits - 1))
        return self.builder.sub(self.builder.xor(size, negative), negative)

    def low_bits(self, count: Any) -> Any:
        """`count` ones, for 0 <= count < bits."""
        return self.builder.sub(self.builder.shl(self.number(1), count), self.number(1))

    def cleared(self, value: Any, count: Any) -> Any:
        """`value` without its low `count` bits."""
        return self.builder.and_(value, self.builder.shl(self.number(-1), count))


def _operation(body: Callable[..., Any]) -> Any:
    """An intrinsic of `body`, whose arguments are made as wide as the first, and its result too."""

    def typed(kinds: tuple[Any, ...]) -> Any:
        def generate(_context: Any, builder: Any, one: Any, values: Any) -> Any:
            wanted = values[0].type
            fit = (convert(builder, v, k, wanted) for v, k in zip(values, one.args, strict=True))
            return body(_Word(builder, wanted), *fit)

        return kinds[0](*kinds), generate

    # an intrinsic has as many arguments as its function is written with
    by_count = {
        1: lambda _typing, a: typed((a,)),
        2: lambda _typing, a, b: typed((a, b)),
        3: lambda _typing, a, b, c: typed((a, b, c)),
        4: lambda _typing, a, b, c, d: typed((a, b, c, d)),
        5: lambda _typing, a, b, c, d, e: typed((a, b, c, d, e)),
    }
    function = by_count[len(signature(body).parameters) - 1]
    function.__name__, function.__doc__ = body.__name__, body.__doc__
    return intrinsic(function)


@_operation
def clip(o: Any, value: Any, low: Any, high: Any) -> Any:
    """Nearest value in low..high."""
    return o.clip(value, low, high)


@_operation
def flag(o: Any, value: Any) -> Any:
    """1 where the value is not 0: a product by it is a choice, no multiplication."""
    return o.builder.zext(o.builder.icmp_signed("!=", value, o.number(0)), o.kind)


@_operation
def plus(o: Any, value: Any, constant: Any) -> Any:
    """A value and its constant."""
    return o.builder.add(value, constant)


@_operation
def factor(o: Any, m: Any, value: Any, low: Any, high: Any) -> Any:
    """The product register times a value clipped to its format."""
    return o.builder.mul(m, o.clip(value, low, high))


@_operation
def scale(o: Any, m: Any, value: Any) -> Any:
    """The product register times a value as it is."""
    return o.builder.mul(m, value)


@_operation
def scale_sign(o: Any, m: Any, value: Any) -> Any:
    """The product register times the sign of a value."""
    return o.builder.mul(m, o.clip(value, o.number(-1), o.number(1)))


@_operation
def narrow(o: Any, m: Any, count: Any) -> Any:
    """The product register shifted right, arithmetically, for 0 <= count < width."""
    return o.builder.ashr(m, count)


@_operation
def narrow_toward_zero(o: Any, m: Any, count: Any) -> Any:
    """The product register shifted right, without its fraction, for 0 <= count < width."""
    negative = o.builder.ashr(m, o.number(o.bits - 1))
    return o.builder.ashr(o.builder.add(m, o.builder.and_(negative, o.low_bits(count))), count)


@_operation
def align(o: Any, value: Any, count: Any) -> Any:
    """A register shifted left, for 0 <= count < width."""
    return o.builder.shl(value, count)


@_operation
def add(o: Any, a: Any, m: Any, low: Any, high: Any) -> Any:
    """The accumulator plus the product register, clipped; wider words hold the sum."""
    return o.clip(_saturating_sum(o, a, m), low, high)


def _saturating_sum(o: Any, a: Any, m: Any) -> Any:
    """A sum that saturates in 16 bits; that wider words hold."""
    return o.call("sadd.sat", a, m) if o.bits == _SATURATING else o.builder.add(a, m)


@_operation
def borrow(o: Any, a: Any, m: Any) -> Any:
    """-1 where a + m lies below the word, else 0."""
    room = o.call("ssub.sat", o.number(-(1 << (o.bits - 1))), a)
    return o.builder.sext(o.builder.icmp_signed("<", m, room), o.kind)


@_operation
def add_exact(o: Any, a: Any, m: Any) -> Any:
    """The accumulator plus the product register."""
    return o.builder.add(a, m)


@_operation
def round_stored(o: Any, a: Any, bits: Any, draw: Any, fraction_bits: Any) -> Any:
    """The accumulator in units of the variable, rounded to what its format stores.

    For fraction_bits <= bits <= 15; up if the draw's leading bits lie below the fraction. A sum
    that saturates here rounds to the highest value that is stored.
    """
    builder = o.builder
    unread = builder.sub(o.number(DRAW.bits), bits)
    up = builder.lshr(builder.xor(draw, o.number(DRAW.highest)), unread)
    units = builder.ashr(_saturating_sum(o, a, up), fraction_bits)
    return o.cleared(units, builder.sub(bits, fraction_bits))


@_operation
def round_stored_by(o: Any, a: Any, b: Any, bits: Any, draw: Any, fraction_bits: Any) -> Any:
    """As `round_stored`, down, and up where the draw lies below the fraction of b."""
    whole = o.builder.add(o.builder.ashr(a, bits), _rounds_up(o, b, bits, draw))
    return o.builder.shl(whole, o.builder.sub(bits, fraction_bits))


@_operation
def round_away(o: Any, change: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """A change to units away from zero, then stochastically to units of 2 ** absent.

    For absent <= 15.
    """
    units = _units_away(o, change, bits)
    up = o.builder.sub(o.low_bits(absent), _leading(o, draw, absent))
    return o.signed(o.cleared(o.builder.add(units, up), absent), change)


@_operation
def round_away_by(o: Any, change: Any, kept: Any, bits: Any, absent: Any, draw: Any) -> Any:
    """As `round_away`, toward zero, and a step of the kept change's sign where it is rounded up."""
    own, other = (_units_away(o, value, bits) for value in (change, kept))
    steps = o.signed(o.builder.ashr(own, absent), change)
    up = o.signed(_rounds_up(o, other, absent, draw), kept)
    return o.builder.shl(o.builder.add(steps, up), absent)


def _units_away(o: Any, change: Any, bits: Any) -> Any:
    """The magnitude of a change in units, rounded up."""
    size = o.call("smax", change, o.builder.sub(o.number(0), change))
    return o.builder.ashr(o.builder.add(size, o.low_bits(bits)), bits)


def _rounds_up(o: Any, value: Any, bits: Any, draw: Any) -> Any:
    """1 where the draw's leading bits lie below the fraction of `value`, for bits <= 15."""
    fraction = o.builder.and_(value, o.low_bits(bits))
    below = o.builder.icmp_signed("<", _leading(o, draw, bits), fraction)
    return o.builder.zext(below, o.kind)


def _leading(o: Any, draw: Any, bits: Any) -> Any:
    """The `bits` leading bits of a draw, for bits <= 15: shifted twice, as 0 of them are all 16."""
    half = o.builder.lshr(o.builder.and_(draw, o.number(DRAW.highest)), o.number(1))
    return o.builder.lshr(half, o.builder.sub(o.number(DRAW.bits - 1), bits))


NAMES: Final = {
    one.__name__: one
    for one in (
        clip, flag, plus, factor, scale, scale_sign, narrow, narrow_toward_zero, align, add, borrow,
        add_exact, round_stored, round_stored_by, round_away, round_away_by,
    )
} | {
    name: getattr(simd_register, name)
    for name in (
        "LANES", "int16", "int32", "int64", "input_row", "int16_row", "load", "store", "broadcast",
        "broadcast_is_zero", "count_differing",
    )
}  # fmt: skip
"""What emitted source calls."""
