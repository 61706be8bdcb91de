"""How long a first result takes where nothing is compiled: `python -m benchmarks first-run`.

Each row starts from an empty cache of kernels, in processes of their own. A row's seconds are by
the clock, but for `loops`, whose are processor time. Goals are for two idle processors; how busy
they were by others is printed beside. With `--clone` two rows more set up a fresh clone.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_EDITED: Final = "loihi_emu/kernels/fixed/neurons.py"
_TEST: Final = "tests/network/test_by_hand.py"
_SPARSE = """
import numpy as np
import loihi_emu as le
rng = np.random.default_rng(0)
net = le.Network()
pre = net.add(le.SpikeSource(rng.random((1000, 200)) < 0.03))
post = net.add(le.LIF(200, du=4095, dv=400, vth=300))
ends, starts = np.nonzero(rng.random((200, 200)) < 0.1)
rule = le.LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 10), y1=le.Trace(16, 10))
plastic = net.add(le.Sparse(pre, post, (ends, starts, rng.integers(0, 100, ends.size)), rule=rule))
simulator = le.Simulator(net)
simulator.run(1000)
print(simulator.get(plastic, "weights").sum())
"""
_LOOPS = """
from loihi_emu.kernels.run.entry_points import RUNS, loops
for mode in RUNS:
    for one in loops(mode).all:
        one.load()
"""


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    name, what : str
    goal : float
        Seconds.
    measure : callable
        Seconds of one try, given an empty folder.
    leaves : int
        Loops that go on being compiled when the result is there; the next row waits for them.
    """

    name: str
    what: str
    goal: float
    measure: Callable[[Path], float]
    leaves: int = 0


def _environment(folder: Path) -> dict[str, str]:
    """An environment whose cache of kernels lies in a folder, and whose runs need not wait."""
    given = {k: v for k, v in os.environ.items() if k != "LOIHI_EMU_START"}
    return given | {"LOIHI_EMU_CACHE_DIR": str(folder / "cache")}


def _seconds(command: Sequence[str], folder: Path, where: Path = _ROOT) -> float:
    """How long a command takes by the clock."""
    start = perf_counter()
    subprocess.run(command, cwd=where, env=_environment(folder), check=True, capture_output=True)
    return perf_counter() - start


def _compare(folder: Path) -> float:
    command = ["-m", "loihi_emu", "compare", "stdp-loihi", "--machine", "LAVA"]
    return _seconds([sys.executable, *command, "--out", str(folder / "out")], folder)


def _sparse(folder: Path) -> float:
    return _seconds([sys.executable, "-c", _SPARSE], folder)


def _loops(folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _seconds([sys.executable, "-c", _LOOPS], folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _edit(folder: Path) -> float:
    """From an edit of a file that every step uses to the result of a test, all else compiled."""
    copy = folder / "copy"
    for name in ("loihi_emu", "tests", "rules"):
        shutil.copytree(_ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_ROOT / "pyproject.toml", copy)
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", _TEST]
    _seconds(test, folder, copy)
    with (copy / _EDITED).open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")
    return _seconds(test, folder, copy)


def _clone(folder: Path) -> Path:
    """A fresh clone of what is committed."""
    subprocess.run(
        ["git", "clone", "-q", str(_ROOT), str(folder / "clone")], check=True, capture_output=True
    )
    return folder / "clone"


def _make_compare(folder: Path) -> float:
    return _seconds(["make", "compare"], folder, _clone(folder))


def _make_test(folder: Path) -> float:
    return _seconds(["make", "test"], folder, _clone(folder))


ROWS: Final = (
    Row("compare", "loihi-emu compare to its result", 5, _compare, leaves=4),
    Row("sparse", "200 x 200 sparse plastic network, its first 1,000 steps", 15, _sparse),
    Row("loops", "all loops of both modes, processor time", 25, _loops),
    Row("edit", "an edit in one kernel file to a test's result", 10, _edit),
)
CLONED: Final = (
    Row("make-compare", "make compare in a fresh clone, pip included", 60, _make_compare),
    Row("make-test", "make test in a fresh clone, pip included", 360, _make_test),
)


def _wait_for_loops(cache: Path, n: int) -> None:
    """Wait until n loops are in a cache, two minutes at most."""
    end = perf_counter() + 120
    while perf_counter() < end:
        if len([*cache.glob("run_*.kernel"), *cache.glob("learn_*.kernel")]) >= n:
            return
        sleep(0.5)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; nothing is asserted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks first-run", description=__doc__)
    parser.add_argument("names", nargs="*", help="rows to measure; without, all that need no clone")
    parser.add_argument("--clone", action="store_true", help="measure fresh clones as well")
    options = parser.parse_args(arguments)
    rows = [*ROWS, *(CLONED if options.clone else ())]
    chosen = [row for row in (*ROWS, *CLONED) if row.name in options.names] or rows
    print(f"{'row':12}  {'seconds':>8}  {'goal':>5}  reached  load before")
    for row in chosen:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            seconds = row.measure(Path(folder))
            _wait_for_loops(Path(folder) / "cache", row.leaves)
        reached = "yes" if seconds <= row.goal else "no"
        print(f"{row.name:12}  {seconds:8.1f}  {row.goal:5g}  {reached:7}  {load:.1f}", flush=True)
    print(*(f"{row.name}: {row.what}" for row in chosen), sep="\n")
    return 0
