"""Turns: every side repeats once, between two looks at how much others hold the processors up.

Sides that take turns meet the same moments. A time that is compared with a clock does not: all of
its turns decide whether a goal is reached, and beside them stand those in which the processors were
held up least. They are taken for a time that was said before, whatever they give: turns that ended
with the first quiet moment would find more of them than there are.
Example: `quietest(take_turns({"ours": process.repeat}, 5, seconds=60.0), 5)`.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.disturbance import Watch

SECONDS = 60.0
"""How long a time that is compared with a clock is repeated."""


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
    sides: Mapping[str, Callable[[], float]], repetitions: int, seconds: float = 0.0
) -> list[Turn]:
    """Let sides take turns.

    Parameters
    ----------
    sides : dict of str to callable
        Each gives its next repetition's value, or NaN.
    repetitions : int
        Fewest turns.
    seconds : float
        To go on for, if those took less.

    Returns
    -------
    list of Turn
        In the order of their time.
    """
    watch = _watch()
    taken: list[tuple[float, dict[str, float]]] = []
    before, end = watch.look(), time.monotonic() + seconds
    while len(taken) < repetitions or time.monotonic() < end:
        values = {name: repeat() for name, repeat in sides.items()}
        after = watch.look()
        taken.append((max(before, after), values))
        before = after
        if all(map(math.isnan, values.values())):
            break
    return [Turn(look / watch.least, values) for look, values in taken]


def quietest(turns: Sequence[Turn], n: int) -> list[Turn]:
    """The n turns that were held up least, whatever they gave, in the order of their time."""
    chosen = sorted(range(len(turns)), key=lambda k: turns[k].held_up)[:n]
    return [turns[k] for k in sorted(chosen)]


@functools.cache
def _watch() -> Watch:
    """One for all: it knows the best moment of any."""
    from benchmarks.disturbance import Watch  # compiles, which a list of the rows need not wait for

    return Watch()
