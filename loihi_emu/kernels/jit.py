"""The one decorator of functions that compiled code calls: Numba with C's division and no GIL.

Numba names machine code by module, qualified name and types, and where a process loads two pieces
of code of one name from the cache, the first serves for both. Functions that are made more than
once therefore need a name each time: `jit_for` gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numba


def jit(function: Callable[..., Any]) -> Any:
    """Compile when first called from compiled code; see cache.compiled for entry points."""
    return numba.njit(
        error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)


def jit_for(family: ModuleType) -> Callable[[Callable[..., Any]], Any]:
    """`jit` of functions that close over one family's (kernels.fixed or kernels.ideal)."""

    def named(function: Callable[..., Any]) -> Any:
        function.__qualname__ += "_" + family.__name__.rpartition(".")[2]
        return jit(function)

    return named
