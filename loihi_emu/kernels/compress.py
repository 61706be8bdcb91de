"""Listing by vectors: what counts of a vector is moved together and written at once.

Processors with AVX-512 have instructions for it; `compresses()` says whether this one does. For
others, loops in marks.py and waiting.py list one by one: the same lists.
Example: of waiting = [0, 5, 0, 7] and places = [10, 11, 12, 13] the places 11 and 13 are kept.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from loihi_emu.kernels.vectors import NEAR_BITS, constant, everywhere, vector_at

_WANTED: Final = frozenset({"+avx512f", "+avx512bw", "+avx512vl"})
_INT32: Final = ir.IntType(32)

LISTED_AT_ONCE: Final = 16
"""Neurons that `list_some` looks up."""

KEPT_AT_ONCE: Final = 8
"""Synapses that `keep_some` looks at."""


def _can(context: Any) -> bool:
    """Whether the processor that code is made for compresses vectors."""
    return set(context.codegen().magic_tuple()[2].split(",")) >= _WANTED


@intrinsic  # type: ignore[untyped-decorator]
def compresses(_typing: Any) -> Any:
    """Whether `list_some` and `keep_some` do what they say; a constant."""

    def generate(context: Any, _builder: Any, _signature: Any, _values: Any) -> Any:
        return cgutils.true_bit if _can(context) else cgutils.false_bit

    return types.boolean(), generate


@intrinsic  # type: ignore[untyped-decorator]
def list_some(
    _typing: Any, words: Any, near: Any, k: Any, n: Any, out: Any, count: Any
) -> Any:  # fmt: skip
    """Of neurons near[k:n], at most LISTED_AT_ONCE, list those in a set; where the list ends.

    In one word each, its number above the 16 bits of `near`. As many words as are looked up are
    written.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        count = values[-1]
        if not _can(context):
            return count
        k, n = values[2:4]
        lanes = ir.VectorType(_INT32, LISTED_AT_ONCE)
        live = _first(builder, builder.sub(n, k), LISTED_AT_ONCE)
        short = ir.VectorType(ir.IntType(16), LISTED_AT_ONCE)
        none = ir.Constant(short, None)
        place = vector_at(context, builder, signature.args[1], values[1], k, short)
        neuron = builder.zext(
            _call(
                builder, f"llvm.masked.load.v{LISTED_AT_ONCE}i16.p0", short,
                place, ir.Constant(_INT32, 2), live, none,
            ),
            lanes,
        )  # fmt: skip
        base = context.make_array(signature.args[0])(context, builder, values[0]).data
        word = _call(
            builder, "llvm.x86.avx512.mask.gather.dpi.512", lanes, ir.Constant(lanes, None),
            builder.bitcast(base, ir.IntType(8).as_pointer()),
            builder.lshr(neuron, constant(lanes, 5)), live, ir.Constant(_INT32, 4),
        )  # fmt: skip
        bit = builder.lshr(word, builder.and_(neuron, constant(lanes, 31)))
        inside = builder.trunc(bit, live.type)
        number = builder.add(
            everywhere(builder, builder.trunc(k, _INT32), lanes),
            ir.Constant(lanes, list(range(LISTED_AT_ONCE))),
        )
        packed = builder.or_(builder.shl(number, constant(lanes, NEAR_BITS)), neuron)
        found = builder.and_(inside, live)
        target = vector_at(context, builder, signature.args[4], values[4], count, lanes)
        builder.store(_compressed(builder, packed, found), target, align=4)
        return builder.add(count, _how_many(builder, found))

    return types.int64(words, near, k, n, out, count), generate


@intrinsic  # type: ignore[untyped-decorator]
def keep_some(
    _typing: Any, waiting: Any, place: Any, row: Any, column: Any, k: Any, n: Any, left: Any
) -> Any:  # fmt: skip
    """Of synapses k .. n - 1, at most KEPT_AT_ONCE, move those that wait to `left`; where they end.

    The arrays are read and written as far as KEPT_AT_ONCE reaches.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        k, n, left = values[4:]
        if not _can(context):
            return left
        loaded = []
        for kind, value in zip(signature.args[:4], values[:4], strict=True):
            lanes = ir.VectorType(context.get_data_type(kind.dtype), KEPT_AT_ONCE)
            start = vector_at(context, builder, kind, value, k, lanes)
            loaded.append(builder.load(start, align=kind.dtype.bitwidth // 8))
        waits = builder.icmp_unsigned("!=", loaded[0], ir.Constant(loaded[0].type, None))
        kept = builder.and_(waits, _first(builder, builder.sub(n, k), KEPT_AT_ONCE))
        for kind, value, lanes in zip(signature.args[:4], values[:4], loaded, strict=True):
            target = vector_at(context, builder, kind, value, left, lanes.type)
            align = kind.dtype.bitwidth // 8
            builder.store(_compressed(builder, lanes, kept), target, align=align)
        return builder.add(left, _how_many(builder, kept))

    return types.int64(waiting, place, row, column, k, n, left), generate


def _first(builder: Any, n: Any, count: int) -> Any:
    """The first n of `count` lanes, n > 0; all where n is larger."""
    bits, most = ir.IntType(count), ir.Constant(n.type, count)
    live = builder.select(builder.icmp_signed("<", n, most), n, most)
    dead = builder.trunc(builder.sub(most, live), bits)
    mask = builder.lshr(ir.Constant(bits, -1), dead)
    return builder.bitcast(mask, ir.VectorType(ir.IntType(1), count))


def _call(builder: Any, name: str, returned: Any, *values: Any) -> Any:
    """A call of one of LLVM's functions."""
    kind = ir.FunctionType(returned, [value.type for value in values])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, values)


def _compressed(builder: Any, lanes: Any, kept: Any) -> Any:
    """Those lanes that are kept, together; 0 behind them."""
    size = lanes.type
    name = f"llvm.x86.avx512.mask.compress.v{size.count}i{size.element.width}"
    return _call(builder, name, size, lanes, ir.Constant(size, None), kept)


def _how_many(builder: Any, kept: Any) -> Any:
    """How many lanes are kept."""
    bits = builder.bitcast(kept, ir.IntType(kept.type.count))
    return builder.zext(builder.ctpop(bits), ir.IntType(64))
