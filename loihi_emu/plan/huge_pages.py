"""Memory for arenas: all arenas of a layout in one piece, in huge pages if the system has them.

A step reads rows anywhere in arenas of many megabytes. With pages of 4 kB the processor seldom has
the address of a page at hand, and must look it up in memory first. Huge pages of 2 MB are so few
that it has them all.
Example: `zeros({"times": 100, "wide": 8}, types)` are two arrays side by side.
"""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.kernels.llvm.sizes import CACHE_LINE

_LARGE: Final = 2 << 20
_WORTH_IT: Final = 2 * _LARGE
_ADVICE: Final = getattr(mmap, "MADV_HUGEPAGE", None)


def zeros(sizes: Mapping[str, int], types: Mapping[str, np.dtype[Any]]) -> dict[str, NDArray[Any]]:
    """Arrays of so many zeros, by name."""
    n_bytes = {
        name: -(-n * types[name].itemsize // CACHE_LINE) * CACHE_LINE for name, n in sizes.items()
    }
    total = sum(n_bytes.values())
    if _ADVICE is None or total < _WORTH_IT:
        return {name: np.zeros(n, types[name]) for name, n in sizes.items()}
    # private: a forked process has its own, and only such memory is given large pages
    memory = mmap.mmap(-1, total + _LARGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a system that has none: its usual pages do as well
        memory.madvise(_ADVICE)
    whole = np.frombuffer(memory, np.uint8)
    at = -whole.ctypes.data % _LARGE
    made = {}
    for name, n in sizes.items():
        made[name] = whole[at : at + n * types[name].itemsize].view(types[name])
        at += n_bytes[name]
    return made
