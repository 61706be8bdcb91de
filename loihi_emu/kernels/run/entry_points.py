"""Entry points: the functions of `kernels` that Python calls, compiled or from the disk cache.

Example: `RUNS["fixed_pt"].load()` is the whole run of a mode. It takes the address of a memory
record, the last step done, and a number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def _learning_of(mode: str) -> Callable[[str], Callable[..., Any]]:
    """The learning of an epoch in a mode; see learning/part.py."""

    def function(_symbol: str) -> Callable[..., Any]:
        from loihi_emu.kernels.learning import part

        return {FIXED: part.learn_fixed, FLOATING: part.learn_floating}[mode]

    return function


def _deferred_of(mode: str) -> Callable[[str], Callable[..., Any]]:
    """The deferred updates of a mode; see deferred/part.py."""

    def function(_symbol: str) -> Callable[..., Any]:
        from loihi_emu.kernels.deferred import part

        return {FIXED: part.deferred_fixed, FLOATING: part.deferred_floating}[mode]

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


_OF_STEPS: Final = {
    FIXED: (
        "step.time_step", "fixed.neurons", "fixed.synaptic_input", "fixed.trace_decay",
        "fixed.trace_spikes",
    ),
    FLOATING: ("step.time_step", "floating.neurons", "floating.synaptic_input", "floating.traces"),
}  # fmt: skip
"""Modules of the steps of each mode, with those that it chooses by mode (memory/by_mode.py)."""

_OF_KERNELS: Final = {FIXED: "fixed.kernel_call", FLOATING: "floating.kernel_call"}

RUNS: Final = {
    mode: EntryPoint(f"run_{mode}", 3, modules, _run_of(mode))
    for mode, modules in _OF_STEPS.items()
}
LEARNING: Final = {
    mode: EntryPoint(f"learn_{mode}", 6, ("learning.part", calls), _learning_of(mode))
    for mode, calls in _OF_KERNELS.items()
}
DEFERRED: Final = {
    mode: EntryPoint(f"deferred_{mode}", 6, ("deferred.part", calls), _deferred_of(mode))
    for mode, calls in _OF_KERNELS.items()
}
BATCH: Final = EntryPoint("batch", 3, ("batch.simd_steps", "batch", *_OF_STEPS[FIXED]), _batch)
VARIANTS: Final = EntryPoint("variants", 9, ("batch.run_batch",), _variants)
DELIVER: Final = EntryPoint("deliver", 6, ("step.effective_weights",), _deliver)
ENTRY_POINTS: Final = {
    one.name: one
    for one in (
        *RUNS.values(), *LEARNING.values(), *DEFERRED.values(), BATCH, VARIANTS, DELIVER,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Loops:
    """The entry points of a run: its steps, and the parts that they call by address.

    Parameters
    ----------
    steps : EntryPoint
    parts : mapping of str to EntryPoint
        Field of the memory record that takes the address of a part, and the part. A run that
        neither learns nor defers updates has none.
    """

    steps: EntryPoint
    parts: Mapping[str, EntryPoint]

    @property
    def all(self) -> tuple[EntryPoint, ...]:
        """All that a run needs."""
        return self.steps, *self.parts.values()

    def find(self) -> bool:
        """Whether nothing of it needs to be compiled."""
        return all(one.find() for one in self.all)

    def addresses(self) -> dict[str, int]:
        """Where the parts lie, compiled where the cache has none, by field of the memory record."""
        return {
            field: one.load().entry.address  # type: ignore[attr-defined]
            for field, one in self.parts.items()
        }


def loops(mode: str, *, learns: bool = True, defers: bool = True) -> Loops:
    """What a run of a mode needs: with connections that learn, and with deferred updates."""
    parts = {"learning_part": LEARNING[mode]} if learns else {}
    if defers:
        parts["deferred_part"] = DEFERRED[mode]
    return Loops(RUNS[mode], parts)
