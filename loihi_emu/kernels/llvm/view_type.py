"""A pointer with the type of its elements: what compiled code reads and writes arrays by.

A NumPy array inside Numba is a structure of eight numbers, and each read or slice of it is code
that LLVM has to remove again. Kernels need one of the eight, so a `View` is that one: `view[k]`
is an element, `view[k:]` the view from there on. It has no length; nothing is checked.
Functions that take a view also take a NumPy array, as tests pass them.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import (
    intrinsic,
    lower_builtin,
    models,
    register_model,
    type_callable,
)


class View(types.Type):  # type: ignore[misc]
    """Numba's type of a view whose elements are of type `dtype`."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"View({dtype})")


@register_model(View)
class _ViewModel(models.PrimitiveModel):  # type: ignore[misc]
    """A view in LLVM: a pointer to its first element."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, manager.lookup(kind.dtype).get_data_type().as_pointer())


def first_element(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Pointer to the first element of a view, or of a NumPy array."""
    if isinstance(kind, View):
        return value
    return context.make_array(kind)(context, builder, value).data


def element(context: Any, builder: Any, kind: Any, value: Any, place: Any) -> Any:
    """Pointer to an element of a view or of a NumPy array: every access goes by it."""
    return builder.gep(first_element(context, builder, kind, value), [place])


def item_bytes(context: Any, kind: Any) -> int:
    """Bytes of an element."""
    return int(context.get_abi_sizeof(context.get_data_type(kind.dtype)))


def _place(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """An index as a 64-bit number."""
    return context.cast(builder, value, kind, types.intp)


@type_callable(operator.getitem)  # type: ignore[untyped-decorator]
def _type_getitem(_context: Any) -> Any:
    def typer(view: Any, place: Any) -> Any:
        if isinstance(view, View) and isinstance(place, types.Integer):
            return view.dtype
        if isinstance(view, View) and isinstance(place, types.SliceType):
            return view
        return None

    return typer


@type_callable(operator.setitem)  # type: ignore[untyped-decorator]
def _type_setitem(_context: Any) -> Any:
    def typer(view: Any, place: Any, _value: Any) -> Any:
        if isinstance(view, View) and isinstance(place, types.Integer):
            return types.none(view, place, view.dtype)
        return None

    return typer


@lower_builtin(operator.getitem, View, types.Integer)  # type: ignore[untyped-decorator]
def _getitem(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, index = signature.args
    place = _place(context, builder, index, values[1])
    pointer = element(context, builder, kind, values[0], place)
    if isinstance(kind.dtype, types.Record):
        return pointer
    return context.unpack_value(builder, kind.dtype, pointer)


@lower_builtin(operator.getitem, View, types.SliceType)  # type: ignore[untyped-decorator]
def _slice(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, index = signature.args
    start = context.make_helper(builder, index, values[1]).start
    return element(context, builder, kind, values[0], start)


@lower_builtin(operator.setitem, View, types.Integer, types.Any)  # type: ignore[untyped-decorator]
def _setitem(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, index, _ = signature.args
    place = _place(context, builder, index, values[1])
    pointer = element(context, builder, kind, values[0], place)
    context.pack_value(builder, kind.dtype, values[2], pointer)
    return context.get_dummy_value()


@intrinsic  # type: ignore[untyped-decorator]
def address(_typing: Any, view: Any, place: Any) -> Any:
    """Address of an element."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        at = _place(context, builder, signature.args[1], values[1])
        pointer = element(context, builder, signature.args[0], values[0], at)
        return builder.ptrtoint(pointer, ir.IntType(64))

    return types.int64(view, place), generate


@intrinsic  # type: ignore[untyped-decorator]
def item_size(_typing: Any, view: Any) -> Any:
    """Bytes of an element; a constant."""

    def generate(context: Any, _builder: Any, signature: Any, _values: Any) -> Any:
        return ir.Constant(ir.IntType(64), item_bytes(context, signature.args[0]))

    return types.int64(view), generate
