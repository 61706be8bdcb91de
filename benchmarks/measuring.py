"""Measures a row: both sides in turns, so that a slow moment of the machine meets both.

How slow the moments were is measured as well: the table shows it where a row has one side only.

Example: `measure(rows(0)["dense-1k"], repetitions=5).ratio`.
"""

from __future__ import annotations

import functools
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.contestants import Contestant, ContestantError, Process
from benchmarks.oracles.environment import OracleError
from benchmarks.rows import Row

if TYPE_CHECKING:
    from benchmarks.disturbance import Watch


@dataclass
class Side:
    """What one contestant gave.

    Attributes
    ----------
    values : list of float
        One a repetition, in the row's unit; empty if it could not run.
    missing : str
        Why it could not run; empty if it did.
    versions, parameters : dict
        As it reported them.
    """

    values: list[float] = field(default_factory=list)
    missing: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        """Median of the values, if there are any."""
        return statistics.median(self.values) if self.values else None


@dataclass
class Measurement:
    """A row with what was measured.

    Attributes
    ----------
    held_up : list of float
        How much others held the processors up before each repetition and after the last, see
        `disturbance.Watch.look`.
    """

    row: Row
    ours: Side
    theirs: Side
    held_up: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Theirs / ours, pair by pair."""
        if not self.ours.values or not self.theirs.values:
            return []
        pairs = zip(self.ours.values, self.theirs.values, strict=True)
        return [theirs / ours for ours, theirs in pairs]

    @property
    def ratio(self) -> float | None:
        """Median of the ratios, if both sides ran."""
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where that cannot be said."""
        ours = self.ours.median
        return None if ours is None else self.row.goal.reached(ours, self.ratio)


def measure(row: Row, repetitions: int) -> Measurement:
    """Start both sides of `row`, let them take turns, end them."""
    measurement = Measurement(row, Side(), Side())
    processes = [
        (side, _started(side, contestant))
        for side, contestant in (
            (measurement.ours, row.ours),
            (measurement.theirs, row.theirs),
        )
        if contestant is not None
    ]
    running = [(side, process) for side, process in processes if process is not None]
    watch = _watch()
    try:
        for _ in range(repetitions):
            measurement.held_up.append(watch.look())
            for side, process in running:
                _take_turn(side, process)
        measurement.held_up.append(watch.look())
    finally:
        for _, process in running:
            process.close()
    return measurement


@functools.cache
def _watch() -> Watch:
    """One for all rows: it knows the best moment of any."""
    from benchmarks.disturbance import Watch  # compiles, which a list of the rows need not wait for

    return Watch()


def _started(side: Side, contestant: Contestant) -> Process | None:
    try:
        process = contestant.start()
    except (OracleError, ContestantError, OSError) as error:
        side.missing = str(error)
        return None
    side.versions, side.parameters = process.versions, process.parameters
    return process


def _take_turn(side: Side, process: Process) -> None:
    if side.missing:
        return
    try:
        side.values.append(process.repeat())
    except ContestantError as error:
        side.missing = str(error)
        side.values.clear()
