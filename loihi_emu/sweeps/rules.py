"""What variants of a sweep can change in learning rules: numbers of traces, seeds, whole rules.

The rules of one sweep share a kernel: they have the same products and the same epoch, and differ
in numbers.
Example: `{(plastic, "rule"): [rule, rule.with_parameters(dw="2^-3*x1*y0 - 2^-2*y1*x0")]}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.compiler.rule import TRACE_PARTS
from loihi_emu.compiler.rule import TRACES as RULE_TRACES
from loihi_emu.description.connections import Connection
from loihi_emu.description.validation import real_numbers, whole_numbers
from loihi_emu.errors import LoihiEmuError, ParameterError, RuleError, UnknownNameError
from loihi_emu.kernels.memory.records import TRACES
from loihi_emu.plan.rules import held_trace
from loihi_emu.sweeps.differences import (
    SEEDS,
    ArrayDifference,
    Differences,
    RecordDifference,
    Snapshot,
    check_each,
    number_of,
)

_OF_TRACES: Final = tuple(f"{name}_{part}" for name in RULE_TRACES for part in TRACE_PARTS)


def is_of_rule(variable: str) -> bool:
    """Whether a variable is a number of a connection's rule, or the rule."""
    return variable in ("rule", "rng_seed") or variable.partition("_")[2] in TRACE_PARTS


def rule_changes(
    start: Snapshot, item: Connection, given: Mapping[str, Any], found: Differences
) -> None:
    """Literals, decay tables, impulses and seeds of every variant.

    Raises
    ------
    ParameterError
        A number out of range, or a rule of other products or another epoch.
    """
    number, n = number_of(start.plan, item), found.n
    rules, which = [start.rules[number]], np.zeros(n, np.int64)
    if "rule" in given:
        rules, which = _rules(start, number, given["rule"])
        _literals(start, number, rules, which, found)
        seeds = [-1 if rule.rng_seed is None else rule.rng_seed for rule in rules]
        _seed(start, number, np.array(seeds, np.int64)[which], found)
    if "rng_seed" in given:

        def check(seeds: NDArray[Any]) -> NDArray[np.int64]:
            return whole_numbers(f"{item.label} rng_seed", seeds, SEEDS)

        _seed(start, number, check_each("rng_seed", given["rng_seed"], check).reshape(n), found)
    for name in RULE_TRACES:
        if "rule" in given or any(f"{name}_{part}" in given for part in TRACE_PARTS):
            _trace(
                start, number, name, [getattr(rule, name) for rule in rules], which, given, found
            )
    unknown = set(given) - {"rule", "rng_seed", *_OF_TRACES}
    if unknown:
        raise UnknownNameError(
            f"{item.label} has no variable {min(unknown)!r}; its rule has {', '.join(_OF_TRACES)}"
        )


def _rules(
    start: Snapshot, number: int, given: Sequence[Any]
) -> tuple[list[LearningRule], NDArray[np.int64]]:
    """The different rules, and which of them each variant has."""
    name = f"{start.plan.learning[number].connection.label} rule"
    places: dict[int, int] = {}
    rules: list[LearningRule] = []
    which = []
    for k, rule in enumerate(given):
        if not isinstance(rule, LearningRule):
            raise ParameterError(
                f"variant {k}: {name} is a {type(rule).__name__}; allowed: LearningRule"
            )
        if id(rule) not in places:
            places[id(rule)] = len(rules)
            rules.append(rule)
        which.append(places[id(rule)])
    return rules, np.array(which, np.int64)


def _literals(
    start: Snapshot,
    number: int,
    rules: list[LearningRule],
    which: NDArray[np.int64],
    found: Differences,
) -> None:
    """Numbers of the rules' texts; all have the products of the connection's own rule."""
    plan, own = start.plan, start.plan.learning[number]
    record, name = plan.connections[number], f"{own.connection.label} rule"
    rows, decimations = [], []
    for index, rule in enumerate(rules):
        first = int(np.argmax(which == index))
        try:
            compiled = plan.engine.compile_rule(rule, plan.machine, counting=plan.counting)
        except LoihiEmuError as error:
            raise ParameterError(f"variant {first}: {name}: {error}") from None
        if rule.t_epoch != own.rule.t_epoch:
            raise ParameterError(
                f"variant {first}: {name} has t_epoch {rule.t_epoch}; allowed: "
                f"{own.rule.t_epoch}, as where the sweep starts"
            )
        if compiled.source != own.compiled.source:
            raise ParameterError(
                f"variant {first}: {name} has other products, or its numbers need other widths, "
                "than the rule where the sweep starts; variants share one kernel: sweep each kind "
                "of rule by itself"
            )
        rows.append(compiled.literals)
        decimations.append(-1 if rule.decimation is None else rule.decimation)
    found.numbers.append(ArrayDifference("literal", int(record["literals"]), np.stack(rows), which))
    found.fields.append(
        RecordDifference(
            "connections", number, "decimation", np.array(decimations, np.int64)[which]
        )
    )


def _seed(start: Snapshot, number: int, seeds: NDArray[np.int64], found: Differences) -> None:
    """Seeds of a rule's streams; -1: the variant's."""
    column = list(start.plan.learning).index(number)
    found.stream_seeds[:, column] = np.where(seeds < 0, found.seeds, seeds)


def _trace(
    start: Snapshot, number: int, name: str, own: list[Trace], which: NDArray[np.int64],
    given: Mapping[str, Any], found: Differences,
) -> None:  # fmt: skip
    """Decay table and impulse of one trace."""
    plan, item = start.plan, start.plan.learning[number].connection
    record, index = plan.connections[number], RULE_TRACES.index(name)
    parts = [np.array([getattr(trace, part) for trace in own])[which] for part in TRACE_PARTS]
    for place, part in enumerate(TRACE_PARTS):
        if f"{name}_{part}" in given:
            parts[place] = _part(item, f"{name}_{part}", given[f"{name}_{part}"], found.n)
    pairs, chosen = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)
    chosen = chosen.reshape(found.n)
    traces = []
    for k, pair in enumerate(pairs.tolist()):
        try:
            traces.append(Trace(*pair))
        except RuleError as error:
            first, wrong = int(np.argmax(chosen == k)), error.problems[0]
            raise ParameterError(
                f"variant {first}: {item.label} {name}_{wrong.path}: {wrong.message}"
            ) from None
    held = tuple(held_trace(name, trace, item) for trace in traces)
    (unit,) = plan.engine.units((name,), plan.machine, int(record["epoch"]))
    table, threshold = plan.engine.tables(
        held, plan.machine, int(record["decay_tables_per_trace"]), (unit,) * len(held)
    )
    impulses = plan.engine.impulses(held, plan.machine, plan.bounded).reshape(len(held), -1)
    width = table.size // len(held)
    at = int(record["tables"]) + index * width
    found.numbers += [
        ArrayDifference("table", at, table.reshape(len(held), width), chosen),
        ArrayDifference("threshold", at, threshold.reshape(len(held), width), chosen),
        ArrayDifference("parameters", int(record["impulses"]) + 2 * index, impulses, chosen),
    ]
    if name in TRACES:
        impulse = np.array([trace.impulse for trace in traces])[chosen]
        found.mark_live(int(record["trace_is_live"]) + index, impulse != 0)


def _part(item: Connection, variable: str, value: Any, n: int) -> NDArray[np.float64]:
    """One number of a trace for every variant."""
    name = f"{item.label} {variable}"
    numbers: NDArray[np.float64] = check_each(name, value, lambda given: real_numbers(name, given))
    if numbers.shape != (n,):
        raise ParameterError(f"{name} has shape {numbers.shape}; allowed: one number a variant")
    return numbers
