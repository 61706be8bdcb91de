"""Vector operations that LLVM does not make from a plain loop, on any processor.

Comparisons give one bit for each element. Stores write a fixed number of elements, even if fewer
are needed. Bytes of several rows are interleaved.
Example: of the bytes [0, 3, 0, 3, 5, ...] `equal_bits(bytes, 0, 3)` is 0b1010.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.sizes import BITSET_BITS, LOG_GROUP, PANEL_PAIR
from loihi_emu.kernels.llvm.view_type import element

_BYTE, _INT32, _INT64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)

STORE_WIDTH: Final = 32
"""Values that are written at once where that many may be too many: a vector, without a rest."""

PANEL_PAIR_BITS: Final = PANEL_PAIR.bit_length() - 1
"""Bits of a neuron within its pair of panels; above them in a word is the number of its synapse."""


def constant(lanes: Any, value: int) -> Any:
    """A constant in every lane."""
    return ir.Constant(lanes, [value] * lanes.count)


def broadcast(builder: Any, value: Any, lanes: Any) -> Any:
    """A value in every lane."""
    none = ir.Constant(lanes, ir.Undefined)
    first = builder.insert_element(none, value, ir.Constant(_INT32, 0))
    return builder.shuffle_vector(
        first, none, ir.Constant(ir.VectorType(_INT32, lanes.count), None)
    )


def vector_at(context: Any, builder: Any, kind: Any, array: Any, k: Any, lanes: Any) -> Any:
    """Address of an element of an array of Numba type `kind`, as that of a vector."""
    return builder.bitcast(element(context, builder, kind, array, k), lanes.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def count_trailing_zeros(_typing: Any, bits: Any) -> Any:
    """Number of the lowest bit that is set in 64; 64 where none is."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(bits), generate


@intrinsic  # type: ignore[untyped-decorator]
def popcount(_typing: Any, bits: Any) -> Any:
    """How many bits are set in 64."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.int64(bits), generate


@intrinsic  # type: ignore[untyped-decorator]
def eight_bytes(_typing: Any, array: Any, place: Any) -> Any:
    """Eight elements of a uint8 array as one word, the first in its lowest bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        first = element(context, builder, signature.args[0], *values)
        word = builder.load(builder.bitcast(first, _INT64.as_pointer()), align=1)
        return word if sys.byteorder == "little" else builder.bswap(word)

    return types.uint64(array, place), generate


@intrinsic  # type: ignore[untyped-decorator]
def splat_store(_typing: Any, array: Any, place: Any, _value: Any) -> Any:
    """Write a value to STORE_WIDTH elements of an array from one on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        lanes = ir.VectorType(context.get_data_type(array.dtype), STORE_WIDTH)
        start = vector_at(context, builder, signature.args[0], values[0], values[1], lanes)
        run = broadcast(builder, values[2], lanes)
        builder.store(run, start, align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, place, array.dtype), generate


@intrinsic  # type: ignore[untyped-decorator]
def expand_mask_store(_typing: Any, array: Any, place: Any, _bits: Any) -> Any:
    """Write each of BITSET_BITS bits, the lowest first, as a 1 or 0 of an array."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        lanes = ir.VectorType(context.get_data_type(array.dtype), BITSET_BITS)
        start = vector_at(context, builder, signature.args[0], values[0], values[1], lanes)
        bits = builder.bitcast(values[2], ir.VectorType(ir.IntType(1), BITSET_BITS))
        one = ir.Constant(lanes, [1] * BITSET_BITS)
        builder.store(
            builder.select(bits, one, ir.Constant(lanes, None)), start,
            align=array.dtype.bitwidth // 8,
        )  # fmt: skip
        return context.get_dummy_value()

    return types.void(array, place, types.uint64), generate


def _truths(kind: Any, ask: Callable[..., Any]) -> Callable[..., Any]:
    """Code for a question about BITSET_BITS elements; the first's answer is the lowest bit."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        lanes = ir.VectorType(context.get_data_type(kind.dtype), BITSET_BITS)
        start = vector_at(context, builder, kind, values[0], values[1], lanes)
        elements = builder.load(start, align=kind.dtype.bitwidth // 8)
        return builder.bitcast(ask(builder, elements, *values[2:]), _INT64)

    return generate


@intrinsic  # type: ignore[untyped-decorator]
def nonzero_bits(_typing: Any, array: Any, place: Any) -> Any:
    """Which of 64 elements of an array are not 0, the first in the lowest bit."""

    def ask(builder: Any, elements: Any) -> Any:
        real = isinstance(array.dtype, types.Float)
        compare = builder.fcmp_unordered if real else builder.icmp_unsigned
        return compare("!=", elements, ir.Constant(elements.type, None))

    return types.uint64(array, place), _truths(array, ask)


@intrinsic  # type: ignore[untyped-decorator]
def equal_bits(_typing: Any, array: Any, place: Any, _value: Any) -> Any:
    """Which of 64 whole numbers of an array are the same as one, the first in the lowest bit."""

    def ask(builder: Any, elements: Any, value: Any) -> Any:
        return builder.icmp_unsigned("==", elements, broadcast(builder, value, elements.type))

    return types.uint64(array, place, array.dtype), _truths(array, ask)


@intrinsic  # type: ignore[untyped-decorator]
def interleave4(_typing: Any, out: Any, _at: Any, rows: Any, _first: Any, _stride: Any) -> Any:
    """Write as four bytes in turn what LOG_GROUP elements are in four rows of bytes.

    The rows lie `_stride` apart, the elements from `_first` on; written is from `out[_at]` on.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        given, start, step = values[2:]
        row, words = ir.VectorType(_BYTE, LOG_GROUP), ir.VectorType(_INT32, LOG_GROUP)
        joined = ir.Constant(words, None)
        for k in range(4):
            place = vector_at(context, builder, signature.args[2], given, start, row)
            shift = 8 * (k if sys.byteorder == "little" else 3 - k)
            wide = builder.zext(builder.load(place, align=1), words)
            joined = builder.or_(joined, builder.shl(wide, constant(words, shift)))
            start = builder.add(start, step)
        target = vector_at(context, builder, signature.args[0], values[0], values[1], words)
        builder.store(joined, target, align=1)
        return context.get_dummy_value()

    return types.void(out, types.int64, rows, types.int64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def unpack_run(_typing: Any, column: Any, place: Any, _at: Any, _start: Any, _base: Any) -> Any:
    """Unpack STORE_WIDTH words from `column[_at]` on: number above PANEL_PAIR_BITS, neuron below.

    `place` becomes `_start` and the number, `column` `_base` and the neuron.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        columns, places, at, start, base = values
        packed, wide = ir.VectorType(_INT32, STORE_WIDTH), ir.VectorType(_INT64, STORE_WIDTH)
        target = vector_at(context, builder, signature.args[0], columns, at, packed)
        words = builder.load(target, align=4)
        number = builder.zext(builder.lshr(words, constant(packed, PANEL_PAIR_BITS)), wide)
        neuron = builder.and_(words, constant(packed, PANEL_PAIR - 1))
        first = broadcast(builder, builder.trunc(base, _INT32), packed)
        builder.store(builder.add(first, neuron), target, align=4)
        found = vector_at(context, builder, signature.args[1], places, at, wide)
        builder.store(builder.add(broadcast(builder, start, wide), number), found, align=8)
        return context.get_dummy_value()

    return types.void(column, place, types.int64, types.int64, types.int64), generate
