"""Seeds -> where NumPy's PCG64 generators start, for many seeds at once.

`np.random.default_rng(seed)` takes 6 us; a sweep opens thousands. Authority: NumPy's SeedSequence
(O'Neill's seed_seq_fe, a pool of four words) and its PCG64; tests hold both to NumPy's own.
Example: the row of seed 7 is `np.random.SeedSequence(7).generate_state(4, np.uint64)`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MULTIPLIER: Final = 0x2360ED051FC65DA44385DF649FCCF645
"""Of PCG64's 128-bit linear congruential generator (O'Neill 2014, table of default multipliers)."""

STATE_WORDS: Final = 4
"""State and increment of a generator, each its upper and lower 64 bits."""

_POOL: Final = 4
_HASH, _HASH_STEP = 0x43B0D7E5, 0x931E8875
_OUTPUT, _OUTPUT_STEP = 0x8B51F9DD, 0x58F38DED
_MIX_LEFT, _MIX_RIGHT = 0xCA01F9DD, 0x4973F715
_SHIFT: Final = 16
_WORD: Final = 0xFFFFFFFF

Words = NDArray[np.uint32]


class _Hash:
    """A hash of 32-bit words whose constant moves on with every call."""

    def __init__(self, constant: int, step: int) -> None:
        self._constant, self._step = constant, step

    def __call__(self, words: Words) -> Words:
        words = words ^ np.uint32(self._constant)
        self._constant = self._constant * self._step & _WORD
        return _folded(words * np.uint32(self._constant))


def _folded(words: Words) -> Words:
    return words ^ (words >> np.uint32(_SHIFT))


def seed_words(seeds: NDArray[Any]) -> NDArray[np.uint64]:
    """What a SeedSequence of each seed generates for PCG64.

    Parameters
    ----------
    seeds : array of any shape but ()
        0 .. 2^64 - 1.

    Returns
    -------
    uint64 array of shape [..., STATE_WORDS]
    """
    given = seeds.astype(np.uint64)
    none = np.zeros(given.shape, np.uint32)
    entropy = [given.astype(np.uint32), (given >> np.uint64(32)).astype(np.uint32), none, none]
    hashed = _Hash(_HASH, _HASH_STEP)
    pool = [hashed(words) for words in entropy]
    for source in range(_POOL):
        for target in range(_POOL):
            if source != target:
                left = pool[target] * np.uint32(_MIX_LEFT)
                pool[target] = _folded(left - hashed(pool[source]) * np.uint32(_MIX_RIGHT))
    output = _Hash(_OUTPUT, _OUTPUT_STEP)
    halves = [output(pool[k % _POOL]).astype(np.uint64) for k in range(2 * STATE_WORDS)]
    return np.stack(
        [low | high << np.uint64(32) for low, high in zip(halves[::2], halves[1::2], strict=True)],
        axis=-1,
    )
