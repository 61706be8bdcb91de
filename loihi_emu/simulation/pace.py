"""How many steps one compiled call takes, so that Ctrl-C is answered in time."""

from __future__ import annotations

from time import perf_counter


class Pace:
    """Steps a compiled call: as many as fit in some tenths of a second, so that Ctrl-C answers.

    Parameters
    ----------
    first, most : int
        Steps of the first call, and of any.
    seconds : float
        What a call should take.
    """

    def __init__(self, first: int, most: int, seconds: float) -> None:
        self.steps = first
        self._most, self._seconds = most, seconds

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        took = perf_counter() - self._start
        factor = min(8.0, self._seconds / max(took, 1e-6))
        self.steps = max(1, min(self._most, int(self.steps * factor)))
