"""Vector operations over `WIDTH` variants, written out, as LLVM does not vectorise so short a loop.

Example: `add_products(total, weights, sent, 64)` adds elements 64 .. 95 of weights times sent.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.chip.counter import (
    LANE_BITS,
    LANES,
    LANES_PER_WORD,
    PARITY,
    ROTATIONS,
    ROUNDS,
    ROUNDS_BETWEEN_KEYS,
    WORD_BITS,
)
from loihi_emu.kernels.llvm.bit_vectors import broadcast, constant, vector_at
from loihi_emu.kernels.llvm.numba_private import cgutils
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.llvm.view_type import first_element

_WORD = ir.VectorType(ir.IntType(32), WIDTH)


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
def repeat_register(_typing: Any, array: Any, at: Any) -> Any:
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
    _typing: Any, keys: Any, time: Any, which: Any, group: Any, n: Any, out: Any
) -> Any:  # fmt: skip
    """All draws of n calls of the generator, from `group` on, for all variants.

    `keys` has their lower words, then their upper ones. Draw k of variant v is out[k * WIDTH + v].
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds, (keys, time, which, group, n, out) = signature.args, values
        zero, width = (ir.Constant(ir.IntType(64), place) for place in (0, WIDTH))
        low, high = (
            builder.load(_place(context, builder, kinds[0], keys, place), align=4)
            for place in (zero, width)
        )
        key = low, builder.add(high, broadcast(builder, time, _WORD))
        first = first_element(context, builder, kinds[-1], out)
        with cgutils.for_range(builder, n) as loop:
            call = builder.add(group, builder.trunc(loop.index, group.type))
            counter = (broadcast(builder, one, _WORD) for one in (call, which))
            place = builder.mul(loop.index, ir.Constant(loop.index.type, LANES * WIDTH))
            for lane, word in enumerate(_lanes(builder, _threefry(builder, counter, key))):
                at = builder.gep(first, [builder.add(place, ir.Constant(place.type, lane * WIDTH))])
                builder.store(word, builder.bitcast(at, word.type.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.void(keys, time, which, group, n, out), generate


def _threefry(builder: Any, counter: Any, key: Any) -> list[Any]:
    """chip/counter.threefry on registers."""
    parity = builder.xor(builder.xor(*key), constant(_WORD, PARITY))
    keys = *key, parity
    x0, x1 = (builder.add(word, one) for word, one in zip(counter, key, strict=True))
    for round_number in range(1, ROUNDS + 1):
        rotation = ROTATIONS[(round_number - 1) % len(ROTATIONS)]
        x0 = builder.add(x0, x1)
        up = builder.shl(x1, constant(_WORD, rotation))
        down = builder.lshr(x1, constant(_WORD, WORD_BITS - rotation))
        x1 = builder.xor(builder.or_(up, down), x0)
        if round_number % ROUNDS_BETWEEN_KEYS == 0:
            times = round_number // ROUNDS_BETWEEN_KEYS
            x0 = builder.add(x0, keys[times % 3])
            x1 = builder.add(x1, builder.add(keys[(times + 1) % 3], constant(_WORD, times)))
    return [x0, x1]


def _lanes(builder: Any, words: list[Any]) -> list[Any]:
    """The draws that words hold, lower halves first."""
    half = ir.VectorType(ir.IntType(LANE_BITS), WIDTH)
    return [
        builder.trunc(builder.lshr(word, constant(_WORD, lane * LANE_BITS)), half)
        for word in words
        for lane in range(LANES_PER_WORD)
    ]
