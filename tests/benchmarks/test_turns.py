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


def test_turns_go_on_until_enough_were_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 1.1, 1.15, 1.9, 1.1, 1.1, 1.0, 1.0)
    taken = take_turns(counted(), repetitions=3, patience=1e9)
    assert [turn.values["ours"] for turn in taken] == [1, 2, 3, 4, 5]
    assert [turn.held_up for turn in taken] == [1.15, 1.9, 1.9, 1.1, 1.1]
    assert [turn.values["ours"] for turn in quietest(taken, 3)] == [1, 4, 5]


@pytest.mark.usefixtures("_clock")
def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 1.5, 1.4, 1.9, 1.3, 1.3, 1.8, 1.7, 9.0)
    taken = take_turns(counted(), repetitions=2, patience=5.0)
    assert [turn.held_up for turn in taken] == [1.5, 1.9, 1.9, 1.3, 1.8, 1.8]
    assert [turn.values["ours"] for turn in quietest(taken, 2)] == [1, 4]


def test_without_patience_there_are_as_many_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 3.0, 1.4, 1.9, 1.0)
    assert [turn.held_up for turn in take_turns(counted(), repetitions=3)] == [3.0, 1.9, 1.9]


def test_a_best_moment_that_comes_late_counts_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    class Better(Watch):
        def look(self) -> float:
            seconds = super().look()
            self.least = min(self.least, seconds)
            return seconds

    monkeypatch.setattr(turns, "_watch", lambda: Better(1.1, 1.1, 0.5, 0.5, 0.5))
    taken = take_turns(counted(), repetitions=2, patience=1e9)
    assert [turn.held_up for turn in taken] == [2.2, 2.2, 1.0, 1.0]


def test_turns_end_where_no_side_gives_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, 1.0, 1.0)
    assert len(take_turns({"ours": lambda: math.nan}, repetitions=5, patience=1e9)) == 1
