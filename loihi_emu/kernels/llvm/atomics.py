"""Atomic reads and additions, and a call of a C function at an address."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.view_type import element


@intrinsic  # type: ignore[untyped-decorator]
def atomic_add(_typing: Any, array: Any, place: Any, _value: Any) -> Any:
    """Add to an element that other threads change too; what it was before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        word = element(context, builder, signature.args[0], values[0], values[1])
        return builder.atomic_rmw("add", word, values[2], "seq_cst")

    return types.int64(array, place, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def atomic_load(_typing: Any, array: Any, place: Any) -> Any:
    """An element as other threads left it, with all they wrote before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        word = element(context, builder, signature.args[0], *values)
        return builder.load_atomic(word, "seq_cst", 8)

    return types.int64(array, place), generate


@intrinsic  # type: ignore[untyped-decorator]
def call_address(_typing: Any, address: Any) -> Any:
    """Call the C function without arguments at an address."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(values[0], kind.as_pointer()), [])
        return context.get_dummy_value()

    return types.void(address), generate
