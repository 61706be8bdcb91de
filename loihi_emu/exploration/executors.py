"""Where tasks run: this process, processes of this machine, or a Dask cluster.

Each yields (task, rows) as tasks are done. What a dead worker had is done again by another one; a
task that many workers die of ends the sweep.
Example: `for task, rows in here(work, tasks): ...`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Final

from loihi_emu.errors import ParameterError, WorkerError
from loihi_emu.exploration.extra import require
from loihi_emu.exploration.task import Row, Task, Work, run_task

Done = Iterator[tuple[Task, list[Row]]]
Executor = Callable[[Work, Iterable[Task]], Done]

MOST_DEATHS: Final = 10
"""Deaths of workers in a row, with nothing done between them, that end a sweep."""

_AHEAD: Final = 2  # tasks for each worker that are given out


def here(work: Work, tasks: Iterable[Task]) -> Done:
    """Run tasks one after another in this process, each on all processors."""
    for task in tasks:
        yield task, run_task(work, task)


def packed(work: Work) -> bytes:
    """What all tasks share as bytes; functions travel by value.

    Raises
    ------
    ParameterError
        The description or a metric refers to something that cannot travel.
    MissingExtraError
        cloudpickle is not installed.
    """
    try:
        return bytes(require("cloudpickle", "a sweep in other processes").dumps(work))
    except (TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ParameterError(
            f"the description cannot be sent to a worker: {error}; allowed: a Network, or "
            "functions that refer to no open files, locks or modules of this process"
        ) from error


def run_packed(data: bytes, task: Task) -> list[Row]:
    """`run_task` on one thread of a worker."""
    work: Work = require("cloudpickle", "a sweep in other processes").loads(data)
    return run_task(work, task, threads=1)


class Left:
    """Tasks whose workers died, and how many deaths in a row there were."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._deaths = 0

    def then(self, waiting: Iterator[Task], n: int) -> list[Task]:
        """Up to n tasks: those that were taken back, then those that wait."""
        again, self._tasks = self._tasks[: max(0, n)], self._tasks[max(0, n) :]
        return again + list(islice(waiting, max(0, n - len(again))))

    def note_done(self) -> None:
        """A task came back: whoever died before did not die of everything."""
        self._deaths = 0

    def keep(self, tasks: Iterable[Task]) -> None:
        """Do these again."""
        self._tasks = sorted({task.number: task for task in (*tasks, *self._tasks)}.values())

    def note_death(self, tasks: Iterable[Task]) -> None:
        """A worker died that may have had any of these; they are done again.

        Raises
        ------
        WorkerError
            It happened too often with nothing done between.
        """
        had = list(tasks)
        self._deaths += 1
        if self._deaths >= MOST_DEATHS:
            numbers = sorted(task.variants[0].number for task in had)
            raise WorkerError(
                f"{self._deaths} times in a row workers died and nothing was done; they had tasks "
                f"that begin with variants {numbers[:5]}"
            )
        self.keep(had)


def processes(n: int) -> Executor:
    """Run tasks in n processes of this machine."""

    def run(work: Work, tasks: Iterable[Task]) -> Done:
        data, waiting, left = packed(work), iter(tasks), Left()
        pool = _Pool(n)
        try:
            while pool.fill(data, left.then(waiting, _AHEAD * n - len(pool.running))):
                done, rows = pool.wait()
                if done is None:  # a process died, and the pool with it
                    left.note_death(pool.running.values())
                    pool.close()
                    pool = _Pool(n)
                else:
                    left.note_done()
                    yield done, rows
        finally:
            pool.close()

    return run


class _Pool:
    """Processes, and the tasks that they have."""

    def __init__(self, n: int) -> None:
        self._pool = ProcessPoolExecutor(n, mp_context=get_context("spawn"))
        self.running: dict[Future[list[Row]], Task] = {}

    def fill(self, data: bytes, tasks: list[Task]) -> bool:
        """Give out tasks; whether any is under way."""
        for task in tasks:
            try:
                future = self._pool.submit(run_packed, data, task)
            except BrokenProcessPool as error:
                future = Future()
                future.set_exception(error)
            self.running[future] = task
        return bool(self.running)

    def wait(self) -> tuple[Task | None, list[Row]]:
        """A task that is done and its rows; None where a process died."""
        future = next(iter(wait(self.running, return_when=FIRST_COMPLETED).done))
        try:
            rows = future.result()
        except BrokenProcessPool:
            return None, []
        return self.running.pop(future), rows

    def close(self) -> None:
        """End the processes; what they have is lost."""
        self._pool.shutdown(wait=False, cancel_futures=True)
