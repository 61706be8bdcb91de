"""Kernels of rules: emitted source -> a C function that the loops of a run call by address.

The loops are compiled once. They reach a rule's kernel through its address
(llvm/indirect_call.py). So a new rule costs only the compilation of its own small kernel, and a
cached rule costs no compilation and no import of Numba.
Example: a plan stores `fixed_kernel(microcode).address` in its table of connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.kernels.compile.loader import Entry, entry, find
from loihi_emu.kernels.compile.source_key import source_key
from loihi_emu.kernels.emit.fixed_kernel import emit_fixed
from loihi_emu.kernels.emit.float_kernel import emit_ideal

_MEANING: Final = "loihi_emu.kernels.compile.rule_object"
"""The module that decides, with all that it imports, what a kernel's source means."""

_MOST_KERNELS: Final = 512
"""Kernels that a process holds by their sources, the latest ones."""


@dataclass(frozen=True)
class RuleSource:
    """Emitted source of a rule's kernel; rules that differ in their numbers alone share it.

    Parameters
    ----------
    mode : {'fixed_pt', 'floating_pt'}
    text : str
        A function `update`. Comments name one rule of many and do not count in comparisons.
    """

    mode: str
    text: str = field(compare=False)
    code: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lines = (line for line in self.text.splitlines() if not line.lstrip().startswith("#"))
        object.__setattr__(self, "code", "\n".join(lines))


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


_kernels: dict[RuleSource, Kernel] = {}


def fixed_source(microcode: Microcode, *, counting: bool = False) -> RuleSource:
    """The source of the fixed-point kernel of `microcode`."""
    return RuleSource("fixed_pt", emit_fixed(microcode, counting=counting))


def float_source(series: Mapping[str, ProductSeries]) -> RuleSource:
    """The source of the floating-point kernel of a rule's series."""
    return RuleSource("floating_pt", emit_ideal(series))


def fixed_kernel(microcode: Microcode, *, counting: bool = False) -> Kernel:
    """The fixed-point kernel of `microcode`, compiled where the cache has none."""
    return kernel_of(fixed_source(microcode, counting=counting))


def kernel_of(source: RuleSource) -> Kernel:
    """The kernel of a source, compiled where the cache has none."""
    known = load_kernel(source)
    if known is not None:
        return known

    def build(symbol: str) -> Any:
        from loihi_emu.kernels.compile import rule_object  # imports Numba

        builders = {"fixed_pt": rule_object.fixed_rule, "floating_pt": rule_object.ideal_rule}
        return builders[source.mode](source.text, symbol)

    return _keep(source, entry("rule", _key(source), build))


def load_kernel(source: RuleSource) -> Kernel | None:
    """The kernel of a source if this process or the disk cache has it."""
    if source in _kernels:
        return _kernels[source]
    found = find("rule", _key(source))
    return None if found is None else _keep(source, found)


def _key(source: RuleSource) -> str:
    """What decides a kernel's machine code."""
    return f"{source_key(_MEANING)}\n{source.code}"


def _keep(source: RuleSource, loaded: Entry) -> Kernel:
    """Remember a kernel in this process."""
    kernel = _kernels[source] = Kernel(loaded.address, source.text, loaded)
    if len(_kernels) > _MOST_KERNELS:
        del _kernels[next(iter(_kernels))]
    return kernel
