"""The one decorator of functions that compiled code calls: Numba with C's division and no GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def jit(function: Callable[..., Any]) -> Any:
    """Compile when first called from compiled code; see cache.compiled for entry points."""
    return numba.njit(
        error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)
