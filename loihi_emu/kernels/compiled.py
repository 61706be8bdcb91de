"""Emitted source -> machine code with a C signature, cached on disk and called by address.

The engine's loops are compiled once; they reach a rule's kernel through its address (call.py), so
a new rule costs only its own small kernel.
Example: `fixed_kernel(microcode).address` is what a plan stores in its table of connections.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numba import types
from numba.core.ccallback import CFunc
from numba.core.sigutils import normalize_signature

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.kernels import ideal_source, operations, pointers, source
from loihi_emu.kernels.cache import KernelCache, text_key
from loihi_emu.kernels.jit import jit

_I64, _I32, _U16, _F64 = types.int64, types.int32, types.uint16, types.float64
_POINTER = types.CPointer

FIXED_SIGNATURE: Final = types.void(
    _I64, _I64, _POINTER(_I32), _POINTER(_I32), _POINTER(_I32), _POINTER(_I64), _POINTER(_I64),
    _POINTER(_U16), _POINTER(_I64),
)  # fmt: skip
IDEAL_SIGNATURE: Final = types.void(
    _I64, _F64, _POINTER(_F64), _POINTER(_F64), _POINTER(_F64), _POINTER(_I64), _POINTER(_I64)
)


_OPTIONS: Final = {"error_model": "numpy"}
_SHAPED_BY: Final = (
    "source.py", "ideal_source.py", "operations.py", "pointers.py", "compiled.py",
)  # fmt: skip
"""Modules whose text decides a rule's kernel."""


@dataclass(frozen=True)
class Kernel:
    """A compiled kernel.

    Parameters
    ----------
    address : int
        Where its code lies in this process.
    source : str
        The Python source it was compiled from.
    function : object
        Keeps the code alive.
    """

    address: int
    source: str
    function: Any


def fixed_kernel(microcode: Microcode, *, counting: bool = False) -> Kernel:
    """The fixed-point kernel of `microcode`; rules of one shape share it."""
    text = source.emit_fixed(microcode, counting=counting)
    return _compile_fixed(f"{microcode.shape}\ncounting {counting}", _Text(text))


def ideal_kernel(series: Mapping[str, ProductSeries]) -> Kernel:
    """The floating-point kernel of a rule's series; rules of one shape share it."""
    return _compile_ideal(ideal_source.shape(series), _Text(ideal_source.emit_ideal(series)))


class _Text(str):
    """Source text that is no part of a cache key: its comments name one rule of a shape."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Text)


@lru_cache(maxsize=512)
def _compile_fixed(shape: str, text: _Text) -> Kernel:
    return _finish(_define(text, _FIXED_NAMES), FIXED_SIGNATURE, text, shape)


@lru_cache(maxsize=512)
def _compile_ideal(shape: str, text: _Text) -> Kernel:
    names = {"sign": _sign_float, "float64": np.float64, "real_row": pointers.real_row}
    return _finish(_define(text, names), IDEAL_SIGNATURE, text, shape)


@jit
def _sign_float(value: Any) -> Any:
    """-1.0, 0.0 or 1.0."""
    return 1.0 if value > 0 else (-1.0 if value < 0 else 0.0)


_FIXED_NAMES: Final = {
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "byte_row": pointers.byte_row,
    "word_row": pointers.word_row,
    "add": operations.add,
    "add_exact": operations.add_exact,
    "align": operations.align,
    "clip": operations.clip,
    "factor": operations.factor,
    "narrow": operations.narrow,
    "narrow_toward_zero": operations.narrow_toward_zero,
    "round_away": operations.round_away,
    "round_stored": operations.round_stored,
    "scale": operations.scale,
    "scale_sign": operations.scale_sign,
}


def _define(text: str, names: dict[str, Any]) -> Any:
    """The emitted function, with its source known to tracebacks and debuggers.

    Its name is its own: code from the cache is linked by name, and two kernels that were compiled
    in different processes must not be taken for one another.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    filename = f"<loihi_emu kernel {digest}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": __name__, **names}
    exec(compile(text, filename, "exec"), namespace)
    update = namespace["update"]
    update.__name__ = update.__qualname__ = f"update_{digest}"
    return update


def _finish(kernel: Callable[..., None], signature: Any, text: str, shape: str) -> Kernel:
    """Compile `kernel` to a C function, through the cache."""
    key = f"{text_key(*_SHAPED_BY)}\n{shape}"
    kernel.__qualname__ += f"_{hashlib.sha256(key.encode()).hexdigest()}"  # see kernels/jit.py
    function: Any = CFunc(kernel, normalize_signature(signature), {}, _OPTIONS)
    function._cache = KernelCache("rule", key)
    function.compile()
    return Kernel(int(function.address), str(text), function)
