"""Measures a row: both sides in turns, so that a slow moment of the machine meets both.

How slow the moments were is measured as well, see turns.py.

Example: `measure(rows(0)["dense-1k"], repetitions=5).ratio`.
"""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.contestants import Contestant, ContestantError, Process
from benchmarks.oracles.environment import OracleError
from benchmarks.rows import Row
from benchmarks.turns import SECONDS, Turn, take_turns


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
        return _middle(self.values)


@dataclass
class Measurement:
    """A row with what was measured.

    Attributes
    ----------
    turns : list of Turn
        Those that gave the sides' values.
    repetitions : int
        Turns that were asked for; of a time that is compared with a clock, more were taken.
    """

    row: Row
    ours: Side
    theirs: Side
    turns: list[Turn] = field(default_factory=list)
    repetitions: int = 0

    @property
    def held_up(self) -> float | None:
        """How much others held the processors up meanwhile, in the middle."""
        return _middle([turn.held_up for turn in self.turns])

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
        return _middle(self.ratios)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where that cannot be said."""
        ours = self.ours.median
        return None if ours is None else self.row.goal.reached(ours, self.ratio)


def measure(row: Row, repetitions: int, seconds: float = SECONDS) -> Measurement:
    """Start both sides of `row`, let them take turns, end them.

    A time that is compared with a clock goes on for so many seconds.
    """
    measurement = Measurement(row, Side(), Side(), repetitions=repetitions)
    sides = {"ours": measurement.ours, "theirs": measurement.theirs}
    contestants = {"ours": row.ours, "theirs": row.theirs}
    processes = {
        name: process
        for name, contestant in contestants.items()
        if contestant is not None and (process := _started(sides[name], contestant)) is not None
    }
    repeats = {
        name: functools.partial(_repeat, sides[name], process)
        for name, process in processes.items()
    }
    try:
        if repeats:
            seconds = seconds if row.by_the_clock else 0.0
            measurement.turns = take_turns(repeats, repetitions, seconds)
    finally:
        for process in processes.values():
            process.close()
    for name in processes:
        if not sides[name].missing:
            sides[name].values = [turn.values[name] for turn in measurement.turns]
    return measurement


def _started(side: Side, contestant: Contestant) -> Process | None:
    try:
        process = contestant.start()
    except (OracleError, ContestantError, OSError) as error:
        side.missing = str(error)
        return None
    side.versions, side.parameters = process.versions, process.parameters
    return process


def _repeat(side: Side, process: Process) -> float:
    if not side.missing:
        try:
            return process.repeat()
        except ContestantError as error:
            side.missing = str(error)
    return math.nan


def _middle(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None
