"""Series of measurements for the page's plots: how a step's time grows, and with what.

Every point starts its contestants anew, which take turns as in the table.
Example: `measure_figure(figures(0)["rate"], 5)` is {curve: [(x, seconds of a step), ...]}.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.contestants import Contestant
from benchmarks.rows import CHIP, DENSE_1K
from benchmarks.turns import quietest, take_turns

SPIKES = 20
"""Pre and post spikes a step where they are held fixed in dense connections; in sparse ones 100."""

MOMENTS = 400
"""Repetitions of a chip that are looked at one by one."""

REAL_TIME = 1e-3
"""Seconds of a chip's step in biological time."""

Points = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Figure:
    """One plot.

    Parameters
    ----------
    name, title, axis : str
        Of its file; above it; of its x axis.
    xs : tuple of float
    curves : dict of str to callable
        Label -> the contestant that is measured at an x.
    seconds : float
        At each x, if so many turns took less, of which the quietest are shown.
    """

    name: str
    title: str
    axis: str
    xs: tuple[float, ...]
    curves: dict[str, Callable[[float], Contestant]]
    seconds: float = 0.0


def figures(seed: int) -> dict[str, Figure]:
    """Every plot by name."""
    both = {"1 thread": 1, "2 threads": 2}
    sides = (512, 1024, 2048, 4096, 8192)
    return {
        figure.name: figure
        for figure in (
            Figure(
                "synapses",
                f"dense pair STDP, {SPIKES} + {SPIKES} spikes a step",
                "synapses",
                tuple(float(n * n) for n in sides),
                {label: _dense(seed, threads) for label, threads in both.items()}
                | {"limit: read-modify-write of the cache lines": _lines(seed)},
            ),
            Figure(
                "rate",
                "1024 x 1024 dense pair STDP",
                "neurons that spike in a step, %",
                (0.5, 1.0, 2.0, 5.0, 10.0),
                {label: _at_rate(seed, threads) for label, threads in both.items()}
                | {"limit: read-modify-write of the cache lines": _lines_at_rate(seed)},
            ),
            Figure(
                "sparse",
                "sparse pair STDP, 128 synapses a row, 100 + 100 spikes a step",
                "synapses",
                tuple(float(n * 128) for n in (2048, 8192, 32768, 131072)),
                {label: _sparse(seed, threads) for label, threads in both.items()},
            ),
            Figure(
                "chip",
                "one Loihi 1 chip: 131,072 LIF, 16.8 M plastic synapses, t_epoch 4",
                "mean rate, Hz",
                (1.0, 3.0, 10.0, 20.0),
                {label: _chip(seed, threads) for label, threads in both.items()},
                seconds=30.0,
            ),
        )
    }


def _ours(**parameters: Any) -> Contestant:
    return Contestant("benchmarks.workloads", None, parameters)


def _native(**parameters: Any) -> Contestant:
    return Contestant("benchmarks.peers.native", None, {"work": "lines", **parameters})


def _dense(seed: int, threads: int) -> Callable[[float], Contestant]:
    def at(synapses: float) -> Contestant:
        n = round(synapses**0.5)
        steps = max(16, 200 * 1024 // n)
        shape = {"n": n, "rate": SPIKES / n, "steps": steps, "threads": threads}
        return _ours(**{**DENSE_1K, **shape, "seed": seed})

    return at


def _lines(seed: int) -> Callable[[float], Contestant]:
    def at(synapses: float) -> Contestant:
        n = round(synapses**0.5)
        return _native(n=n, rate=SPIKES / n, epochs=32, rounds=8, seed=seed)

    return at


def _at_rate(seed: int, threads: int) -> Callable[[float], Contestant]:
    return lambda percent: _ours(
        **{**DENSE_1K, "rate": percent / 100, "seed": seed, "threads": threads}
    )


def _lines_at_rate(seed: int) -> Callable[[float], Contestant]:
    return lambda percent: _native(n=1024, rate=percent / 100, epochs=64, rounds=8, seed=seed)


def _sparse(seed: int, threads: int) -> Callable[[float], Contestant]:
    def at(synapses: float) -> Contestant:
        n = round(synapses / 128)
        return _ours(
            work="sparse", n=n, rate=100 / n, steps=200, seed=seed, threads=threads,
            machine="LOIHI",
        )  # fmt: skip

    return at


def _chip(seed: int, threads: int) -> Callable[[float], Contestant]:
    chosen = {**CHIP, "machine": "LOIHI", "seed": seed, "threads": threads}
    return lambda hertz: _ours(work="chip", **{**chosen, "rate": hertz / 1000})


def measure_figure(figure: Figure, repetitions: int, say: Callable[[str], None]) -> Points:
    """All curves of a figure, medians of `repetitions`."""
    points: Points = {label: [] for label in figure.curves}
    for x in figure.xs:
        say(f"{figure.name}: {figure.axis} {x:g}")
        contestants = {label: curve(x) for label, curve in figure.curves.items()}
        for label, seconds in _medians(contestants, repetitions, figure.seconds).items():
            points[label].append((x, seconds))
    return points


def _medians(
    contestants: dict[str, Contestant], repetitions: int, seconds: float
) -> dict[str, float]:
    with ExitStack() as stack:
        repeats = {
            label: stack.enter_context(contestant.start()).repeat
            for label, contestant in contestants.items()
        }
        turns = quietest(take_turns(repeats, repetitions, seconds), repetitions)
    return {label: statistics.median(turn.values[label] for turn in turns) for label in repeats}


def chip_by_moment(seed: int) -> list[tuple[float, float]]:
    """How much others held a chip's repetition up, and seconds of its step, one by one."""
    with _chip(seed, threads=2)(10.0).start() as process:
        turns = take_turns({"chip": process.repeat}, MOMENTS)
    return [(turn.held_up, turn.values["chip"]) for turn in turns]
