"""Memory for arenas: all of a layout's in one piece, in large pages where the system has them.

A step reads rows anywhere in arenas of many megabytes. In pages of 4 kB the processor mostly does
not know where a page lies, and looks it up in memory as well; pages of 2 MB it knows all.
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
