"""Input currents, in fixed point (before the shift by 6) and in float: they arrive in their own step."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.jit import jit


@jit
def inject(given: Any, target: Any, arenas: Any, constants: Any, step: Any) -> None:
    """Add one array of currents to the input of population `target` in `step`."""
    row = (step - 1) % given.steps if given.repeats else step - 1
    if row < given.steps:
        first = given.values + row * given.n
        for i in range(given.n):
            arenas.neural[target.input + i] += constants.neural[first + i]
