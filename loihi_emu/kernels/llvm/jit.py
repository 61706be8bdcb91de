"""The one decorator of functions that compiled code calls: Numba with C's division and no runtime.

What it compiles allocates nothing and counts no references (`_nrt=False`), so that its machine code
stands alone; compile/object_code.py makes entry points of it. Functions that are made once a family
carry the family in their names, where a profile or an error shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numba

OPTIONS: Final = {"error_model": "numpy", "_nrt": False}
"""Division as in C, and no counting of references: nothing is allocated."""

_UNWRAPPED: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def jit(function: Callable[..., Any]) -> Any:
    """Compile when first called from compiled code; see cache.compiled for entry points."""
    return numba.njit(**OPTIONS, **_UNWRAPPED)(function)


def jit_inlined(function: Callable[..., Any]) -> Any:
    """`jit` of what a loop must hold whole to become a vector: never a call."""
    return numba.njit(**OPTIONS, **_UNWRAPPED, forceinline=True)(function)


def jit_for(family: ModuleType) -> Callable[[Callable[..., Any]], Any]:
    """`jit` of functions that close over one family's (kernels.fixed or kernels.ideal)."""

    def named(function: Callable[..., Any]) -> Any:
        function.__qualname__ += "_" + family.__name__.rpartition(".")[2]
        return jit(function)

    return named
