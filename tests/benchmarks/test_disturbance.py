"""How much others hold the processors up."""

from __future__ import annotations

import pytest

from benchmarks import disturbance


def test_the_slower_processor_counts_beside_the_best_moment_of_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = {0: [[2.0, 2.0], [1.0, 3.0], [4.0, 4.0]], 1: [[2.0, 6.0], [2.0, 3.0], [2.0, 2.0]]}
    monkeypatch.setattr(disturbance, "THREADS", 2)
    monkeypatch.setattr(disturbance, "_times", lambda thread: rounds[thread].pop(0))
    watch = disturbance.Watch()
    assert watch.least == 2.0
    assert watch.look() == 2.5  # least is 1 now
    assert watch.look() == 4.0
    assert watch.least == 1.0


def test_the_work_is_done_in_every_round() -> None:
    times = disturbance._times(seed=0)
    assert len(times) == disturbance._ROUNDS
    assert min(times) > 0


def test_a_look_is_never_better_than_the_best() -> None:
    watch = disturbance.Watch()
    assert all(watch.look() >= 1 for _ in range(3))
