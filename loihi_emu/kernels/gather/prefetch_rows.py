"""Prefetch of rows: the synapses of later rows are fetched while one row is updated.

Rows lie anywhere in memory. The place where a row begins is itself fetched some rows earlier, so
that the prefetch of its synapses need not wait. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.prefetch import prefetch_range, prefetch_range_to_read, prefetch_to_read
from loihi_emu.kernels.memory.views import (
    place_of,
    pointer_of,
    post_offset16_of,
    segment_end_of,
    synaptic_of,
)

_SOON: Final = 4
_POINTERS: Final = 12


@jit
def prefetch_row(c: Any, m: Any, rows: Any, k: Any, n: Any) -> None:
    """Prefetch what comes after the k-th of n listed rows of a sparse connection."""
    pointer, last = pointer_of(m)[c.row_ptr :], n - 1
    prefetch_to_read(pointer, np.int64(rows[min(k + _POINTERS, last)]) * c.n_segments)
    at = np.int64(rows[min(k + _SOON, last)]) * c.n_segments
    low, high = pointer[at], pointer[at + c.n_segments]
    prefetch_range(synaptic_of(m), c.w + low, c.w + high, c.prefetch_lines_row)
    prefetch_range_to_read(
        post_offset16_of(m), c.post_offset16 + low, c.post_offset16 + high, c.prefetch_lines_row
    )


@jit
def find_segments(c: Any, m: Any, rows: Any, n: Any, segment: Any) -> None:
    """Where one segment of n listed rows begins and ends, up to BLOCK rows.

    They lie anywhere in memory. This loop does nothing else, so that most reads overlap.
    """
    pointer, place, end = pointer_of(m)[c.row_ptr + segment :], place_of(m), segment_end_of(m)
    for k in range(n):
        at = np.int64(rows[k]) * c.n_segments
        place[k], end[k] = pointer[at], np.uint64(pointer[at + 1])


@jit
def prefetch_segment(c: Any, m: Any, k: Any, n: Any) -> None:
    """Prefetch what comes after the k-th of n segments that were found."""
    later = min(k + _SOON, n - 1)
    low, high = place_of(m)[later], np.int64(segment_end_of(m)[later])
    prefetch_range_to_read(synaptic_of(m), c.w + low, c.w + high, c.prefetch_lines_segment)
    prefetch_range_to_read(
        post_offset16_of(m),
        c.post_offset16 + low,
        c.post_offset16 + high,
        c.prefetch_lines_segment,
    )
