"""Compiling ahead: other processes compile while this one runs the reference model.

They store loops and kernels in the disk cache, where this one finds them. What one simulator needs
is compiled by one process, as functions that several parts call are then compiled once.
Example: `CompileAhead(plan.loops, sources)`; `ready()` is False until everything is stored.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from loihi_emu.kernels.compile.rule_kernels import RuleSource, load_kernel
from loihi_emu.kernels.run.entry_points import ENTRY_POINTS, EntryPoint, Loops

_WORKER: Final = "loihi_emu.kernels.run.compile_worker"

_workers: dict[EntryPoint | RuleSource, subprocess.Popen[bytes]] = {}
"""Processes, by what they compile: simulators that need the same share one."""


class CompileAhead:
    """The loops of a run and the kernels of some rules, compiled by other processes.

    Parameters
    ----------
    loops : Loops
    sources : sequence of RuleSource

    Attributes
    ----------
    failed : bool
        A process could not be started, or ended without its result: compile here.
    """

    def __init__(self, loops: Loops, sources: Sequence[RuleSource]) -> None:
        self._loops, self._sources = loops, tuple(sources)
        self.failed = False
        self._under_way = self._start()

    def ready(self) -> bool:
        """Whether everything can be loaded without compiling."""
        self._under_way = [one for one in self._under_way if one.poll() is None]
        if self._under_way:
            return False
        if not self._missing():
            return True
        self.failed = True
        return False

    def _missing(self) -> list[EntryPoint | RuleSource]:
        """What neither this process nor the disk cache has, steps first."""
        points = [one for one in self._loops.all if not one.find()]
        return [*points, *(one for one in self._sources if load_kernel(one) is None)]

    def _start(self) -> list[subprocess.Popen[bytes]]:
        """The processes that compile; they end by themselves and outlive an interrupt of this."""
        found, wanted = [], []
        for one in self._missing():
            worker = _workers.get(one)
            if worker is not None and worker.poll() is None:
                found.append(worker)
            else:
                wanted.append(one)
        if wanted:
            worker = _spawn(order(wanted))
            self.failed = worker is None
            if worker is not None:
                _workers.update(dict.fromkeys(wanted, worker))
                found.append(worker)
        return found


def order(wanted: Sequence[EntryPoint | RuleSource]) -> dict[str, Any]:
    """What a worker is asked to compile, as data."""
    return {
        "rules": [
            {"mode": one.mode, "text": one.text} for one in wanted if isinstance(one, RuleSource)
        ],
        "entry_points": [one.name for one in wanted if isinstance(one, EntryPoint)],
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
