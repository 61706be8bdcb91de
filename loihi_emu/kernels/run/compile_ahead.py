"""Compiling ahead: another process compiles while this one runs the reference model.

The other process stores loops and kernels in the disk cache, where this one finds them.
Example: `CompileAhead("fixed_pt", sources)`; `ready()` is False until everything is stored.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from loihi_emu.kernels.compile.rule_kernels import RuleSource, load_kernel
from loihi_emu.kernels.run.entry_points import ENTRY_POINTS, RUNS, EntryPoint

_WORKER: Final = "loihi_emu.kernels.run.compile_worker"

_workers: dict[tuple[str, frozenset[RuleSource]], subprocess.Popen[bytes]] = {}
"""Processes under way, by what they compile: simulators of the same rules share one."""


class CompileAhead:
    """The loops of a mode and the kernels of some rules, compiled by another process.

    Parameters
    ----------
    mode : {'fixed_pt', 'floating_pt'}
    sources : sequence of RuleSource

    Attributes
    ----------
    failed : bool
        The other process could not be started, or ended without a result: compile here.
    """

    def __init__(self, mode: str, sources: Sequence[RuleSource]) -> None:
        self._run, self._sources = RUNS[mode], tuple(sources)
        self.failed = False
        self._worker = None if self._all_found() else self._start()

    def ready(self) -> bool:
        """Whether everything can be loaded without compiling."""
        if self._worker is not None and self._worker.poll() is None:
            return False
        if self._all_found():
            return True
        self.failed = True
        return False

    def _all_found(self) -> bool:
        """Whether this process or the disk cache has everything."""
        return self._run.find() and all(load_kernel(one) is not None for one in self._sources)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """The process that compiles; it ends by itself, and is not interrupted with this one."""
        missing = [one for one in self._sources if load_kernel(one) is None]
        key = self._run.name, frozenset(missing)
        worker = _workers.get(key)
        if worker is None or worker.poll() is not None:
            worker = _spawn(order(missing, [] if self._run.find() else [self._run]))
            if worker is not None:
                _workers[key] = worker
        self.failed = worker is None
        return worker


def order(sources: Sequence[RuleSource], points: Sequence[EntryPoint]) -> dict[str, Any]:
    """What a worker is asked to compile, as data."""
    return {
        "rules": [{"mode": one.mode, "text": one.text} for one in sources],
        "entry_points": [point.name for point in points],
    }


def _spawn(wanted: dict[str, Any]) -> subprocess.Popen[bytes] | None:
    """A process that compiles what is wanted, or None where none can be started."""
    if not sys.executable:
        return None
    try:
        worker = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; import runpy; "
             f"runpy.run_module({_WORKER!r}, run_name='__main__')"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        assert worker.stdin is not None
        with worker.stdin as stream:
            stream.write(json.dumps(wanted).encode())
    except (OSError, ValueError):
        return None
    return worker


def compile_all(wanted: dict[str, Any]) -> None:
    """Compile, in this process, what another asked for, as `order` says it."""
    from loihi_emu.kernels.compile.rule_kernels import kernel_of

    for rule in wanted["rules"]:
        kernel_of(RuleSource(rule["mode"], rule["text"]))
    for name in wanted["entry_points"]:
        ENTRY_POINTS[name].load()
