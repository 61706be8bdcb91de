"""Input currents: they arrive in their own step, in fixed point before the shift by 6."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.parallel import share


def make_inject(family: ModuleType) -> Callable[..., None]:
    """The injection of currents in one family (kernels.fixed or kernels.ideal)."""
    jit = jit_for(family)
    neural_of, currents_of = family.memory.neural_of, family.memory.currents_of

    @jit
    def inject(given: Any, target: Any, m: Any, step: Any) -> None:
        """Add one array of currents to the input of this thread's neurons of `target`."""
        row = (step - 1) % given.steps if given.repeats else step - 1
        if row < given.steps:
            total, values = neural_of(m)[target.input :], currents_of(m)
            place = given.values + row * given.n
            first, last = share(m, given.n)
            for i in range(first, last):
                total[i] += values[place + i]

    return inject  # type: ignore[no-any-return]
