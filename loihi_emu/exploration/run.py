"""A sweep under way: variants dealt into tasks, run where the executor runs them, read as a table.

Which variants a task has depends on the sweep alone; each task lands in the store when it is done.
Example: `SweepRun(...)`, then `open(store, metrics)`, then `table()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from loihi_emu.errors import ParameterError
from loihi_emu.exploration.executors import Executor, here
from loihi_emu.exploration.guided import Search
from loihi_emu.exploration.guided import search as guided_search
from loihi_emu.exploration.paths import is_structure
from loihi_emu.exploration.space import Range, Space, Variant, kind_of
from loihi_emu.exploration.store import Store
from loihi_emu.exploration.structure import checksum
from loihi_emu.exploration.table import SweepTable
from loihi_emu.exploration.task import Task, Work
from loihi_emu.simulation.state import processors

Progress = Callable[[int, int], None]

_LEAST: Final = 32  # variants a task: those that run side by side
_MOST: Final = 1024
_TASKS: Final = 1 << 13  # that a sweep is cut into, where its tasks are not the largest
_LOOKED_AT: Final = 1000  # values of a parameter that are tried before anything runs


class SweepRun:
    """One sweep under way.

    Parameters
    ----------
    work : Work
    parameters : mapping, or list of mappings
    seeds : list of int
    steps : int
    search : Search, optional
    per_task : int, optional
    executor : Executor
    progress : callable, optional

    Raises
    ------
    ParameterError, UnknownNameError
        A parameter or value that is not allowed; nothing has run then.
    """

    def __init__(
        self, work: Work, parameters: Any, seeds: list[int], steps: int, search: Search | None,
        per_task: int | None, executor: Executor, progress: Progress | None,
    ) -> None:  # fmt: skip
        self._work, self._seeds, self._steps, self._search = work, seeds, steps, search
        self._parameters, self._executor, self._progress = parameters, executor, progress
        guided = search is not None and bool(search.objectives)
        if guided and not isinstance(parameters, Mapping):
            raise ParameterError("a search draws from values by name, not from listed variants")
        if search is not None and any(rung >= steps for rung in search.rungs):
            raise ParameterError(f"rungs are {list(search.rungs)}; allowed: below steps = {steps}")
        trials = None if search is None else search.trials
        self._space = Space(parameters, seeds, trials, 0 if search is None else search.seed)
        self._guided = search if guided else None
        n = self._space.n if self._guided is None else self._guided.at_once * len(seeds)
        self._per_task, self._given_per_task = per_task or _per_task(n, executor), bool(per_task)
        work.description.check_names(self._space.names)
        self._check_values()
        self._numbers = 0
        self._done = 0

    def _check_values(self) -> None:
        """Make one network for each value of each parameter, so that a bad one is told now."""
        first = self._space.variant(0)
        for name, axis in self._space.axes.items():
            if self._space.is_listed:  # values that go together
                continue
            values = axis.ends if isinstance(axis, Range) else axis[:_LOOKED_AT]
            for value in values:
                given = {**first.parameters, name: value}
                self._work.description.check(Variant(0, given, first.seed))
        network = self._work.description.check(first)
        self._work.metrics.probes(network, self._steps)

    def open(self, store: Any, metrics: Mapping[str, Any]) -> None:
        """Begin or find the store."""
        manifest = {
            "description": self._work.description.source,
            "parameters": _shown(self._parameters),
            "seeds": _shown(self._seeds),
            "steps": self._steps,
            "search": None if self._search is None else repr(self._search),
            "variants_per_task": self._per_task,
            **metrics,
        }
        kinds = {name: kind_of(axis) for name, axis in self._space.axes.items()}
        free = () if self._given_per_task else ("variants_per_task",)
        self._store = Store(store, manifest, kinds, free)
        self._per_task = self._store.manifest["variants_per_task"]

    def table(self) -> SweepTable:
        """Run what is not done, and give all results."""
        if self._guided is None:
            self._run_tasks(self._tasks_of(self._ordered(), self._steps), self._space.n)
            return self._read(self._numbers, {})
        found = guided_search(
            self._guided, self._parameters, self._seeds, self._steps, self._run_variants
        )
        return self._read(self._numbers, found)

    def _ordered(self) -> Sequence[int]:
        """Numbers of variants; those of one structure lie together."""
        slow = [name for name in self._space.names if is_structure(name)]
        everything = range(self._space.n)
        if not slow:
            return everything

        def key(number: int) -> list[str]:
            given = self._space.variant(number).parameters
            return [repr(given[name]) for name in slow]

        return sorted(everything, key=key)

    def _tasks_of(self, numbers: Sequence[int], steps: int) -> Iterator[Task]:
        for first in range(0, len(numbers), self._per_task):
            own = [self._space.variant(k) for k in numbers[first : first + self._per_task]]
            yield self._task(own, steps)

    def _task(self, variants: Sequence[Variant], steps: int) -> Task:
        self._numbers += 1
        return Task(self._numbers - 1, variants, steps)

    def _run_tasks(self, tasks: Iterable[Task], n: int) -> None:
        """Run the tasks that the store does not have."""
        self._report(n)
        left = self._left(tasks, n)
        first = next(left, None)
        if first is None:
            return
        for task, rows in self._executor(self._work, chain([first], left)):
            self._store.add(task, rows)
            self._note_done(task, n)

    def _left(self, tasks: Iterable[Task], n: int) -> Iterator[Task]:
        """Tasks that the store does not have."""
        for task in tasks:
            if self._store.has(task.number):
                self._note_done(task, n)
            else:
                yield task

    def _note_done(self, task: Task, n: int) -> None:
        self._done += len(task.variants)
        self._report(n)

    def _report(self, n: int) -> None:
        if self._progress is not None:
            self._progress(min(self._done, n), n)

    def _run_variants(self, variants: Sequence[Variant], steps: int) -> list[dict[str, Any]]:
        """Metrics of variants that a search asks for."""
        tasks = [
            self._task(variants[first : first + self._per_task], steps)
            for first in range(0, len(variants), self._per_task)
        ]
        self._run_tasks(
            tasks, self._space.n * (1 + len(self._search.rungs if self._search else ()))
        )
        rows: list[dict[str, Any]] = []
        known = {"variant", "seed", "steps", *self._space.names}
        for task in tasks:
            part = self._store.part(task.number)
            names = [name for name in part if name not in known]
            rows += [{name: part[name][k] for name in names} for k in range(len(task.variants))]
        return rows

    def _read(self, n_tasks: int, pruned: Mapping[int, bool]) -> SweepTable:
        """All parts as one table; of a variant that ran several times, the longest run."""
        columns: dict[str, list[Any]] = {}
        for number in range(n_tasks):
            for name, values in self._store.part(number).items():
                columns.setdefault(name, []).extend(values)
        last: dict[int, int] = {}
        for place, variant in enumerate(columns["variant"]):
            if variant not in last or columns["steps"][place] >= columns["steps"][last[variant]]:
                last[variant] = place
        order = [last[variant] for variant in sorted(last)]
        columns = {name: [values[k] for k in order] for name, values in columns.items()}
        metrics = [
            name for name in columns
            if name not in ("variant", "seed", "steps", *self._space.names)
        ]  # fmt: skip
        if self._search is not None:
            columns["trial"] = [number // len(self._seeds) for number in columns["variant"]]
            columns["pruned"] = [pruned.get(trial, False) for trial in columns["trial"]]
        objectives = self._search.objectives if self._search else {}
        return SweepTable(columns, self._space.names, metrics, objectives)


def _per_task(n: int, executor: Executor) -> int:
    """Variants a task: enough for all threads that run it, and tasks for all workers."""
    least = _LEAST * processors() if executor is here else _LEAST
    return max(least, min(_MOST, -(-n // (_TASKS * _LEAST)) * _LEAST))


def _shown(value: Any) -> str:
    """Parameters as text that two equal sweeps have in common."""
    return f"{repr(value)[:200]} (sha256 {checksum(value)})"
