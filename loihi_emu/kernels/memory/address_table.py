"""The memory record: where all arrays of a run lie, as one row of 64-bit numbers.

Compiled code passes one pointer to it. Each thread and each variant has a record of its own.
Example: `bind(record, arenas)` writes the addresses of the state arenas.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.kernels.llvm.sizes import BATCH, FIXED, FLOATING
from loihi_emu.kernels.memory.arrays import Arenas, Block, Constants, Draws, Output, Tables

_FIELDS: Final[dict[type, dict[str, str]]] = {
    Tables: {name: f"table_{name}" for name in Tables._fields},
    Arenas: {name: name for name in Arenas._fields},
    Constants: {
        "index": "structure", "post_offset16": "post_offset16", "pointer": "pointer",
        "neural": "currents", "traces": "received", "delays": "delays",
    },
    Block: {name: name for name in Block._fields},
    Draws: {"decay": "decay", "impulse": "impulse", "synaptic": "synaptic_draw"},
    Output: {name: f"out_{name}" for name in Output._fields},
}  # fmt: skip
"""Field of the memory record for every array of a run."""

_COLUMNS: Final = (
    *(name for fields in _FIELDS.values() for name in fields.values()),
    *(f"n_{name}" for name in Tables._fields),
    "draw_stride", "flush_at_end", "thread_index", "threads", "shared", "yield_function",
    "variant_keys", "decay_slopes", "learning_part", "deferred_part",
)  # fmt: skip
"""Addresses of all arrays and lengths of the tables; the number of steps that shared draws are laid
out for; whether a call ends by learning from all post spikes that wait; which of how many threads
this is, the address of what they share, and that of the system's function that lets another run;
what variants side by side have besides, see kernels/batch; addresses of the parts of a run that
its steps call."""

MEMORY, FLOAT_MEMORY, BATCH_MEMORY = (
    np.dtype([(name, np.int64) for name in (*_COLUMNS, mode)]) for mode in (FIXED, FLOATING, BATCH)
)
"""The record, for Python and fixed point; in floating point; of variants side by side."""

_COLUMN: Final = {name: column for column, name in enumerate(_COLUMNS)}

THREAD_COLUMNS: Final = tuple(_COLUMN[name] for name in (*_FIELDS[Block].values(), "shared"))
"""Columns that say where a thread's own scratch lies, whichever run it is at."""


class Record:
    """One memory record, and the arrays it points to.

    Attributes
    ----------
    address : int
        Of the record itself: what compiled entry points take.
    """

    def __init__(self) -> None:
        self._row = np.zeros(1, MEMORY).view(np.int64)
        self._bound: dict[type, Any] = {}
        self.address = address(self._row)

    def set(self, **fields: int) -> None:
        """Set fields that are numbers."""
        for name, value in fields.items():
            self._row[_COLUMN[name]] = value

    def bind(self, group: Tables | Arenas | Constants | Block | Draws | Output) -> None:
        """Point to a group's arrays, which have to be contiguous; they are kept alive.

        A group that is bound already costs nothing.
        """
        kind = type(group)
        if self._bound.get(kind) is group:
            return
        for (name, field), array in zip(_FIELDS[kind].items(), group, strict=True):
            assert array.flags.c_contiguous
            self._row[_COLUMN[field]] = address(array)
            if kind is Tables:
                self._row[_COLUMN[f"n_{name}"]] = array.size
        if isinstance(group, Draws):
            self._row[_COLUMN["draw_stride"]] = group.synaptic.shape[1]
        self._bound[kind] = group


class Records:
    """Memory records of many variants of a run, each of one thread.

    Parameters
    ----------
    n : int
    width : int
        Variants that share arrays, side by side; the first of them points to these.

    Attributes
    ----------
    table : [n] array of MEMORY
    """

    def __init__(self, n: int, width: int = 1) -> None:
        self.table = np.zeros(n, MEMORY)
        self._first = self.table[::width]
        self._bound: dict[type, Any] = {}

    def bind(self, group: Tables | Arenas | Constants | Output) -> None:
        """Point all to a group's arrays, or to their rows of arrays [side by side, ...]."""
        kind = type(group)
        for (name, field), array in zip(_FIELDS[kind].items(), group, strict=True):
            rows = np.arange(len(self._first)) * array.strides[0] if array.ndim > 1 else 0
            self._first[field] = address(array) + rows
            if kind is Tables:
                self._first[f"n_{name}"] = array.shape[-1]
        self._bound[kind] = group

    def point(self, **arrays: NDArray[Any]) -> None:
        """Point the first of each group to its row of arrays [group, ...]."""
        for field, array in arrays.items():
            self._first[field] = address(array) + np.arange(len(self._first)) * array.strides[0]

    def bind_draws(self, draws: Draws, skipped: NDArray[np.int64]) -> None:
        """Point the first variants to their rows of draws beyond the first `skipped` steps."""
        n = len(skipped)
        for field, array in zip(_FIELDS[Draws].values(), draws, strict=True):
            rows = address(array) + np.arange(n) * array.strides[0]
            self.table[field][:n] = rows + array.itemsize * skipped
        self.table["draw_stride"] = draws.synaptic.shape[-1]
        self._bound[Draws] = draws

    def bind_each(self, groups: Sequence[Block] | Sequence[Draws], skipped: Any = 0) -> None:
        """Point variant k to groups[k], of shared draws beyond the first `skipped` steps."""
        kind = type(groups[0])
        different = {id(group): group for group in groups}
        places = {key: [address(array) for array in one] for key, one in different.items()}
        columns = np.array([places[id(group)] for group in groups], np.int64).T
        for field, array, column in zip(_FIELDS[kind].values(), groups[0], columns, strict=True):
            self.table[field][: len(groups)] = column + array.itemsize * skipped
        if isinstance(groups[0], Draws):
            self.table["draw_stride"] = groups[0].synaptic.shape[1]
        self._bound[kind] = list(groups)


def address(array: NDArray[Any]) -> int:
    """Where an array's first element lies, if it has one; several times faster than NumPy's."""
    if not array.size:
        return 0
    return ctypes.addressof(ctypes.c_char.from_buffer(array))  # type: ignore[arg-type]
