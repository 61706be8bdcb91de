"""Turns: which count where others hold the processors up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest

from benchmarks import turns
from benchmarks.turns import quietest, take_turns


class Watch:
    """Looks that take given times; the least is 1 from the start."""

    least = 1.0

    def __init__(self, *looks: float) -> None:
        self.looks = iter(looks)

    def look(self) -> float:
        return next(self.looks)


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second passes with every question for the time."""
    monkeypatch.setattr("time.monotonic", itertools.count().__next__)


def watched(monkeypatch: pytest.MonkeyPatch, *looks: float) -> None:
    monkeypatch.setattr(turns, "_watch", lambda: Watch(*looks))


def counted() -> dict[str, Callable[[], float]]:
    return {"ours": itertools.count(1.0).__next__}


@pytest.mark.usefixtures("_clock")
def test_turns_go_on_for_their_time_however_quiet_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first two are quiet; ended there, they would say that all are."""
    watched(monkeypatch, 1.0, 1.0, 1.1, 1.9, 1.3, 1.8, 1.7, 9.0)
    taken = take_turns(counted(), repetitions=2, seconds=5.0)
    assert [turn.held_up for turn in taken] == [1.0, 1.1, 1.9, 1.9, 1.8, 1.8]
    assert [turn.values["ours"] for turn in quietest(taken, 2)] == [1, 2]


def test_without_a_time_there_are_as_many_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 3.0, 1.4, 1.9, 1.0)
    assert [turn.held_up for turn in take_turns(counted(), repetitions=3)] == [3.0, 1.9, 1.9]


def test_a_best_moment_that_comes_late_counts_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    class Better(Watch):
        def look(self) -> float:
            seconds = super().look()
            self.least = min(self.least, seconds)
            return seconds

    monkeypatch.setattr(turns, "_watch", lambda: Better(1.1, 1.1, 0.5, 0.5, 0.5))
    taken = take_turns(counted(), repetitions=4)
    assert [turn.held_up for turn in taken] == [2.2, 2.2, 1.0, 1.0]


def test_turns_end_where_no_side_gives_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 1.0, 1.0)
    assert len(take_turns({"ours": lambda: math.nan}, repetitions=5, seconds=1e9)) == 1
