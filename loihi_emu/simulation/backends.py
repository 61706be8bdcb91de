"""What advances a run: compiled loops, or the reference model until they are compiled.

Both work on the same arrays and give the same bits. If the compiled loops are not in the cache, a
small network starts in the reference model, while another process compiles. When that is done, the
run continues in compiled code, at the end of a call. A large network waits for the compiler.
Example: `Backend(plan, "auto", elements).run` is called like `Runner` of kernels/run/runner.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Final

from loihi_emu.kernels.reference.watch import Watch
from loihi_emu.kernels.run import runner
from loihi_emu.kernels.run.compile_ahead import CompileAhead
from loihi_emu.plan.plan import Plan

BACKENDS: Final = ("auto", "kernels", "interpreter")

MOST_ELEMENTS: Final = 1 << 15
"""Neurons and synapses of the largest network that starts on the reference model.

A step of it takes a second or two.
"""

_SAID_AFTER: Final = 1.0  # seconds
_said: set[str] = set()


class Backend:
    """What advances the runs of one plan.

    Parameters
    ----------
    plan : Plan
    kind : {'auto', 'kernels', 'interpreter'}
        Start on the reference model where loops are not compiled yet, never, or stay on it.
    elements : int
        Neurons and synapses of the network.

    Attributes
    ----------
    run : callable
        Called as a `Runner`.
    compiled : bool
        Whether `run` is compiled.
    """

    run: Callable[..., int]

    def __init__(self, plan: Plan, kind: str, elements: int) -> None:
        self._plan, self._ahead, self.compiled = plan, None, False
        self._began = perf_counter()
        if kind == "interpreter":
            self.run = runner.interpreted(plan.mode, plan.rules)
        elif kind == "kernels" or elements > MOST_ELEMENTS or _waits():
            self._compile()
        else:
            self._ahead = CompileAhead(plan.loops, plan.sources)
            if self._ahead.failed or self._ahead.ready():
                self._compile()
            else:
                self.run = runner.interpreted(plan.mode, plan.rules)

    def start_threads(self) -> None:
        """Have all threads of a compiled run before its first step; ThreadError if there are none.

        A thread that is missing would be waited for at the first barrier, for ever.
        """
        if isinstance(self.run, runner.Runner):
            self.run.start()

    def update(self) -> bool:
        """Go on compiled if that can be done by now; whether it is so since this call."""
        if self._ahead is None:
            return False
        if not (self._ahead.ready() or self._ahead.failed):
            if perf_counter() - self._began > _SAID_AFTER:
                _say_once(self._plan.mode, "goes on in Python, step by step, until they are")
            return False
        self._compile()
        return True

    def interpret(self, watch: Watch) -> None:
        """Go on in the reference model for good, and log one synapse."""
        self._ahead, self.compiled = None, False
        self.run = runner.interpreted(self._plan.mode, self._plan.rules, watch)

    def _compile(self) -> None:
        """Load the compiled loops and kernels; where the cache has none, compile them here."""
        self._ahead = None
        if not self._plan.has_compiled_loops():
            _say_once(self._plan.mode, "waits")
        self._plan.load_kernels()
        self.run, self.compiled = runner.Runner(self._plan.loops, self._plan.threads), True


def _say_once(mode: str, meanwhile: str) -> None:
    """A line on standard error about a first compilation, once a mode."""
    if mode not in _said:
        _said.add(mode)
        print(
            f"loihi_emu: the loops of {mode} are being compiled, once for this version (some "
            f"20 s); the run {meanwhile}",
            file=sys.stderr,
        )


def _waits() -> bool:
    """Whether the user, by LOIHI_EMU_START=compiled, wants runs to begin compiled."""
    return os.environ.get("LOIHI_EMU_START") == "compiled"
