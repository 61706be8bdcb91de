"""Arrays at addresses, so that compiled code need not pass array objects from call to call.

A function that takes NumPy arrays pays for each of them at every call. A function that takes a
record of addresses pays once, where it makes an array of the address that it needs.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.numba_private import cgutils
from loihi_emu.kernels.llvm.sizes import BATCH, FLOATING
from loihi_emu.kernels.llvm.view_type import View


def _field(builder: Any, kind: Any, record: Any, name: str) -> Any:
    """Code for an int64 field of a record."""
    offset = ir.Constant(ir.IntType(64), kind.offset(name))
    start = builder.bitcast(record, ir.IntType(8).as_pointer())
    return builder.load(builder.bitcast(builder.gep(start, [offset]), ir.IntType(64).as_pointer()))


def array_at(name: str, fixed: Any, floating: Any = None) -> Any:
    """An intrinsic: the array at the address in field `name` of a record.

    Its elements are of type `floating`, if given, where the record is that of a run in floating
    point (`is_floating`), else of type `fixed`.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, record: Any) -> Any:
        kind = floating if floating is not None and is_floating(record) else fixed
        view = View(kind)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            start = _field(builder, signature.args[0], values[0], name)
            return builder.inttoptr(start, context.get_value_type(view))

        return view(record), generate

    return at


@intrinsic  # type: ignore[untyped-decorator]
def record_address(_typing: Any, record: Any) -> Any:
    """Where a record lies."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.ptrtoint(values[0], ir.IntType(64))

    return types.int64(record), generate


def is_batch(kind: Any) -> bool:
    """Whether a Numba type is the memory record of variants side by side, by its last field."""
    return isinstance(kind, types.Record) and BATCH in kind.fields


def is_floating(kind: Any) -> bool:
    """Whether a Numba type is the memory record of a run in floating point, by its last field."""
    return isinstance(kind, types.Record) and FLOATING in kind.fields


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
    """An intrinsic: the table of `kind` at the address in field `table_name` of a record."""
    return array_at(f"table_{name}", numba.from_dtype(kind))


def array_at_address(kind: Any) -> Any:
    """An intrinsic: the array of `kind` at the address in an entry of a table."""
    view = View(kind)

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_value_type(view))

        return view(address), generate

    return at


uint8_row, int16_row, int32_row, float64_row = (
    array_at_address(types.uint8),
    array_at_address(types.int16),
    array_at_address(types.int32),
    array_at_address(types.float64),
)


def stack_bytes(n: int) -> Any:
    """An intrinsic: an uninitialised uint8 array of `n`, there until its function returns."""
    view = View(types.uint8)

    @intrinsic  # type: ignore[untyped-decorator]
    def made(_typing: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, _values: Any) -> Any:
            length = context.get_constant(types.intp, n)
            return cgutils.alloca_once(builder, ir.IntType(8), size=length)

        return view(), generate

    return made
