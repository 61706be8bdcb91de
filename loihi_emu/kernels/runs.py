"""Entry points of the two families, compiled once, and the pace at which they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from time import perf_counter
from typing import Any

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.kernels import definition, fixed, ideal
from loihi_emu.kernels.steps import make_run


@cache
def entry_point(mode: str) -> Callable[..., Any]:
    """The compiled run of a mode, `fixed_pt` or `floating_pt`."""
    families = {"fixed_pt": fixed, "floating_pt": ideal}
    return make_run(f"run_{mode}", families[mode])


def interpreted(codes: Sequence[Microcode]) -> Callable[..., int]:
    """The definition's run, in plain Python, of rules with these microcodes."""
    return definition.make_run(codes)


class Pace:
    """Steps a compiled call: as many as fit in some tenths of a second, so that Ctrl-C answers.

    Parameters
    ----------
    first, most : int
        Steps of the first call, and of any.
    seconds : float
        What a call should take.
    """

    def __init__(self, first: int, most: int, seconds: float) -> None:
        self.steps = first
        self._most, self._seconds = most, seconds

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        took = perf_counter() - self._start
        factor = min(8.0, self._seconds / max(took, 1e-6))
        self.steps = max(1, min(self._most, int(self.steps * factor)))
