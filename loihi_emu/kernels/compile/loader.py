"""Compiled code at an address: object code of one C function, from the cache or from a builder.

LLVM's loader puts it into memory, without Numba. If the cache does not have it, the builder
(compile/object_code.py) imports Numba and compiles; the result is stored and loaded in the same
way. Meanwhile other processes that want it wait. What the cache has but cannot be loaded counts as
missing: no object code, not the symbol, or a call of a function that this process does not have.
Example: the loops of a run call `entry("rule", key, build).address`.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import llvmlite.binding as llvm

from loihi_emu.kernels.compile import disk_cache


@dataclass(frozen=True)
class Entry:
    """A C function in memory.

    Parameters
    ----------
    address : int
        Where its code lies in this process.
    engine : object
        Keeps the code there.
    """

    address: int
    engine: Any

    def function(self, n: int) -> Callable[..., int]:
        """The function for Python, of n int64 returning int64; the GIL is released meanwhile."""
        called = _prototype(n)(self.address)
        called.entry = self  # the code lives as long as what calls it
        return called  # type: ignore[no-any-return]


@functools.cache
def _prototype(n: int) -> Any:
    """The C type of a function of n int64 that returns int64."""
    return ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * n)


def entry(name: str, key: str, build: Callable[[str], Any]) -> Entry:
    """The function that `build` compiles, or that an earlier process stored.

    Parameters
    ----------
    name : str
        Readable start of its symbol and file name.
    key : str
        Whatever decides the code besides processor and versions.
    build : callable
        `build(symbol)` compiles to object code that defines `symbol` and needs nothing but the C
        library, or to something with an `address`, which is not stored.
    """
    found = find(name, key)
    if found is not None:
        return found
    with disk_cache.alone(name, key):
        found = find(name, key)  # another process may have stored it while this one waited
        if found is not None:
            return found
        symbol = _symbol(name, key)
        code = build(symbol)
        if not isinstance(code, bytes):
            return Entry(code.address, code)
        disk_cache.store(name, key, code)
    return _place(symbol, code)


def find(name: str, key: str) -> Entry | None:
    """The function that an earlier process stored, if there is one; parameters as for `entry`."""
    code = disk_cache.load(name, key)
    if code is None:
        return None
    try:
        return _place(_symbol(name, key), code)
    except RuntimeError:
        return None


def _symbol(name: str, key: str) -> str:
    """What the function is called in its object code."""
    return f"{name}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _place(symbol: str, code: bytes) -> Entry:
    """Load object code as a library of its own, so that no names meet.

    Raises
    ------
    RuntimeError
        It is no object code, lacks the symbol, or needs what this process does not have.
    """
    jit = _linker()
    library = llvm.JITLibraryBuilder().add_object_img(code).export_symbol(symbol)
    loaded = library.add_current_process().link(jit, f"{symbol}_{next(_numbers)}")
    return Entry(loaded[symbol], (loaded, jit))


_numbers: Final = itertools.count()
"""Names of libraries are used once."""


@functools.cache
def _linker() -> Any:
    """What loads object code. LLVM's MCJIT would end the process where something is missing."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.create_lljit_compiler(suppress_errors=True)
