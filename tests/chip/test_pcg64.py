"""Seeds of PCG64 generators, many at once, are NumPy's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loihi_emu.chip.pcg64 import MULTIPLIER, STATE_WORDS, seed_words


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
def test_words_are_those_of_a_seed_sequence(seeds: list[int]) -> None:
    found = seed_words(np.array(seeds, np.uint64))
    for seed, words in zip(seeds, found, strict=True):
        expected = np.random.SeedSequence(seed).generate_state(STATE_WORDS, np.uint64)
        np.testing.assert_array_equal(words, expected)


@given(st.integers(0, 2**64 - 1))
def test_words_and_multiplier_give_the_state_of_a_generator(seed: int) -> None:
    high, low, increment_high, increment_low = map(int, seed_words(np.array([seed], np.uint64))[0])
    increment = ((increment_high << 64 | increment_low) << 1 | 1) % 2**128
    state = ((increment + (high << 64 | low)) * MULTIPLIER + increment) % 2**128
    expected = np.random.PCG64(seed).state["state"]
    assert {"state": state, "inc": increment} == expected
