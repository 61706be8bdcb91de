"""Starts the two sides of a measurement, each a process of its own that waits for its turn.

A contestant is a module that speaks `peers.protocol`, with its parameters and the environment it
runs in. Example: `with Contestant("benchmarks.peers.native", None, {}).start() as process:`
`process.repeat()`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self

from benchmarks.oracles.environment import ROOT, Oracle, python_of


class ContestantError(RuntimeError):
    """A contestant could not be started or failed; the message ends with what it wrote."""


@dataclass(frozen=True)
class Contestant:
    """One side of a measurement.

    Parameters
    ----------
    module : str
        Run with `python -m`.
    oracle : Oracle or None
        The environment it needs; None for the one we run in.
    parameters : dict
        Given to it as JSON.
    """

    module: str
    oracle: Oracle | None
    parameters: dict[str, Any]

    def start(self) -> Process:
        """A process of this contestant, warmed up.

        Raises
        ------
        OracleError
            If its environment is missing.
        ContestantError
            If it ends before it is ready.
        """
        return Process(self)


class Process:
    """A contestant's process.

    Attributes
    ----------
    parameters, versions : dict
        As the process reports them: defaults filled in.
    """

    def __init__(self, contestant: Contestant) -> None:
        python = python_of(contestant.oracle) if contestant.oracle else sys.executable
        request = json.dumps({**contestant.parameters, "serve": True})
        self._module = contestant.module
        self._errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115
        self._popen: subprocess.Popen[str] = subprocess.Popen(
            [str(python), "-m", contestant.module, request],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        try:
            ready = self._answer()
        except ContestantError:
            self.close()
            raise
        self.versions: dict[str, str] = ready["versions"]
        self.parameters: dict[str, Any] = ready["parameters"]

    def repeat(self) -> float:
        """One repetition's value."""
        stdin = _open(self._popen.stdin)
        try:
            stdin.write("\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise self._failure() from error
        return float(self._answer()["value"])

    def close(self) -> None:
        """End the process."""
        _open(self._popen.stdin).close()
        try:
            self._popen.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        _open(self._popen.stdout).close()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self) -> dict[str, Any]:
        line = _open(self._popen.stdout).readline()
        if not line:
            raise self._failure()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _failure(self) -> ContestantError:
        status = self._popen.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return ContestantError(
            f"{self._module} ended with status {status}: " + " / ".join(lines[-2:])
        )


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ContestantError("a contestant's pipe is missing")
    return stream
