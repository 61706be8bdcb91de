"""Input currents: they arrive in their own step, in fixed point before the shift by 6."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.by_mode import variants_of
from loihi_emu.kernels.memory.views import currents_of, neural_of


@jit
def inject(given: Any, m: Any, step: Any, first: Any, last: Any, at: Any) -> None:
    """Add one array of currents to the input of neurons first .. last - 1, from `at` on.

    Variants side by side get the same.
    """
    row, width = (step - 1) % given.steps if given.repeats else step - 1, variants_of(m)
    if row < given.steps:
        total, values = neural_of(m)[at:], currents_of(m)
        place = given.values + row * given.n + first // width
        for k in range((last - first) // width):
            for v in range(width):
                total[k * width + v] += values[place + k]
