"""Checked values of a sweep -> what each variant changes in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.counter import OF_NEURONS, key_of
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population
from loihi_emu.description.validation import whole_numbers
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.memory.records import TRACES
from loihi_emu.plan.variables import locate, require_storage, to_machine_values
from loihi_emu.sweeps.differences import (
    SEEDS,
    ArrayDifference,
    Differences,
    RecordDifference,
    Snapshot,
    Values,
    check_each,
    label,
    number_of,
    stream_seeds,
)


def changes(start: Snapshot, values: Values) -> Differences:
    """Check the values of a sweep and turn them into numbers in memory.

    Raises
    ------
    ParameterError
        A value that cannot be, or values for different numbers of variants.
    UnknownNameError
        An item has no such variable, or is not in the network.
    """
    from loihi_emu.sweeps.neurons import NEURON_VALUES, neuron_changes
    from loihi_emu.sweeps.rules import is_of_rule, rule_changes

    n = _count(values)
    seeds = _seeds(start, values, n)
    found = Differences(n, seeds, stream_seeds(start, seeds))
    of_rule: dict[Connection, dict[str, Any]] = {}
    of_neurons: dict[Population, dict[str, Any]] = {}
    for key, value in values.items():
        if key == "seed":
            continue
        item, variable = key
        if isinstance(item, Connection) and is_of_rule(variable):
            of_rule.setdefault(item, {})[variable] = value
        elif isinstance(item, Population) and variable in NEURON_VALUES:
            of_neurons.setdefault(item, {})[variable] = value
        else:
            _state_changes(start, item, variable, value, found)
    for population, given in of_neurons.items():
        found.numbers += neuron_changes(start, population, given, n)
    for connection, given in of_rule.items():
        rule_changes(start, connection, given, found)
    _note_live(start, found)
    _note_seeds(start, found)
    return found


def _count(values: Values) -> int:
    """How many variants there are."""
    counts = {}
    for key, value in values.items():
        name = label(key)
        if not isinstance(value, list | tuple) and np.ndim(value) == 0:
            raise ParameterError(
                f"{name} is one {type(value).__name__}; allowed: a value for each variant"
            )
        counts[name] = len(value)
    if not counts or 0 in counts.values():
        raise ParameterError(f"there are no values for {next(iter(counts), 'any variable')}")
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise ParameterError(f"values are for different numbers of variants: {listed}")
    return next(iter(counts.values()))


def _seeds(start: Snapshot, values: Values, n: int) -> NDArray[np.int64]:
    """Seed of each variant."""
    if "seed" not in values:
        return np.full(n, start.seed, np.int64)

    def check(given: NDArray[Any]) -> NDArray[np.int64]:
        return whole_numbers("seed", given, SEEDS)

    return np.asarray(check_each("seed", values["seed"], check)).reshape(n)


def _state_changes(
    start: Snapshot, item: Any, variable: str, value: Any, found: Differences
) -> None:
    """Weights, tags, traces, u or v of every variant, in the order of memory."""
    plan, name, n = start.plan, f"{item.label} {variable}", found.n
    place = locate(plan, item, variable)
    require_storage(place, item, variable)
    checked = check_each(name, value, lambda given: to_machine_values(plan, item, variable, given))
    if checked.shape not in ((n,), (n, *place.shape)):
        raise ParameterError(
            f"{name} has shape {checked.shape}; allowed: {(n, *place.shape)} or one number a "
            "variant"
        )
    if checked.ndim == 1:
        checked = checked.reshape(n, *(1 for _ in place.shape))
    spread = np.broadcast_to(checked, (n, *place.shape))
    if len(place.shape) == 2:
        spread = np.swapaxes(spread, 1, 2)
    arena = place.arena_name
    rows = spread.reshape(n, place.length).astype(getattr(start.arenas, arena).dtype)
    if variable == "weights":
        cut = plan.engine.quantise_in_place if start.truncated else plan.engine.truncate
        cut(rows, item, plan.machine)
    found.numbers.append(ArrayDifference(arena, place.start, rows))
    if isinstance(item, Connection) and item.rule is not None and variable in TRACES:
        record = plan.connections[number_of(plan, item)]
        found.mark_live(
            int(record["trace_is_live"]) + TRACES.index(variable), np.asarray(rows.any(axis=1))
        )


def _note_live(start: Snapshot, found: Differences) -> None:
    """Flags of traces that can differ from 0, in this variant or where all start."""
    for flag, where in found.live.items():
        flags = where | bool(start.arenas.wide[flag])
        found.numbers.append(ArrayDifference("wide", flag, flags[:, None]))


def _note_seeds(start: Snapshot, found: Differences) -> None:
    """Keys in the records of populations, whose noise is drawn, and of connections."""
    found.fields += [
        RecordDifference("populations", row, "neural_key", _keys_of(found.seeds, row | OF_NEURONS))
        for row in range(len(start.plan.population_items))
    ]
    for number, seeds in zip(start.plan.learning, found.stream_seeds.T, strict=True):
        found.fields += [
            RecordDifference("connections", number, "synaptic_key", _keys_of(seeds, number)),
            RecordDifference(
                "connections", number, "neural_key", _keys_of(seeds, number | OF_NEURONS)
            ),
        ]


def _keys_of(seeds: NDArray[np.int64], stream: int) -> NDArray[np.int64]:
    """The key of a stream's synapses or neurons for each seed."""
    keys: NDArray[np.uint64] = key_of(seeds.astype(np.uint64), stream)
    return keys.astype(np.int64)
