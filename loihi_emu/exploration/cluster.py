"""Tasks on a Dask cluster: workers may die, and the scheduler may be away for a while.

Example: `for task, rows in cluster("tcp://127.0.0.1:8786")(work, tasks): ...`.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, Final

from loihi_emu.errors import LoihiEmuError, WorkerError
from loihi_emu.exploration.executors import Done, Executor, Left, packed, run_packed
from loihi_emu.exploration.extra import require
from loihi_emu.exploration.task import Row, Task, Work

PATIENCE: Final = 120.0
"""Seconds that the scheduler may be away, or be without a worker, before a sweep ends."""

_AHEAD: Final = 4  # tasks for each thread of the cluster that are given out
_LEAST_AHEAD: Final = 16
_LOGGERS: Final = ("distributed", "distributed.client", "distributed.utils")
_LOOK_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.01


class _LostError(Exception):
    """The scheduler is away, and knows nothing of what it was given."""


def cluster(address: str, patience: float = PATIENCE) -> Executor:
    """Run tasks on the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Such as `tcp://10.0.0.1:8786`.
    patience : float
        Seconds without any result, and without scheduler or workers, after which the sweep ends.
    """

    def run(work: Work, tasks: Iterable[Task]) -> Done:
        require("distributed", "a Dask cluster")
        data, left, waiting = packed(work), Left(), iter(tasks)
        with _quiet():
            yield from _run(data, left, waiting)

    def _run(data: bytes, left: Left, waiting: Iterator[Task]) -> Done:
        last = time.monotonic()
        while True:
            connection = None
            try:
                connection = _Connection(address, data, patience)
                for task, rows in connection.run(left, waiting):
                    last = time.monotonic()
                    yield task, rows
                return
            except _LostError as lost:
                if time.monotonic() - last > patience:
                    raise WorkerError(
                        f"scheduler {address} is lost: {lost}; a sweep with a store goes on from "
                        "there when it is started again"
                    ) from lost
                time.sleep(0.2)
            finally:
                if connection is not None:
                    left.keep(connection.running.values())
                    connection.close()

    return run


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Dask's tracebacks of lost connections are kept back: they are met, or told as an error."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class _Connection:
    """A client of the scheduler, and the tasks that it gave out.

    Parameters
    ----------
    address : str
    data : bytes
        What all tasks share.
    patience : float
    """

    def __init__(self, address: str, data: bytes, patience: float) -> None:
        client: Any = require("distributed", "a Dask cluster").Client
        self._address, self._patience = address, patience
        self.running: dict[Any, Task] = {}
        self._known_threads, self._looked = 0, -_LOOK_SECONDS
        try:
            self._client = client(address, timeout=5, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _LostError(f"it does not answer ({type(error).__name__}: {error})") from error
        # a task of its own, so that it is made again where the worker that holds it dies
        self._data = self._client.submit(_as_it_is, data, pure=False)

    def run(self, left: Left, waiting: Iterator[Task]) -> Done:
        """Give out tasks and collect rows until none is left."""
        alive = time.monotonic()
        while True:
            for task in left.then(waiting, self._room()):
                future = self._client.submit(run_packed, self._data, task, pure=False)
                self.running[future] = task
            if not self.running:
                return
            done = self._finished()
            if done or self._threads() > 0:
                alive = time.monotonic()
            elif time.monotonic() - alive > self._patience:
                raise WorkerError(f"scheduler {self._address} has no workers; start some")
            for future in done:
                task, rows = self.running[future], self._rows(future, left)
                del self.running[future]
                if rows is not None:
                    left.note_done()
                    yield task, rows

    def _room(self) -> int:
        """How many more tasks to give out: enough that no worker waits for this process."""
        return max(_LEAST_AHEAD, _AHEAD * self._threads()) - len(self.running)

    def _threads(self) -> int:
        """Of all workers, as of a moment ago."""
        now = time.monotonic()
        if now > self._looked + _LOOK_SECONDS:
            try:
                self._known_threads = sum(self._client.nthreads().values())
            except (OSError, TimeoutError, CancelledError, RuntimeError) as error:
                raise _LostError(f"{type(error).__name__}: {error}") from error
            self._looked = time.monotonic()
        return self._known_threads

    def _finished(self) -> list[Any]:
        """Futures that are no longer pending; waits for a moment where all are."""
        until = time.monotonic() + _LOOK_SECONDS
        while True:
            if self._client.status != "running":
                raise _LostError("the connection broke")
            done = [future for future in self.running if future.status != "pending"]
            if done or time.monotonic() > until:
                return done
            time.sleep(_POLL_SECONDS)

    def _rows(self, future: Any, left: Left) -> list[Row] | None:
        """What a task returned; None where its workers died and it is given out again."""
        killed: Any = require("distributed", "a Dask cluster").KilledWorker
        try:
            if future.status == "finished":
                found: list[Row] = future.result(timeout=60)
                return found
            if future.status != "error":
                raise _LostError("it forgot what it was given")
            error = future.exception()
        except (OSError, TimeoutError, CancelledError) as gone:
            raise _LostError(f"{type(gone).__name__}: {gone}") from gone
        if isinstance(error, killed):
            left.note_death([self.running[future]])
            return None
        if isinstance(error, LoihiEmuError):
            raise error
        raise WorkerError(f"a worker failed with {type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Forget what was given out; a scheduler that is away is not waited for."""
        with contextlib.suppress(OSError, TimeoutError, RuntimeError):
            self._client.close(timeout=2)


def _as_it_is(data: bytes) -> bytes:
    return data
