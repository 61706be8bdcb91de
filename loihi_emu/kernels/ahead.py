"""Asking for memory ahead of its use: later rows' synapses, while one row is worked on.

Rows lie anywhere in memory. Where one begins is asked for well before its synapses are, so that
asking for them does not wait. Shared by fixed point and float, see kernels/learning.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.pointers import (
    prefetch_run,
    prefetch_run_far,
    prefetch_run_to_read,
    prefetch_to_read,
)

_SOON: Final = 4
_LATER: Final = 12
_POINTERS: Final = 20


def make_ahead(family: ModuleType) -> tuple[Callable[..., None], Callable[..., None]]:
    """The request of whole rows, and of one part of rows, in one family of kernels."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, near_of, pointer_of = memory.synaptic_of, memory.near_of, memory.pointer_of

    @jit
    def ahead(c: Any, m: Any, rows: Any, k: Any, n: Any) -> None:
        """Ask for what comes after the k-th of n listed rows of a sparse connection."""
        ask(c, m, rows, k, n, 0, c.parts, c.row_lines)

    @jit
    def part_ahead(c: Any, m: Any, rows: Any, k: Any, n: Any, part: Any) -> None:
        """As `ahead`, for one part of the rows."""
        ask(c, m, rows, k, n, part, part + 1, c.part_lines)

    @jit
    def ask(c: Any, m: Any, rows: Any, k: Any, n: Any, first: Any, stop: Any, lines: Any) -> None:
        """Parts first .. stop - 1: where they begin, their lines from afar, their lines nearby."""
        pointer, last = pointer_of(m)[c.pointer :], n - 1
        prefetch_to_read(pointer, np.int64(rows[min(k + _POINTERS, last)]) * c.parts + first)
        row = np.int64(rows[min(k + _LATER, last)]) * c.parts
        low, high = pointer[row + first], pointer[row + stop]
        prefetch_run_far(synaptic_of(m), c.w + low, c.w + high, lines)
        prefetch_run_far(near_of(m), c.near + low, c.near + high, lines)
        row = np.int64(rows[min(k + _SOON, last)]) * c.parts
        low, high = pointer[row + first], pointer[row + stop]
        prefetch_run(synaptic_of(m), c.w + low, c.w + high, lines)
        prefetch_run_to_read(near_of(m), c.near + low, c.near + high, lines)

    return ahead, part_ahead
