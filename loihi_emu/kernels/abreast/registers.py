"""Vector operations that a compiler does not find in a loop over as few as `WIDTH` elements.

Example: `add_products(total, weights, sent, 64)` adds elements 64 .. 95 of weights times sent.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from loihi_emu.chip.counter import MULTIPLIERS, ROUNDS, WEYL
from loihi_emu.kernels.abreast import WIDTH
from loihi_emu.kernels.counter import LANES
from loihi_emu.kernels.vectors import constant, everywhere, vector_at

_WORD = ir.VectorType(ir.IntType(32), WIDTH)

DRAWN_AT_ONCE: Final = 8
"""Variants of which `draw_groups` draws: a register of 64-bit words, in which Philox multiplies."""

_HALF, _DRAW_BITS = 32, 16
_WORDS: Final = ir.VectorType(ir.IntType(64), DRAWN_AT_ONCE)


def _place(context: Any, builder: Any, kind: Any, array: Any, place: Any) -> Any:
    """Address of a register's elements in an array."""
    register = ir.VectorType(context.get_data_type(kind.dtype), WIDTH)
    return vector_at(context, builder, kind, array, place, register)


@intrinsic  # type: ignore[untyped-decorator]
def add_products(_typing: Any, total: Any, weights: Any, sent: Any, at: Any) -> Any:
    """total[at + v] += weights[at + v] * sent[v], in 32 bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds, zero = signature.args, ir.Constant(ir.IntType(64), 0)
        sum_at, weights_at, sent_at = (
            _place(context, builder, kind, value, place)
            for kind, value, place in zip(kinds, values, (values[3], values[3], zero), strict=False)
        )
        weight = builder.sext(builder.load(weights_at, align=2), _WORD)
        product = builder.mul(weight, builder.load(sent_at, align=4))
        builder.store(builder.add(builder.load(sum_at, align=4), product), sum_at, align=4)
        return context.get_dummy_value()

    return types.void(total, weights, sent, at), generate


@intrinsic  # type: ignore[untyped-decorator]
def repeat(_typing: Any, array: Any, at: Any) -> Any:
    """array[at + v] = array[v]."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind, align = signature.args[0], signature.args[0].dtype.bitwidth // 8
        first = _place(context, builder, kind, values[0], ir.Constant(ir.IntType(64), 0))
        target = _place(context, builder, kind, values[0], values[1])
        builder.store(builder.load(first, align=align), target, align=align)
        return context.get_dummy_value()

    return types.void(array, at), generate


@intrinsic  # type: ignore[untyped-decorator]
def draw_groups(
    _typing: Any, seeds: Any, v: Any, group: Any, n: Any, pre: Any, epoch: Any, stream: Any,
    out: Any,
) -> Any:  # fmt: skip
    """All draws of n calls of the generator, from `group` on, for DRAWN_AT_ONCE variants from v on.

    Draw k of variant v is out[k * WIDTH + v]. The variants' keys are made once for all calls.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds, (seeds, v, group, n, pre, epoch, stream, out) = signature.args, values
        seed = builder.load(vector_at(context, builder, kinds[0], seeds, v, _WORDS), align=8)
        keys = seed, builder.lshr(seed, constant(_WORDS, _HALF))
        schedule = [
            [
                builder.add(key, constant(_WORDS, r * weyl))
                for key, weyl in zip(keys, WEYL, strict=True)
            ]
            for r in range(ROUNDS)
        ]
        first = context.make_array(kinds[-1])(context, builder, out).data
        others = [everywhere(builder, one, _WORDS) for one in (pre, epoch, stream)]
        with cgutils.for_range(builder, n) as loop:
            call = everywhere(builder, builder.add(group, loop.index), _WORDS)
            words = _philox(builder, [call, *others], schedule)
            place = builder.mul(loop.index, ir.Constant(loop.index.type, LANES * WIDTH))
            place = builder.add(place, v)
            for lane in range(LANES):
                word = words[lane // 2]
                if lane % 2:
                    word = builder.lshr(word, constant(_WORDS, _DRAW_BITS))
                draws = builder.trunc(word, ir.VectorType(ir.IntType(_DRAW_BITS), DRAWN_AT_ONCE))
                at = builder.gep(first, [builder.add(place, ir.Constant(v.type, lane * WIDTH))])
                builder.store(draws, builder.bitcast(at, draws.type.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.void(seeds, v, group, n, pre, epoch, stream, out), generate


def _philox(builder: Any, counter: Any, schedule: Any) -> Any:
    """kernels/counter.philox on registers: the upper halves of its words mean nothing."""
    c0, c1, c2, c3 = counter
    low, half = constant(_WORDS, (1 << _HALF) - 1), constant(_WORDS, _HALF)
    for k0, k1 in schedule:
        p0, p1 = (
            builder.mul(builder.and_(c, low), constant(_WORDS, multiplier))
            for c, multiplier in zip((c0, c2), MULTIPLIERS, strict=True)
        )
        c0 = builder.xor(builder.xor(builder.lshr(p1, half), c1), k0)
        c2 = builder.xor(builder.xor(builder.lshr(p0, half), c3), k1)
        c1, c3 = p1, p0
    return c0, c1, c2, c3
