"""Asking for memory ahead of its use: later rows' synapses, while one row is worked on.

Rows lie anywhere in memory. Where one begins is asked for well before its synapses are, so that
asking for them does not wait. Shared by fixed point and float, see kernels/learning.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gathering import segment
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


def make_ahead(family: ModuleType) -> Callable[..., None]:
    """The request of rows, in one family of kernels."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, near_of, pointer_of = memory.synaptic_of, memory.near_of, memory.pointer_of

    @jit
    def ahead(c: Any, m: Any, rows: Any, k: Any, n: Any, part: Any) -> None:
        """Ask for one part of what comes after the k-th of n listed rows of a sparse connection."""
        last = n - 1
        far = np.int64(rows[min(k + _POINTERS, last)])
        prefetch_to_read(pointer_of(m), c.pointer + far * c.parts + part)
        low, high, _ = segment(c, m, np.int64(rows[min(k + _LATER, last)]), part)
        prefetch_run_far(synaptic_of(m), c.w + low, c.w + high)
        prefetch_run_far(near_of(m), c.near + low, c.near + high)
        low, high, _ = segment(c, m, np.int64(rows[min(k + _SOON, last)]), part)
        prefetch_run(synaptic_of(m), c.w + low, c.w + high)
        prefetch_run_to_read(near_of(m), c.near + low, c.near + high)

    return ahead  # type: ignore[no-any-return]
