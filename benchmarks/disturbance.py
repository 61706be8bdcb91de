"""How much the processors were held up by others, who are not seen from here.

A virtual processor can be half of a physical one: what the other half does slows this one, and no
clock of the system tells. So the same short work in the first cache is done over and over, on two
processors at once (if there are two): what it takes on average, beside the least that it ever took.
Example: `watch.look() / watch.least` is 1.5 where the slower processor takes half as long again.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from numpy.typing import NDArray

from loihi_emu.simulation.state import processors

THREADS = min(2, processors())
# rounds of a tenth of a millisecond: between shorter ones threads wait for the interpreter's lock
_ROUNDS, _PASSES, _NUMBERS = 25, 512, 2048


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]
def _work(numbers: NDArray[np.uint32], passes: int) -> None:
    """Arithmetic in vectors, without the interpreter's lock."""
    for _ in range(passes):
        for k in range(numbers.size):
            x = numbers[k]
            numbers[k] = (x ^ (x >> np.uint32(13))) + x * np.uint32(2654435761)


class Watch:
    """Looks at the processors from time to time.

    Attributes
    ----------
    least : float
        Seconds that the work took at best, on any processor.
    """

    def __init__(self) -> None:
        self.least = float("inf")
        self.look()  # compiles

    def look(self) -> float:
        """Seconds that the work takes now on average, on the slower of the processors."""
        with ThreadPoolExecutor(THREADS) as pool:
            taken = list(pool.map(_times, range(THREADS)))
        self.least = min(self.least, *map(min, taken))
        return max(map(statistics.mean, taken))


def _times(seed: int) -> list[float]:
    """Seconds of each round."""
    numbers: NDArray[np.uint32] = np.arange(seed, seed + _NUMBERS, dtype=np.uint32)
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        _work(numbers, _PASSES)
        times.append(time.perf_counter() - start)
    return times
