"""Counter-based bits: published vectors, the same in compiled code, in any order."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from loihi_emu.chip import counter
from loihi_emu.kernels.random import threefry as kernels

_ONES = 0xFFFFFFFF
_PI = (0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344)

# Random123, kat_vectors, threefry2x32
_VECTORS = [
    (13, (0, 0), (0, 0), "9d1c5ec6 8bd50731"),
    (13, (_ONES,) * 2, (_ONES,) * 2, "fd36d048 2d17272c"),
    (13, *_PI, "ba3e4725 f27d669e"),
    (20, (0, 0), (0, 0), "6b200159 99ba4efe"),
    (20, (_ONES,) * 2, (_ONES,) * 2, "1cb996fc bb002be7"),
    (20, *_PI, "c4923a9c 483df7a0"),
    (32, (0, 0), (0, 0), "cee3d47e a23dfd5c"),
    (32, (_ONES,) * 2, (_ONES,) * 2, "6e2fe0d0 b1b76f82"),
    (32, *_PI, "e2827716 c3c05cdf"),
]


@pytest.mark.parametrize(("rounds", "words", "key", "expected"), _VECTORS)
def test_published_vectors(
    rounds: int, words: counter.Words, key: counter.Words, expected: str
) -> None:
    found = counter.threefry(words, key, rounds)
    assert " ".join(f"{word:08x}" for word in found) == expected
    arrays = [np.array([word, 0], np.uint64) for word in (*words, *key)]
    many = counter.threefry((arrays[0], arrays[1]), (arrays[2], arrays[3]), rounds)
    assert tuple(int(words[0]) for words in many) == found


def _draw(seed: int, stream: int, epoch: int, pre: int, post: int) -> int:
    """A synapse's draw from its seed."""
    return counter.draw(counter.key_of(seed, stream), epoch, pre, post)


def _neuron_draw(seed: int, stream: int, step: int, purpose: int, neuron: int) -> int:
    """A neuron's draw from its seed."""
    return counter.draw(counter.key_of(seed, stream | counter.OF_NEURONS), step, purpose, neuron)


def test_compiled_bits_are_those_of_the_definition() -> None:
    @njit  # type: ignore[untyped-decorator]
    def compiled(key: int, time: int, which: int, place: int) -> int:
        return kernels.draw(key, time, which, place)  # type: ignore[no-any-return]

    rng = np.random.default_rng(0)
    for _ in range(300):
        key, *given = (int(rng.integers(0, high)) for high in (2**63 - 1, 2**32, 5000, 2**32))
        assert compiled(key, *given) == counter.draw(key, *given)


def test_keys_fit_a_record_and_are_the_same_for_arrays() -> None:
    seeds = [0, 1, 2**32, 2**63 - 1, 2**64 - 1]
    for stream in (0, 7, 7 | counter.OF_NEURONS):
        keys = [counter.key_of(seed, stream) for seed in seeds]
        assert counter.key_of(np.array(seeds, np.uint64), stream).tolist() == keys
        assert max(keys) < 2**63
        assert len(set(keys)) == len(seeds)


@pytest.mark.parametrize("first", [0, 1, 3, 4, 13])
@pytest.mark.parametrize("n", [0, 1, 3, 4, 40, 43])
def test_a_row_drawn_whole_holds_the_bits_of_its_synapses(first: int, n: int) -> None:
    @njit  # type: ignore[untyped-decorator]
    def row(key: int, first: int, n: int, out: NDArray[np.uint16]) -> None:
        kernels.row_draws(key, 31, 4, first, n, out)

    out = np.zeros(50, np.uint16)
    row(counter.key_of(9, 2), first, n, out)
    expected = [_draw(9, 2, 31, 4, post) for post in range(first, first + n)]
    assert out[:n].tolist() == expected
    assert not out[n:].any()


def test_draws_are_uniform_and_independent_in_every_coordinate() -> None:
    """Neighbours in post, pre, epoch, stream and seed: means, and correlations of neighbours."""
    shape = (3, 3, 12, 12, 24)
    draws = np.array([_draw(*place) for place in np.ndindex(*shape)], float).reshape(shape)
    uniform = (draws + 0.5) / 2**16
    n = uniform.size
    assert abs(uniform.mean() - 0.5) < 4 / np.sqrt(12 * n)
    for axis in range(5):
        first = np.take(uniform, range(shape[axis] - 1), axis).ravel() - 0.5
        second = np.take(uniform, range(1, shape[axis]), axis).ravel() - 0.5
        correlation = 12 * (first * second).mean()
        assert abs(correlation) < 4.5 / np.sqrt(first.size)


def test_every_leading_bit_is_fair() -> None:
    """An update compares as many leading bits as its fraction has: each must be fair."""
    draws = np.array([_draw(1, 0, 5, i // 64, i % 64) for i in range(20000)])
    for bit in range(16):
        share = ((draws >> bit) & 1).mean()
        assert abs(share - 0.5) < 4.5 * 0.5 / np.sqrt(draws.size)


def test_a_neuron_draws_apart_for_every_purpose_and_from_synapses() -> None:
    neurons, purposes = range(1000), range(0, 40, 5)
    rows = [[_neuron_draw(3, 1, 7, purpose, i) for i in neurons] for purpose in purposes]
    rows += [[_draw(3, 1, 7, purpose, i) for i in neurons] for purpose in purposes]
    correlations = np.asarray(np.corrcoef(rows))[np.triu_indices(len(rows), 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(len(neurons))
