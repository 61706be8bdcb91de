"""Entry points: the functions of `kernels` that Python calls, compiled or from the disk cache.

Example: `RUNS["fixed_pt"].load()` is the whole run of a mode. It takes the address of a memory
record, the last step done, and a number of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from loihi_emu.kernels.compile.loader import Entry, entry, find
from loihi_emu.kernels.compile.source_key import source_key
from loihi_emu.kernels.llvm.sizes import FIXED, FLOATING

_COMPILER: Final = "loihi_emu.kernels.compile.object_code"


@dataclass(frozen=True)
class EntryPoint:
    """A compiled function of so many int64 that returns int64.

    Parameters
    ----------
    name : str
        Of its file in the cache.
    n_arguments : int
    modules : tuple of str
        What its machine code is made from, with all that they import.
    function : callable
        Imports and returns the Python function to compile, given its symbol.
    """

    name: str
    n_arguments: int
    modules: tuple[str, ...]
    function: Callable[[str], Callable[..., Any]]

    def load(self) -> Callable[..., int]:
        """The function, compiled where the cache has none."""
        return _load(self)

    def find(self) -> bool:
        """Whether `load` need not compile."""
        return _find(self) is not None

    @property
    def key(self) -> str:
        """What decides its machine code."""
        return source_key(_COMPILER, *(f"loihi_emu.kernels.{one}" for one in self.modules))

    def build(self, symbol: str) -> Any:
        """Code that defines `symbol`."""
        from loihi_emu.kernels.compile.object_code import compile_integers  # imports Numba

        return compile_integers(self.function(symbol), self.n_arguments, symbol)


@cache
def _load(one: EntryPoint) -> Callable[..., int]:
    """The function of an entry point; one a process."""
    found = _find(one) or entry(one.name, one.key, one.build)
    return found.function(one.n_arguments)


_found: dict[EntryPoint, Entry] = {}


def _find(one: EntryPoint) -> Entry | None:
    """The code of an entry point, if this process or the disk cache has it."""
    if one not in _found:
        code = find(one.name, one.key)
        if code is None:
            return None
        _found[one] = code
    return _found[one]


def _run_of(mode: str) -> Callable[[str], Callable[..., Any]]:
    """The whole run of a mode; see time_step.run_steps."""

    def function(_symbol: str) -> Callable[..., Any]:
        from loihi_emu.kernels.step import time_step

        return {FIXED: time_step.run_fixed, FLOATING: time_step.run_floating}[mode]

    return function


def _batch(_symbol: str) -> Callable[..., Any]:
    """The whole run of variants side by side; see simd_steps.run."""
    from loihi_emu.kernels.batch import simd_steps

    return simd_steps.run


def _variants(_symbol: str) -> Callable[..., Any]:
    """The runs of a thread's variants."""
    from loihi_emu.kernels.batch import run_batch

    return run_batch.run_variants


def _deliver(_symbol: str) -> Callable[..., Any]:
    """What weights deliver."""
    from loihi_emu.kernels.step import effective_weights

    return effective_weights.deliver


RUNS: Final = {
    mode: EntryPoint(f"run_{mode}", 3, ("step.time_step", room), _run_of(mode))
    for mode, room in ((FIXED, "fixed"), (FLOATING, "floating"))
}
BATCH: Final = EntryPoint("batch", 3, ("batch.simd_steps", "batch", "fixed"), _batch)
VARIANTS: Final = EntryPoint("variants", 9, ("batch.run_batch",), _variants)
DELIVER: Final = EntryPoint("deliver", 6, ("step.effective_weights",), _deliver)
ENTRY_POINTS: Final = {one.name: one for one in (*RUNS.values(), BATCH, VARIANTS, DELIVER)}
