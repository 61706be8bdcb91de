"""Arrays at addresses: memory that compiled code reaches without carrying array objects along.

A function that takes NumPy arrays pays for each of them at every call; one that takes a record of
addresses pays once, where it makes an array of the address it needs.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.tables import LINE

_EVERYTHING: Final = 1 << 40
"""A length no array reaches: slices are cut at it, nothing is checked against it."""


def _field(builder: Any, kind: Any, record: Any, name: str) -> Any:
    """Code for an int64 field of a record."""
    offset = ir.Constant(ir.IntType(64), kind.offset(name))
    start = builder.bitcast(record, ir.IntType(8).as_pointer())
    return builder.load(builder.bitcast(builder.gep(start, [offset]), ir.IntType(64).as_pointer()))


def _array(context: Any, builder: Any, kind: Any, address: Any, length: Any = None) -> Any:
    """Code for a contiguous array of type `kind` at an address; without a length, endless."""
    array = context.make_array(kind)(context, builder)
    element = context.get_data_type(kind.dtype)
    itemsize = context.get_constant(types.intp, context.get_abi_sizeof(element))
    everything = context.get_constant(types.intp, _EVERYTHING)
    populate_array(
        array,
        data=builder.inttoptr(address, element.as_pointer()),
        shape=[everything if length is None else length],
        strides=[itemsize],
        itemsize=itemsize,
        meminfo=None,
    )
    return array._getvalue()


def array_at(name: str, kind: Any) -> Any:
    """An intrinsic: the array of `kind` at the address in field `name` of a record."""
    array = types.Array(kind, 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, record: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            start = _field(builder, signature.args[0], values[0], name)
            return _array(context, builder, array, start)

        return array(record), generate

    return at


def record_at(kind: Any) -> Any:
    """An intrinsic: the record of NumPy type `kind` at an address."""
    record = numba.from_dtype(kind)

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_value_type(record))

        return record(address), generate

    return at


def records_at(name: str, kind: Any) -> Any:
    """An intrinsic: the table of `kind` that fields `table_name` and `n_name` of a record give."""
    array = types.Array(numba.from_dtype(kind), 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, record: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            start = _field(builder, signature.args[0], values[0], f"table_{name}")
            length = _field(builder, signature.args[0], values[0], f"n_{name}")
            return _array(context, builder, array, start, length)

        return array(record), generate

    return at


def row_of(kind: Any) -> Any:
    """An intrinsic: the array of `kind` at the address in an entry of a table."""
    array = types.Array(kind, 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return _array(context, builder, array, values[0])

        return array(address), generate

    return at


byte_row, word_row, real_row = row_of(types.uint8), row_of(types.int16), row_of(types.float64)


def stack_bytes(n: int) -> Any:
    """An intrinsic: an uninitialised uint8 array of `n`, there until its function returns."""
    array = types.Array(types.uint8, 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def made(_typing: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, _values: Any) -> Any:
            length = context.get_constant(types.intp, n)
            place = cgutils.alloca_once(builder, ir.IntType(8), size=length)
            start = builder.ptrtoint(place, ir.IntType(64))
            return _array(context, builder, array, start, length)

        return array(), generate

    return made


@jit
def address(array: Any, place: Any) -> Any:
    """Address of an element."""
    return array.ctypes.data + place * array.itemsize


class _Cache(Enum):
    """Which of a core's caches a line is asked for into; LLVM's numbers for them."""

    SECOND, FIRST = 1, 3
    BEST = -1
    """The second where whole rows are more than the first can have under way."""


_FEW_UNDER_WAY: Final = "znver"
"""Processors of which that is so, as LLVM's names of them begin: AMD's Zen. On Intel's Sapphire
Rapids a chip's step gained nothing that way."""


def _wanted(context: Any, writes: bool, cache: _Cache) -> tuple[int, int]:
    """How LLVM is asked for a line: to be written or not, and how near."""
    if cache is _Cache.BEST:
        processor = context.codegen().magic_tuple()[1]
        cache = _Cache.SECOND if processor.startswith(_FEW_UNDER_WAY) else _Cache.FIRST
    return int(writes and cache is _Cache.FIRST), cache.value


def _prefetching(writes: bool, cache: _Cache = _Cache.FIRST) -> Any:
    """An intrinsic: ask for the cache line of an element that will soon be read, or also written.

    A second cache takes more requests at a time. What other threads read as well is better not
    asked for to be written: it would be theirs no more.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def asked(_typing: Any, array: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            held = context.make_array(signature.args[0])(context, builder, values[0])
            element = builder.gep(held.data, [values[1]])
            byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
            wanted = [ir.Constant(flag, n) for n in (*_wanted(context, writes, cache), 1)]
            builder.call(function, [builder.bitcast(element, byte), *wanted])
            return context.get_dummy_value()

        return types.void(array, place), generate

    return asked


prefetch, prefetch_to_read = _prefetching(writes=True), _prefetching(writes=False)
prefetch_far = _prefetching(writes=False, cache=_Cache.SECOND)


def _prefetching_runs(one: Any) -> Any:
    """A function: ask for the cache lines of array[start:stop], up to so many.

    Always for as many, some of them twice: how many there are cannot be foreseen, and a loop that
    ends elsewhere than last time costs more than the requests.
    """

    @jit
    def run(array: Any, start: Any, stop: Any, lines: Any) -> None:
        in_line, last = LINE // array.itemsize, max(start, stop - 1)
        for k in range(lines):
            one(array, min(start + k * in_line, last))

    return run


prefetch_run, prefetch_run_to_read = (
    _prefetching_runs(_prefetching(writes, _Cache.BEST)) for writes in (True, False)
)


@intrinsic  # type: ignore[untyped-decorator]
def add_atomically(_typing: Any, array: Any, place: Any, _value: Any) -> Any:
    """Add to an element that other threads change too; what it was before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, values[0])
        element = builder.gep(held.data, [values[1]])
        return builder.atomic_rmw("add", element, values[2], "seq_cst")

    return types.int64(array, place, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def read_atomically(_typing: Any, array: Any, place: Any) -> Any:
    """An element as other threads left it, with all they wrote before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, values[0])
        element = builder.gep(held.data, [values[1]])
        return builder.load_atomic(element, "seq_cst", 8)

    return types.int64(array, place), generate


@intrinsic  # type: ignore[untyped-decorator]
def call_at(_typing: Any, address: Any) -> Any:
    """Call the C function without arguments at an address."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), [])
        return context.get_dummy_value()

    return types.void(address), generate
