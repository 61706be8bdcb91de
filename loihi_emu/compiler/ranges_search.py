"""Search for a state in which an event happens; if the search excludes all states, it is a proof.

A box of states in which the event is possible is halved, again and again, until a point of a box
shows the event or no box is left. The number of tries is limited; what is not settled by then is
reported as open.
Example: x1 = 127, y1 = 127, w = -256 takes `x1*y1*w` below the accumulator's lower end.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from loihi_emu.compiler.ranges_steps import Box, Step

Point = Mapping[str, int]
Address = tuple[int, str]
"""Address of an instruction and the event there."""

_POOL: Final = 192
_RUNS: Final = 20_000
_SEED: Final = 20


@dataclass(frozen=True)
class Settled:
    """What a search found of one event.

    Parameters
    ----------
    point : mapping of input to int, or None
        A state in which it happens.
    proven : bool
        Whether it is shown that no state does; False beside no point: open.
    """

    point: Point | None
    proven: bool


def settle(run: Callable[[Box], list[Step]], box: Box) -> dict[Address, Settled]:
    """Every event that the run of `box` calls possible, with a witness or a proof.

    Parameters
    ----------
    run : callable
        Steps of a program on a box.
    box : mapping of input to interval
        All states.
    """
    draws = random.Random(_SEED)
    possible = _events(run(box))
    found: dict[Address, Point] = {}
    for point in _pool(box, draws):
        for event in _events(run(_as_box(point))) - found.keys():
            found[event] = point
    return {
        event: Settled(found[event], False) if event in found else _bisect(run, box, event)
        for event in sorted(possible)
    }


def find(holds: Callable[[Point], bool], box: Box) -> Point | None:
    """A point of the pool for which `holds`, if there is one."""
    return next((point for point in _pool(box, random.Random(_SEED)) if holds(point)), None)


def _events(steps: Iterable[Step]) -> set[Address]:
    """Events of a run."""
    return {(step.address, step.event) for step in steps if step.event}


def _as_box(point: Point) -> Box:
    """The box of one point."""
    return {name: (value, value) for name, value in point.items()}


def _pool(box: Box, draws: random.Random) -> list[dict[str, int]]:
    """Points that show most events: every input at an end, near 0, or anywhere."""
    points = []
    for number in range(_POOL):
        point = {}
        for name, (low, high) in box.items():
            few = sorted({low, high, *(v for v in (-1, 0, 1) if low <= v <= high)})
            ends = number % 4 < 2
            point[name] = draws.choice((low, high) if ends else few)
            if number % 4 == 3:
                point[name] = draws.randint(low, high)
        points.append(point)
    return points


def _bisect(run: Callable[[Box], list[Step]], box: Box, event: Address) -> Settled:
    """Halve boxes until a point shows the event or none can."""
    pending: list[Box] = [box]
    runs = 0
    while pending and runs < _RUNS:
        one = pending.pop()
        for side in (0, 1):
            point = {name: ends[side] for name, ends in one.items()}
            if event in _events(run(_as_box(point))):
                return Settled(point, False)
        halves = [
            [(half, _excess(run(half), event)) for half in _halved(one, name)]
            for name, (low, high) in one.items()
            if low < high
        ]
        runs += 2 * len(halves)
        if halves:
            best = min(halves, key=lambda pair: sum(excess or 0 for _, excess in pair))
            pending += [half for half, excess in best if excess is not None]
    return Settled(None, not pending)


def _halved(box: Box, name: str) -> list[Box]:
    """A box cut in two along one input."""
    low, high = box[name]
    middle = (low + high) // 2
    return [{**box, name: (low, middle)}, {**box, name: (middle + 1, high)}]


def _excess(steps: Iterable[Step], event: Address) -> int | None:
    """How far an event's instruction goes beyond its ends; None where the event cannot be."""
    for step in steps:
        if (step.address, step.event) == event:
            return step.excess
    return None
