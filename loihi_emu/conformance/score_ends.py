"""Distributions of traces at the end of an epoch, narrowed by each recorded value.

Traces that share a draw form a block with a joint distribution. Other traces are independent, given
the state at the start of the epoch.
Example: `narrow(open_ends, "x1", 14)` gives the law of x1 and what it leaves of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from loihi_emu.conformance.law_traces import Moment, Side, Struck, finish
from loihi_emu.conformance.score_transition import Distribution


class Block(NamedTuple):
    """Traces of a side whose outcomes depend on each other.

    Parameters
    ----------
    pre : bool
    names : tuple of str
    places : tuple of int
        Of the traces among those of their side.
    side : Side
        Of these traces alone.
    """

    pre: bool
    names: tuple[str, ...]
    places: tuple[int, ...]
    side: Side


class End(NamedTuple):
    """One outcome of a block: values at the epoch's end, readings and kept values, by name."""

    ends: tuple[tuple[str, int], ...]
    read: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, int], ...]


Belief = TypeVar("Belief")
OpenEnds = list[tuple[float, Belief, list[dict[End, float]]]]
"""Weight of a belief, the belief, and the law of each block that follows from it."""


def blocks_of(side: Side, names: Sequence[str]) -> Iterator[Block]:
    """All traces of a side in one block where they share a draw, else each in its own."""
    each = tuple(range(len(side.traces)))
    for places in (each,) if each and side.shares else tuple((place,) for place in each):
        traces = tuple(side.traces[place] for place in places)
        part = replace(side, traces=traces, graded="default")
        yield Block(side.pre, tuple(names[place] for place in places), places, part)


def end_law(
    block: Block, state: Struck, slots: Sequence[tuple[str, str]], steps: Mapping[str, int]
) -> dict[End, float]:
    """The law of a block at the epoch's end and when the rule reads it.

    Parameters
    ----------
    block : Block
    state : Struck
        Of the block's side, when the epoch's spikes have been seen.
    slots : sequence of (trace, moment)
        What the rule reads.
    steps : mapping of moment to int
        Steps within the epoch of the moments x0 and y0.
    """
    wanted: list[tuple[str, Moment]] = sorted(
        (
            (f"{trace}@{moment}", (block.names.index(trace), steps[moment]))
            for trace, moment in slots
            if trace in block.names and moment in steps
        ),
        key=lambda one: one[1][1],
    )
    own = state._replace(
        values=tuple(state.values[place] for place in block.places),
        n_spikes=0,
        kept=tuple(state.kept[place] for place in block.places) if block.side.keeps else (),
    )
    law = finish(block.side, own, tuple(moment for _, moment in wanted))
    return {
        End(
            tuple(zip(block.names, outcome.ends, strict=True)),
            tuple(zip((slot for slot, _ in wanted), outcome.read, strict=True)),
            tuple(zip(block.names, outcome.kept, strict=False)),
        ): p
        for outcome, p in law.items()
    }


def narrow(
    open_ends: OpenEnds[Belief], name: str, value: int
) -> tuple[Distribution, OpenEnds[Belief]]:
    """The law of one trace's end, and what is left open once `value` has been seen.

    A value that no outcome has takes the place of what each of them gave.
    """
    law: defaultdict[int, float] = defaultdict(float)
    for weight, _, blocks in open_ends:
        others = weight
        own: dict[int, float] = {}
        for block in blocks:
            found = _marginal(block, name)
            if found:
                own = found
            else:
                others *= sum(block.values())
        for reached, p in own.items():
            law[reached] += p * others
    total, seen = sum(law.values()), law.get(value, 0.0)
    left: OpenEnds[Belief] = []
    for weight, belief, blocks in open_ends:
        kept = [_kept(block, name, value, seen > 0) for block in blocks]
        if all(kept):
            left.append((weight / (seen or total), belief, kept))
    return {v: p / total for v, p in law.items()}, left


def _marginal(block: Mapping[End, float], name: str) -> dict[int, float]:
    """The law of one trace; empty where the block has no such trace."""
    law: dict[int, float] = {}
    for end, p in block.items():
        for other, value in end.ends:
            if other == name:
                law[value] = law.get(value, 0.0) + p
    return law


def _kept(block: dict[End, float], name: str, value: int, possible: bool) -> dict[End, float]:
    """Outcomes in which `name` ends with `value`; where that is impossible, all, with `value`."""
    if not any(other == name for end in block for other, _ in end.ends):
        return block
    if possible:
        return {end: p for end, p in block.items() if (name, value) in end.ends}
    forced: defaultdict[End, float] = defaultdict(float)
    for end, p in block.items():
        ends = tuple((other, value if other == name else v) for other, v in end.ends)
        forced[end._replace(ends=ends)] += p
    return dict(forced)
