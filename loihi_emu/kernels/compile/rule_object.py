"""A rule's kernel: emitted source -> object code of one C function."""

from __future__ import annotations

import linecache
from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.kernels.compile.object_code import (
    _F64,
    _I32,
    _I64,
    _POINTER,
    _U16,
    Code,
    compile_function,
)
from loihi_emu.kernels.llvm import array_views, simd_arithmetic
from loihi_emu.kernels.llvm.jit import jit, jit_inlined

_FIXED_RULE: Final = types.void(
    _I64, _I64, _POINTER(_I32), _POINTER(_I32), _POINTER(_I32), _POINTER(_I64), _POINTER(_I64),
    _POINTER(_U16), _POINTER(_I64),
)  # fmt: skip


_IDEAL_RULE: Final = types.void(
    _I64, _F64, _POINTER(_F64), _POINTER(_F64), _POINTER(_F64), _POINTER(_I64), _POINTER(_I64)
)


def fixed_rule(text: str, symbol: str) -> Code:
    """A rule's kernel in fixed point, from its source (emit/fixed_kernel.py)."""
    return compile_function(
        _define(text, simd_arithmetic.NAMES, symbol), _FIXED_RULE, symbol, jit_inlined
    )


def ideal_rule(text: str, symbol: str) -> Code:
    """A rule's kernel in real numbers, from its source (emit/float_kernel.py)."""
    names = {"sign": _sign_float, "float64": np.float64, "float64_row": array_views.float64_row}
    return compile_function(_define(text, names, symbol), _IDEAL_RULE, symbol, jit_inlined)


@jit
def _sign_float(value: Any) -> Any:
    """-1.0, 0.0 or 1.0."""
    return 1.0 if value > 0 else (-1.0 if value < 0 else 0.0)


def _define(text: str, names: dict[str, Any], symbol: str) -> Any:
    """The emitted function, with its source known to tracebacks and debuggers."""
    filename = f"<loihi_emu kernel {symbol}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": __name__, **names}
    exec(compile(text, filename, "exec"), namespace)
    return namespace["update"]
