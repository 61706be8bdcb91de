"""What the variants of a sweep differ in: values by item and variable -> numbers in their memory.

All values are checked at once, before anything runs. An error names the variant, the variable and
what is allowed.
Example: `{(plastic, "x1_tau"): [5, 10, 20], "seed": [1, 2, 3]}` makes three variants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.random_bits import RandomSource
from loihi_emu.compiler import LearningRule
from loihi_emu.description.connections import Connection
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.memory.arrays import Arenas
from loihi_emu.plan.plan import Plan
from loihi_emu.simulation.probe_buffers import Effective
from loihi_emu.simulation.shared_draws import Streams

SEEDS: Final = (0, 2**63 - 1)

Values = Mapping[Any, Any]
"""Values by "seed" or (item, variable): arrays or lists, the first axis variants."""


@dataclass(frozen=True)
class Snapshot:
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
class ArrayDifference:
    """What variants have in one range of an arena.

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
class RecordDifference:
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
class Differences:
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
    numbers: list[ArrayDifference] = field(default_factory=list)
    fields: list[RecordDifference] = field(default_factory=list)
    live: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def mark_live(self, flag: int, where: NDArray[np.bool_]) -> None:
        """Note variants in which the trace of a flag can differ from 0."""
        self.live[flag] = where | self.live.get(flag, np.zeros(self.n, bool))


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


def check_each(name: str, value: Any, check: Callable[[Any], Any]) -> Any:
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


def stream_seeds(start: Snapshot, seeds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seeds of the rules' streams."""
    columns = [
        np.full_like(seeds, one.rule.rng_seed) if one.rule.rng_seed is not None else seeds
        for one in start.plan.learning.values()
    ]
    return np.stack([*columns, seeds], axis=1)[:, :-1]


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
