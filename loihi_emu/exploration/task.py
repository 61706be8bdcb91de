"""Some variants of a sweep -> their metrics: what one worker does at a time.

A task depends on nothing but itself, so that it can run anywhere, and again.
Example: `run_task(work, Task(0, variants, 200), threads=2)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from loihi_emu.errors import LoihiEmuError, ParameterError
from loihi_emu.exploration.description import Case, Description, shown
from loihi_emu.exploration.metrics import Metrics, Outcome
from loihi_emu.exploration.space import Variant
from loihi_emu.exploration.structure import differences, key_of
from loihi_emu.simulator import Simulator


@dataclass(frozen=True)
class Work:
    """What all tasks of a sweep share."""

    description: Description
    metrics: Metrics


class Task(NamedTuple):
    """Variants that run together for so many steps."""

    number: int
    variants: Sequence[Variant]
    steps: int


Row = dict[str, Any]
"""Metrics of one variant by name."""


def run_task(work: Work, task: Task, threads: int | None = None) -> list[Row]:
    """Metrics of the task's variants, in their order.

    Variants are grouped by structure; each group is one batched call.

    Raises
    ------
    LoihiEmuError
        A variant that cannot be made or run; the message says which.
    """
    groups: dict[Any, list[tuple[int, Case]]] = {}
    for place, variant in enumerate(task.variants):
        case = work.description.case(variant)
        try:
            key = key_of(*case)
        except LoihiEmuError as error:
            raise ParameterError(f"{shown(variant)}: {error}") from error
        groups.setdefault(key, []).append((place, case))
    rows: list[Row] = [{} for _ in task.variants]
    for group in groups.values():
        _run_group(work, task, group, rows, threads)
    return rows


def _run_group(
    work: Work, task: Task, group: list[tuple[int, Case]], rows: list[Row], threads: int | None
) -> None:
    """Fill in the rows of variants of one structure."""
    variants = [task.variants[place] for place, _ in group]
    base = group[0][1]
    values = differences([case.network for _, case in group])
    values["seed"] = [variant.seed for variant in variants]
    try:
        simulator = Simulator(
            base.network, machine=base.machine, mode=base.mode, backend="kernels", threads=1
        )
        probes = work.metrics.probes(base.network, task.steps)
        swept = simulator.sweep(task.steps, values, probes, threads=threads)
    except LoihiEmuError as error:
        raise ParameterError(f"{shown(variants[0])} and those like it: {error}") from error
    for k, (place, _) in enumerate(group):
        variant = variants[k]
        outcome = Outcome(
            swept.variant(k), base.network, variant.parameters, variant.seed, task.steps
        )
        try:
            rows[place] = work.metrics.of(outcome)
        except LoihiEmuError as error:
            raise ParameterError(f"{shown(variant)}: {error}") from error
