"""Entry points of the two families, compiled once; the memory record they work on; their pace.

A run's arrays become one record of addresses, so that compiled functions carry one pointer along.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler.microcode import Microcode
from loihi_emu.kernels import definition, fixed, ideal
from loihi_emu.kernels.steps import make_run
from loihi_emu.kernels.tables import Arenas, Block, Constants, Draws, Output

_FIELDS: Final[dict[type, dict[str, str]]] = {
    Arenas: {name: name for name in Arenas._fields},
    Constants: {
        "index": "structure", "pointer": "pointer", "neural": "currents", "traces": "received",
        "delays": "delays",
    },
    Block: {name: name for name in Block._fields},
    Draws: {"decay": "decay", "impulse": "impulse", "synaptic": "synaptic_draw"},
    Output: {name: f"out_{name}" for name in Output._fields},
}  # fmt: skip
"""Field of the memory record for every array of a run."""

MEMORY: Final = np.dtype(
    [(name, np.int64) for fields in _FIELDS.values() for name in fields.values()]
    + [("chunk", np.int64)],
    align=True,
)
"""Addresses of all arrays; `chunk` is the number of steps that shared draws are laid out for."""


def bind(memory: NDArray[Any], arrays: Any) -> None:
    """Write the addresses of a group of arrays into the record.

    Arrays have to be contiguous and to outlive the record's use.
    """
    for name, field in _FIELDS[type(arrays)].items():
        array = getattr(arrays, name)
        assert array.flags.c_contiguous
        memory[field] = array.__array_interface__["data"][0]


@cache
def compiled_run(mode: str) -> Callable[..., int]:
    """The compiled run of a mode, `fixed_pt` or `floating_pt`."""
    families = {"fixed_pt": fixed, "floating_pt": ideal}
    return make_run(f"run_{mode}", families[mode])


def interpreted(codes: Sequence[Microcode]) -> Callable[..., int]:
    """The definition's run, in plain Python, of rules with these microcodes."""
    return definition.make_run(codes)


class Runner:
    """Calls the compiled run of a mode; binds arrays when they change.

    Parameters
    ----------
    mode : {'fixed_pt', 'floating_pt'}
    """

    def __init__(self, mode: str) -> None:
        self._run = compiled_run(mode)
        self._memory = np.zeros(1, MEMORY)
        self._bound: dict[type, Any] = {}

    def __call__(
        self, populations: NDArray[Any], inputs: NDArray[Any], connections: NDArray[Any],
        probes: NDArray[Any], event_probes: NDArray[Any], arenas: Arenas, constants: Constants,
        draws: Draws, block: Block, out: Output, start: int, n_steps: int,
    ) -> int:  # fmt: skip
        """Run up to `n_steps` steps after step `start`; how many were done."""
        for group in (arenas, constants, draws, block, out):
            if self._bound.get(type(group)) is not group:
                bind(self._memory, group)
                self._bound[type(group)] = group
        self._memory["chunk"] = draws.synaptic.shape[1]
        return self._run(
            populations, inputs, connections, probes, event_probes, self._memory, start, n_steps
        )


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
