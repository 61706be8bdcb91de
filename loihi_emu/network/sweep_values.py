"""What the variants of a sweep differ in: values by item and variable -> numbers in their memory.

All values are checked before anything runs, in bulk; an error names the variant, the variable and
what is allowed. Example: `{(plastic, "x1_tau"): [5, 10, 20], "seed": [1, 2, 3]}` are three
variants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.counter import OF_NEURONS, key_of
from loihi_emu.chip.random_bits import RandomSource
from loihi_emu.compiler import LearningRule
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.arenas import Arenas
from loihi_emu.kernels.tables import TRACES
from loihi_emu.network.checks import whole_numbers
from loihi_emu.network.connections import Connection
from loihi_emu.network.plan import Plan
from loihi_emu.network.populations import Population
from loihi_emu.network.sampling import Effective
from loihi_emu.network.streams import Streams
from loihi_emu.network.variables import held, kept, locate

SEEDS: Final = (0, 2**63 - 1)

Values = Mapping[Any, Any]
"""Values by "seed" or (item, variable): arrays or lists, the first axis variants."""


@dataclass(frozen=True)
class Start:
    """A simulator as it is when its sweep begins: what every variant is a copy of.

    Parameters
    ----------
    plan : Plan
        For one thread.
    arenas : Arenas
        Its state; a copy.
    step, seed : int
    truncated : bool
        Whether stored weights are cut to their formats already.
    rules : mapping of int to LearningRule
        By number of connection, with their numbers as they are now.
    source : RandomSource
    streams : Streams
    effective : callable
        As for `Sampler.begin`.
    """

    plan: Plan
    arenas: Arenas
    step: int
    seed: int
    truncated: bool
    rules: Mapping[int, LearningRule]
    source: RandomSource
    streams: Streams
    effective: Callable[[], Effective]


@dataclass(frozen=True)
class Numbers:
    """What variants have in one stretch of an arena.

    Parameters
    ----------
    arena : str
    start : int
    rows : [distinct, n] array
    which : [variant] int array, or None
        Row of each variant; None: its own.
    """

    arena: str
    start: int
    rows: NDArray[Any]
    which: NDArray[np.int64] | None = None

    def of(self, variants: NDArray[np.int64]) -> NDArray[Any]:
        """Those of some variants, [variant, n]."""
        return self.rows[variants if self.which is None else self.which[variants]]


@dataclass(frozen=True)
class Field:
    """A field of a population's or connection's record that variants differ in.

    Parameters
    ----------
    table : {'populations', 'connections'}
    row : int
    name : str
    values : [variant] int64 array
    """

    table: str
    row: int
    name: str
    values: NDArray[np.int64]


@dataclass
class Changes:
    """All differences of the variants from where they start.

    Parameters
    ----------
    n : int
        Variants.
    seeds : [variant] array
    stream_seeds : [variant, learning connection] array
        Of the rules' streams: their own, or the variant's.
    numbers, fields : lists
    live : mapping of int to [variant] bool array
        Flags in the arena `wide` of traces that can differ from 0.
    """

    n: int
    seeds: NDArray[np.int64]
    stream_seeds: NDArray[np.int64]
    numbers: list[Numbers] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    live: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def revive(self, flag: int, where: NDArray[np.bool_]) -> None:
        """Note variants in which the trace of a flag can differ from 0."""
        self.live[flag] = where | self.live.get(flag, np.zeros(self.n, bool))


def changes(start: Start, values: Values) -> Changes:
    """Check the values of a sweep and turn them into numbers in memory.

    Raises
    ------
    ParameterError
        A value that cannot be, or values for different numbers of variants.
    UnknownNameError
        An item has no such variable, or is not in the network.
    """
    from loihi_emu.network.sweep_neurons import NEURON_VALUES, neuron_changes
    from loihi_emu.network.sweep_rules import is_of_rule, rule_changes

    n = _count(values)
    seeds = _seeds(start, values, n)
    found = Changes(n, seeds, stream_seeds(start, seeds))
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


def label(key: Any) -> str:
    """A key as errors show it."""
    if key == "seed":
        return "seed"
    if not (isinstance(key, tuple) and len(key) == 2 and hasattr(key[0], "label")):
        raise ParameterError(
            f"values have the key {key!r}; allowed: 'seed' or (item, variable), such as "
            "(plastic, 'x1_tau')"
        )
    return f"{key[0].label} {key[1]}"


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


def each(name: str, value: Any, check: Callable[[Any], Any]) -> Any:
    """What `check` makes of the values of all variants; its error names the first bad variant."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ParameterError(
            f"{name} has arrays of different shapes; allowed: one shape for all variants"
        ) from None
    try:
        return check(array)
    except ParameterError:
        for k, one in enumerate(array):
            try:
                check(one)
            except ParameterError as error:
                raise ParameterError(f"variant {k}: {error}") from None
        raise


def _seeds(start: Start, values: Values, n: int) -> NDArray[np.int64]:
    """Seed of each variant."""
    if "seed" not in values:
        return np.full(n, start.seed, np.int64)

    def check(given: NDArray[Any]) -> NDArray[np.int64]:
        return whole_numbers("seed", given, SEEDS)

    return np.asarray(each("seed", values["seed"], check)).reshape(n)


def stream_seeds(start: Start, seeds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seeds of the rules' streams."""
    columns = [
        np.full_like(seeds, one.rule.rng_seed) if one.rule.rng_seed is not None else seeds
        for one in start.plan.learning.values()
    ]
    return np.stack([*columns, seeds], axis=1)[:, :-1]


def _state_changes(start: Start, item: Any, variable: str, value: Any, found: Changes) -> None:
    """Weights, tags, traces, u or v of every variant, in the order of memory."""
    plan, name, n = start.plan, f"{item.label} {variable}", found.n
    place = locate(plan, item, variable)
    kept(place, item, variable)
    checked = each(name, value, lambda given: held(plan, item, variable, given))
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
        cut = plan.engine.settle if start.truncated else plan.engine.truncate
        cut(rows, item, plan.machine)
    found.numbers.append(Numbers(arena, place.start, rows))
    if isinstance(item, Connection) and item.rule is not None and variable in TRACES:
        record = plan.connections[number_of(plan, item)]
        found.revive(int(record["live"]) + TRACES.index(variable), np.asarray(rows.any(axis=1)))


def number_of(plan: Plan, connection: Connection) -> int:
    """Number of a learning connection.

    Raises
    ------
    ParameterError
        It does not learn, or is not in the network.
    """
    for number, one in plan.learning.items():
        if one.connection is connection:
            return number
    raise ParameterError(f"{connection.label} does not learn in this simulator's network")


def _note_live(start: Start, found: Changes) -> None:
    """Flags of traces that can differ from 0, in this variant or where all start."""
    for flag, where in found.live.items():
        flags = where | bool(start.arenas.wide[flag])
        found.numbers.append(Numbers("wide", flag, flags[:, None]))


def _note_seeds(start: Start, found: Changes) -> None:
    """Keys in the records of populations, whose noise is drawn, and of connections."""
    found.fields += [
        Field("populations", row, "neural_key", _keys_of(found.seeds, row | OF_NEURONS))
        for row in range(len(start.plan.population_items))
    ]
    for number, seeds in zip(start.plan.learning, found.stream_seeds.T, strict=True):
        found.fields += [
            Field("connections", number, "synaptic_key", _keys_of(seeds, number)),
            Field("connections", number, "neural_key", _keys_of(seeds, number | OF_NEURONS)),
        ]


def _keys_of(seeds: NDArray[np.int64], stream: int) -> NDArray[np.int64]:
    """The key of a stream's synapses or neurons for each seed."""
    keys: NDArray[np.uint64] = key_of(seeds.astype(np.uint64), stream)
    return keys.astype(np.int64)
