"""Arrays at addresses: memory that compiled code reaches without carrying array objects along.

A function that takes NumPy arrays pays for each of them at every call; one that takes a record of
addresses pays once, where it makes an array of the address it needs.
"""

from __future__ import annotations

from typing import Any, Final

from numba import carray, types
from numba.extending import intrinsic

from loihi_emu.kernels.jit import jit

_EVERYTHING: Final = 1 << 40
"""A length no array reaches: slices are cut at it, nothing is checked against it."""


def _cast(kind: Any) -> Any:
    """An intrinsic from an address to a pointer to `kind`."""

    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(address), generate

    return pointer


_POINTERS: Final = {
    kind: _cast(kind)
    for kind in (
        types.uint8, types.int16, types.uint16, types.int32, types.int64, types.uint64,
        types.float64,
    )
}  # fmt: skip


def array_at(name: str, kind: Any) -> Any:
    """A compiled function: the array of `kind` at the address in field `name` of a record."""
    pointer = _POINTERS[kind]

    @jit
    def array(record: Any) -> Any:
        return carray(pointer(record[name]), (_EVERYTHING,))

    return array


def row_of(kind: Any) -> Any:
    """A compiled function: the array of `kind` at the address in a row of a table."""
    pointer = _POINTERS[kind]

    @jit
    def row(table: Any, number: Any) -> Any:
        return carray(pointer(table[number]), (_EVERYTHING,))

    return row


byte_row, word_row, real_row = row_of(types.uint8), row_of(types.int16), row_of(types.float64)


@jit
def address(array: Any, place: Any) -> Any:
    """Address of an element."""
    return array.ctypes.data + place * array.itemsize
