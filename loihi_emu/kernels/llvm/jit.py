"""The decorator of every function that compiled code calls: Numba, with C's division, no runtime.

What it compiles allocates nothing and counts no references (`_nrt=False`), so its machine code
stands alone; compile/object_code.py makes entry points of it. A function is compiled for each type
of its arguments. The type of the memory record says whether a run is in fixed or floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numba
from numba import types

from loihi_emu.kernels.llvm.numba_private import short_pipeline

OPTIONS: Final = {"error_model": "numpy", "_nrt": False}
"""Division as in C, and no counting of references: nothing is allocated."""

INNER: Final = OPTIONS | {
    "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": short_pipeline(),
}  # fmt: skip
"""Also, nothing but compiled code calls it, and it is compiled by the passes that it needs."""


def jit(function: Callable[..., Any]) -> Any:
    """Compile when first called from compiled code; see compile/loader.py for entry points."""
    return _by_type(numba.njit(**INNER)(function))


def jit_inlined(function: Callable[..., Any]) -> Any:
    """`jit` of what a loop must hold whole to become a vector: never a call."""
    return _by_type(numba.njit(**INNER, forceinline=True)(function))


def _by_type(dispatcher: Any) -> Any:
    """A function that is compiled by the types of its arguments, not anew for a literal 0.

    Numba gives each literal a type of its own, by which a third of all functions were compiled
    twice.
    """
    by_value = dispatcher.get_call_template

    def by_type(args: Any, kws: Any) -> Any:
        return by_value(
            tuple(types.unliteral(one) for one in args),
            {name: types.unliteral(one) for name, one in kws.items()},
        )

    dispatcher.get_call_template = by_type
    return dispatcher
