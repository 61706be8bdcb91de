"""How long a user waits: importing the package, and a rule's text to its first result.

Each repetition starts a fresh interpreter, which times itself. Called through `workloads`.
Example: `importing({})()`.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile

from benchmarks.peers.protocol import Parameters, Repetition

PAIR_STDP = "2^-2 * x1 * y0 - 2^-2 * y1 * x0"
_SAY_SECONDS = "print(time.perf_counter() - t)"
_FIRST_RESULT = """
import time
import numpy as np
import loihi_emu as le
t = time.perf_counter()
rule = le.LearningRule(dw={dw!r}, x1=le.Trace(16, 10), y1=le.Trace(16, 10), rng_seed=1)
net = le.Network()
pre, post = (net.add(le.SpikeSource(np.ones((3, 4), dtype=int))) for _ in range(2))
plastic = net.add(le.Dense(pre, post, np.ones((4, 4), dtype=int), rule=rule))
simulator = le.Simulator(net, machine=le.LAVA, mode="fixed_pt", seed=0)
simulator.run(3)
simulator.get(plastic, "weights")
"""


def importing(parameters: Parameters) -> Repetition:
    """`import loihi_emu` in a fresh interpreter; unit: one import."""
    del parameters
    program = "import time; t = time.perf_counter(); import loihi_emu; " + _SAY_SECONDS
    folder = _cache_folder()
    _in_fresh_python(program, folder.name)
    return lambda: _in_fresh_python(program, folder.name)


def new_rule(parameters: Parameters) -> Repetition:
    """From a rule's text to its first result in a fresh interpreter, the rule never seen before.

    The general parts were compiled and cached by another rule.
    """
    folder = _cache_folder()
    more, first = ("", " * y1", " * y2", " * y3"), ("x1", "x2", "w", "t")
    rules = itertools.product(more, first, ("y1", "y2", "y3"), ("w", "t", "x2"))

    def repetition() -> float:
        # other numbers would not do: rules that differ in numbers alone share a kernel
        more, first, second, third = next(rules)
        dw = f"2^-2 * {first}{more} * y0 - 2^-2 * {second} * {third} * x0"
        return _first_result(dw, folder.name)

    del parameters
    repetition()
    return repetition


def cached_rule(parameters: Parameters) -> Repetition:
    """The same with a rule that another process compiled before."""
    folder = _cache_folder()
    del parameters
    _first_result(PAIR_STDP, folder.name)
    return lambda: _first_result(PAIR_STDP, folder.name)


def _first_result(dw: str, cache: str) -> float:
    return _in_fresh_python(_FIRST_RESULT.format(dw=dw) + _SAY_SECONDS, cache)


def _in_fresh_python(program: str, cache: str) -> float:
    """What a program prints; kernels and Python's bytecode are cached, as where it is installed."""
    environment = {**os.environ, "LOIHI_EMU_CACHE_DIR": cache, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def _cache_folder() -> tempfile.TemporaryDirectory[str]:
    """An empty folder, deleted with the repetition that holds it."""
    return tempfile.TemporaryDirectory(prefix="loihi_emu_cache_")
