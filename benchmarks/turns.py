"""Turns: every side repeats once, between two looks at how much others hold the processors up.

Sides that take turns meet the same moments, so their ratios need no quiet ones. A time that is
compared with a clock does: turns are taken until enough were quiet, or patience ends, and those
count in which the processors were held up least. What a repetition took has no say in that.
Example: `take_turns({"ours": process.repeat}, repetitions=5, patience=60.0)`.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.disturbance import Watch

QUIET = 1.2
"""A turn is quiet where the processors were held up by less, before it and after it."""

PATIENCE = 60.0
"""Seconds to wait for quiet turns."""


@dataclass(frozen=True)
class Turn:
    """What every side gave.

    Attributes
    ----------
    held_up : float
        How many times its least time a piece of work took, before the turn or after it, whichever
        was more.
    values : dict of str to float
        By side; NaN of one that could not.
    """

    held_up: float
    values: dict[str, float]


def take_turns(
    sides: Mapping[str, Callable[[], float]], repetitions: int, patience: float = 0.0
) -> tuple[list[Turn], list[Turn]]:
    """Let sides take turns.

    Parameters
    ----------
    sides : dict of str to callable
        Each gives its next repetition's value, or NaN.
    repetitions : int
        Turns that count.
    patience : float
        Seconds to go on for until so many turns were quiet.

    Returns
    -------
    counting, others : list of Turn
        The turns that count, in the order of their time, and those that do not.
    """
    watch = _watch()
    taken: list[tuple[float, dict[str, float]]] = []
    before, end = watch.look(), time.monotonic() + patience
    while len(taken) < repetitions or (
        sum(look < QUIET * watch.least for look, _ in taken) < repetitions
        and time.monotonic() < end
    ):
        values = {name: repeat() for name, repeat in sides.items()}
        after = watch.look()
        taken.append((max(before, after), values))
        before = after
        if all(map(math.isnan, values.values())):
            break
    turns = [Turn(look / watch.least, values) for look, values in taken]
    count = set(sorted(range(len(turns)), key=lambda k: turns[k].held_up)[:repetitions])
    return (
        [turn for k, turn in enumerate(turns) if k in count],
        [turn for k, turn in enumerate(turns) if k not in count],
    )


@functools.cache
def _watch() -> Watch:
    """One for all: it knows the best moment of any."""
    from benchmarks.disturbance import Watch  # compiles, which a list of the rows need not wait for

    return Watch()
