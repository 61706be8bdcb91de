"""Rules' kernels: emitted source -> a C function that the engine's loops call by address.

The loops are compiled once; they reach a rule's kernel through its address (call.py), so a new
rule costs only its own small kernel, and a cached one no compilation and no import of Numba.
Example: `fixed_kernel(microcode).address` is what a plan stores in its table of connections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.kernels import ideal_source, source
from loihi_emu.kernels.cache import text_key
from loihi_emu.kernels.entry import Entry, entry

_SHAPED_BY: Final = (
    "*source*.py", "operations.py", "lanes.py", "pointers.py", "jit.py", "build.py",
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
    entry : Entry
        Keeps the code alive.
    """

    address: int
    source: str
    entry: Entry


def fixed_kernel(microcode: Microcode, *, counting: bool = False) -> Kernel:
    """The fixed-point kernel of `microcode`; rules of one shape share it."""
    text = source.emit_fixed(microcode, counting=counting)
    return _fixed(f"{microcode.shape}\ncounting {counting}", _Text(text))


def ideal_kernel(series: Mapping[str, ProductSeries]) -> Kernel:
    """The floating-point kernel of a rule's series; rules of one shape share it."""
    return _ideal(ideal_source.shape(series), _Text(ideal_source.emit_ideal(series)))


class _Text(str):
    """Source text that is no part of a cache key: its comments name one rule of a shape."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Text)


@lru_cache(maxsize=512)
def _fixed(shape: str, text: _Text) -> Kernel:
    def build(symbol: str) -> bytes:
        from loihi_emu.kernels.build import fixed_rule

        return fixed_rule(text, symbol)

    return _kernel(text, shape, build)


@lru_cache(maxsize=512)
def _ideal(shape: str, text: _Text) -> Kernel:
    def build(symbol: str) -> bytes:
        from loihi_emu.kernels.build import ideal_rule

        return ideal_rule(text, symbol)

    return _kernel(text, shape, build)


def _kernel(text: str, shape: str, build: Callable[[str], bytes]) -> Kernel:
    """Load a kernel, or compile it."""
    loaded = entry("rule", f"{text_key(*_SHAPED_BY)}\n{shape}", build)
    return Kernel(loaded.address, str(text), loaded)
