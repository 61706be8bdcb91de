"""Runs rules through their kernels in a process of its own; prints those that agree.

    python -m tests.kernels.cache_child '2^-2*x1*y0' 'x0*w'

With LOIHI_EMU_CHILD_FILE_LIMIT, files cannot grow beyond so many bytes: a full disk. With
LOIHI_EMU_CHILD_SAYS_COMPILED, it says how many kernels it compiled itself.
"""

from __future__ import annotations

import os
import sys

import numpy as np

from loihi_emu.chip.formats import DRAW, TRACE
from loihi_emu.chip.machines import LAVA
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.products import parse_series
from loihi_emu.kernels.compile import disk_cache
from tests.kernels import calls

LIMIT = "LOIHI_EMU_CHILD_FILE_LIMIT"
COMPILED = "LOIHI_EMU_CHILD_SAYS_COMPILED"


def agrees(text: str) -> bool:
    """Whether the kernel of a dw does to some synapses what the interpreter does."""
    code = lower({"dw": parse_series(text)}, LAVA)
    rng, n = np.random.default_rng(4), 100
    variables = {name: rng.integers(-100, 100, n) for name in ("w", "d", "t")}
    inputs = {slot: rng.integers(0, TRACE.size, n) for slot in code.slots}
    for spikes in inputs.keys() & {"x0", "y0"}:
        inputs[spikes] %= 2
    formats = {"w": (-(1 << 30), 1 << 30, 7, *LAVA.mixed_weights)}
    draws = rng.integers(0, DRAW.size, n)
    synapses = calls.Synapses(variables, inputs, draws, 1, (0, 0), formats)
    found = calls.compiled(code, synapses, counting=False)
    return found.variables == calls.interpreted(code, synapses).variables


if __name__ == "__main__":
    if LIMIT in os.environ:
        import resource

        limit = int(os.environ[LIMIT])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    stored: list[str] = []
    if COMPILED in os.environ:
        store = disk_cache.store

        def counting(name: str, key: str, code: bytes) -> None:
            stored.append(name)
            store(name, key, code)

        disk_cache.store = counting
    for text in sys.argv[1:]:
        if agrees(text):
            print(text)
    if COMPILED in os.environ:
        print("compiled", len(stored))
