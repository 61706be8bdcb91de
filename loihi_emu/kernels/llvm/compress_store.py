"""Listing by compress: the chosen lanes of a register are moved together and written at once.

Processors with AVX-512 have instructions for it; `has_avx512_compress()` says whether this one
does. On others, loops in gather/bitset.py and deferred/pending_updates.py make the same lists
element by element.
Example: of waiting = [0, 5, 0, 7] and places = [10, 11, 12, 13] the places 11 and 13 are kept.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.bit_vectors import PANEL_PAIR_BITS, broadcast, constant, vector_at
from loihi_emu.kernels.llvm.numba_private import cgutils, processor
from loihi_emu.kernels.llvm.sizes import PANEL
from loihi_emu.kernels.llvm.view_type import first_element

_WANTED: Final = frozenset({"+avx512f", "+avx512bw", "+avx512vl"})
_INT32: Final = ir.IntType(32)

SELECTED_AT_ONCE, LOOKED_UP_AT_ONCE = 64, 16
"""Neurons that `select_members_avx512` looks at, and of them those in one register."""

COMPACTED_AT_ONCE: Final = 8
"""Synapses that `compact_avx512` looks at."""


def _can(context: Any) -> bool:
    """Whether the processor that code is made for compresses vectors."""
    return processor(context)[1] >= _WANTED


@intrinsic  # type: ignore[untyped-decorator]
def has_avx512_compress(_typing: Any) -> Any:
    """Whether functions of this module do what they say; a constant."""

    def generate(context: Any, _builder: Any, _signature: Any, _values: Any) -> Any:
        return cgutils.true_bit if _can(context) else cgutils.false_bit

    return types.boolean(), generate


@intrinsic  # type: ignore[untyped-decorator]
def select_members_avx512(
    _typing: Any, words: Any, offsets: Any, k: Any, n_left: Any, n: Any, out: Any, count: Any
) -> Any:  # fmt: skip
    """Of neurons offsets[k:n], at most SELECTED_AT_ONCE, list those in a set; where the list ends.

    Those from number `n_left` on are in the right panel of the pair where the set begins. In one
    word each, its number above the bits of a neuron. All are looked up before any is listed:
    where a list ends hangs on what was found, and what is looked up after it may have to wait.
    Up to LOOKED_UP_AT_ONCE more words are written.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        count = values[-1]
        if not _can(context):
            return count
        k, n_left, n = values[2:5]
        lanes = ir.VectorType(_INT32, LOOKED_UP_AT_ONCE)
        left = broadcast(builder, builder.trunc(n_left, _INT32), lanes)
        looked_up = []
        for first in range(0, SELECTED_AT_ONCE, LOOKED_UP_AT_ONCE):
            start = builder.add(k, ir.Constant(k.type, first))
            number = builder.add(
                broadcast(builder, builder.trunc(start, _INT32), lanes),
                ir.Constant(lanes, list(range(LOOKED_UP_AT_ONCE))),
            )
            live = _first_lanes(builder, builder.sub(n, start), LOOKED_UP_AT_ONCE)
            within = builder.select(builder.icmp_signed("<", start, n), start, k)
            neuron = _load_offsets(context, builder, signature.args[1], values[1], within, live)
            page = builder.select(
                builder.icmp_signed("<", number, left),
                ir.Constant(lanes, None), constant(lanes, PANEL),
            )  # fmt: skip
            neuron = builder.add(neuron, page)
            inside = _is_member(context, builder, signature.args[0], values[0], neuron, live)
            packed = builder.or_(builder.shl(number, constant(lanes, PANEL_PAIR_BITS)), neuron)
            looked_up.append((packed, builder.and_(inside, live)))
        for packed, found in looked_up:
            target = vector_at(context, builder, signature.args[5], values[5], count, lanes)
            builder.store(_compress(builder, packed, found), target, align=4)
            count = builder.add(count, _popcount(builder, found))
        return count

    return types.int64(words, offsets, k, n_left, n, out, count), generate


@intrinsic  # type: ignore[untyped-decorator]
def members_mask_avx512(_typing: Any, words: Any, neurons: Any, k: Any, n: Any) -> Any:
    """Which of neurons[k:n], up to SELECTED_AT_ONCE, are in a set, the first in the lowest bit."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        bits = ir.Constant(ir.IntType(64), 0)
        if not _can(context):
            return bits
        words, neurons, k, n = values
        lanes = ir.VectorType(_INT32, LOOKED_UP_AT_ONCE)
        for first in range(0, SELECTED_AT_ONCE, LOOKED_UP_AT_ONCE):
            start = builder.add(k, ir.Constant(k.type, first))
            live = _first_lanes(builder, builder.sub(n, start), LOOKED_UP_AT_ONCE)
            place = vector_at(context, builder, signature.args[1], neurons, start, lanes)
            neuron = builder.load(place, align=4)
            inside = _is_member(context, builder, signature.args[0], words, neuron, live)
            some = builder.bitcast(builder.and_(inside, live), ir.IntType(LOOKED_UP_AT_ONCE))
            some = builder.shl(builder.zext(some, bits.type), ir.Constant(bits.type, first))
            bits = builder.or_(bits, some)
        return bits

    return types.uint64(words, neurons, k, n), generate


def _load_offsets(
    context: Any, builder: Any, kind: Any, offsets: Any, start: Any, live: Any
) -> Any:
    """LOOKED_UP_AT_ONCE elements of `offsets` from one on, of those that are live; 0 for others."""
    short = ir.VectorType(ir.IntType(16), LOOKED_UP_AT_ONCE)
    elements = _call(
        builder, f"llvm.masked.load.v{LOOKED_UP_AT_ONCE}i16.p0", short,
        vector_at(context, builder, kind, offsets, start, short), ir.Constant(_INT32, 2), live,
        ir.Constant(short, None),
    )  # fmt: skip
    return builder.zext(elements, ir.VectorType(_INT32, LOOKED_UP_AT_ONCE))


def _is_member(context: Any, builder: Any, kind: Any, words: Any, neuron: Any, live: Any) -> Any:
    """Whether neurons are in a set, of those that are live."""
    lanes = neuron.type
    base = first_element(context, builder, kind, words)
    word = _call(
        builder, "llvm.x86.avx512.mask.gather.dpi.512", lanes, ir.Constant(lanes, None),
        builder.bitcast(base, ir.IntType(8).as_pointer()),
        builder.lshr(neuron, constant(lanes, 5)), live, ir.Constant(_INT32, 4),
    )  # fmt: skip
    bit = builder.lshr(word, builder.and_(neuron, constant(lanes, 31)))
    return builder.trunc(bit, live.type)


@intrinsic  # type: ignore[untyped-decorator]
def compact_avx512(
    _typing: Any, pending: Any, place: Any, row: Any, column: Any, k: Any, n: Any, left: Any
) -> Any:  # fmt: skip
    """Of synapses k .. n - 1, at most COMPACTED_AT_ONCE, move pending ones to `left`; their end.

    The arrays are read and written as far as COMPACTED_AT_ONCE reaches.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        k, n, left = values[4:]
        if not _can(context):
            return left
        loaded = []
        for kind, value in zip(signature.args[:4], values[:4], strict=True):
            lanes = ir.VectorType(context.get_data_type(kind.dtype), COMPACTED_AT_ONCE)
            start = vector_at(context, builder, kind, value, k, lanes)
            loaded.append(builder.load(start, align=kind.dtype.bitwidth // 8))
        waits = builder.icmp_unsigned("!=", loaded[0], ir.Constant(loaded[0].type, None))
        chosen = builder.and_(waits, _first_lanes(builder, builder.sub(n, k), COMPACTED_AT_ONCE))
        for kind, value, lanes in zip(signature.args[:4], values[:4], loaded, strict=True):
            target = vector_at(context, builder, kind, value, left, lanes.type)
            align = kind.dtype.bitwidth // 8
            builder.store(_compress(builder, lanes, chosen), target, align=align)
        return builder.add(left, _popcount(builder, chosen))

    return types.int64(pending, place, row, column, k, n, left), generate


def _first_lanes(builder: Any, n: Any, count: int) -> Any:
    """The first n of `count` lanes; all where n is larger, none where it is negative."""
    none, most = ir.Constant(n.type, 0), ir.Constant(n.type, count)
    n = builder.select(builder.icmp_signed(">", n, none), n, none)
    n = builder.select(builder.icmp_signed("<", n, most), n, most)
    mask = builder.lshr(ir.Constant(n.type, (1 << count) - 1), builder.sub(most, n))
    bits = builder.trunc(mask, ir.IntType(count))
    return builder.bitcast(bits, ir.VectorType(ir.IntType(1), count))


def _call(builder: Any, name: str, returned: Any, *values: Any) -> Any:
    """A call of one of LLVM's functions."""
    kind = ir.FunctionType(returned, [value.type for value in values])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, values)


def _compress(builder: Any, lanes: Any, chosen: Any) -> Any:
    """Those lanes that are kept, together; 0 behind them."""
    size = lanes.type
    name = f"llvm.x86.avx512.mask.compress.v{size.count}i{size.element.width}"
    return _call(builder, name, size, lanes, ir.Constant(size, None), chosen)


def _popcount(builder: Any, chosen: Any) -> Any:
    """How many lanes are kept."""
    bits = builder.bitcast(chosen, ir.IntType(chosen.type.count))
    return builder.zext(builder.ctpop(bits), ir.IntType(64))
