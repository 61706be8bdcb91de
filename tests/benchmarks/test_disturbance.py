"""How much others hold the processors up."""

from __future__ import annotations

import numpy as np
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
    assert watch.look() == 2.5
    assert watch.least == 1.0
    assert watch.look() == 4.0
    assert watch.least == 1.0


def test_the_work_cannot_be_left_out() -> None:
    """What it makes of numbers is what NumPy makes of them, pass by pass."""
    numbers = np.arange(7, 107, dtype=np.uint32)
    expected = numbers.copy()
    for _ in range(3):
        expected = (expected ^ (expected >> 13)) + expected * np.uint32(2654435761)
    disturbance._work(numbers, 3)
    np.testing.assert_array_equal(numbers, expected)
