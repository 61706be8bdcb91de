"""Rules' kernels: emitted source -> a C function that the engine's loops call by address.

The loops are compiled once; they reach a rule's kernel through its address (llvm/indirect_call.py),
so a new rule costs only its own small kernel, and a cached one no compilation and no import of
Numba.
Example: `fixed_kernel(microcode).address` is what a plan stores in its table of connections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.kernels.compile.disk_cache import text_key
from loihi_emu.kernels.compile.loader import Entry, entry
from loihi_emu.kernels.emit.fixed_kernel import emit_fixed
from loihi_emu.kernels.emit.float_kernel import emit_ideal

_CALLED: Final = ("llvm/*.py", "compile/*object*.py", "compile/numba_linking.py")
"""Modules that decide what a kernel's source means."""


@dataclass(frozen=True)
class Kernel:
    """A compiled kernel.

    Parameters
    ----------
    address : int
        Where its code lies in this process.
    source : str
        The Python source it was compiled from.
    entry : Entry
        Keeps the code alive.
    """

    address: int
    source: str
    entry: Entry


def fixed_kernel(microcode: Microcode, *, counting: bool = False) -> Kernel:
    """The fixed-point kernel of `microcode`; rules that differ in their numbers alone share it."""
    return _fixed(_Emitted(emit_fixed(microcode, counting=counting)))


def ideal_kernel(series: Mapping[str, ProductSeries]) -> Kernel:
    """The floating-point kernel of a rule's series; rules of other numbers share it."""
    return _ideal(_Emitted(emit_ideal(series)))


@dataclass(frozen=True)
class _Emitted:
    """Source text, the same as another whose comments alone differ: they name one rule of many."""

    text: str = field(compare=False)
    code: str = ""

    def __post_init__(self) -> None:
        lines = (line for line in self.text.splitlines() if not line.lstrip().startswith("#"))
        object.__setattr__(self, "code", "\n".join(lines))


@lru_cache(maxsize=512)
def _fixed(emitted: _Emitted) -> Kernel:
    def build(symbol: str) -> bytes:
        from loihi_emu.kernels.compile.rule_object import fixed_rule

        return fixed_rule(emitted.text, symbol)

    return _kernel(emitted, build)


@lru_cache(maxsize=512)
def _ideal(emitted: _Emitted) -> Kernel:
    def build(symbol: str) -> bytes:
        from loihi_emu.kernels.compile.rule_object import ideal_rule

        return ideal_rule(emitted.text, symbol)

    return _kernel(emitted, build)


def _kernel(emitted: _Emitted, build: Callable[[str], bytes]) -> Kernel:
    """Load a kernel, or compile it."""
    loaded = entry("rule", f"{text_key(*_CALLED)}\n{emitted.code}", build)
    return Kernel(loaded.address, emitted.text, loaded)
