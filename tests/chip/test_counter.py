"""Counter-based bits: published vectors, the same in compiled code, in any order."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from loihi_emu.chip import counter
from loihi_emu.kernels import counter as kernels

_ONES = 0xFFFFFFFF
_PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)

# Random123, kat_vectors, philox4x32
_VECTORS = [
    (7, (0, 0, 0, 0), (0, 0), "5f6fb709 0d893f64 4f121f81 4f730a48"),
    (7, (_ONES,) * 4, (_ONES,) * 2, "5207ddc2 45165e59 4d8ee751 8c52f662"),
    (7, *_PI, "4dfccaba 190a87f0 c47362ba b6b5242a"),
    (10, (0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (10, (_ONES,) * 4, (_ONES,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (10, *_PI, "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("rounds", "words", "key", "expected"), _VECTORS)
def test_published_vectors(
    rounds: int, words: counter.Words4, key: counter.Words2, expected: str
) -> None:
    found = counter.philox(words, key, rounds)
    assert " ".join(f"{word:08x}" for word in found) == expected


def test_compiled_bits_are_those_of_the_definition() -> None:
    @njit  # type: ignore[untyped-decorator]
    def synaptic(seed: int, stream: int, epoch: int, pre: int, post: int) -> int:
        return kernels.synaptic_draw(seed, stream, epoch, pre, post)  # type: ignore[no-any-return]

    @njit  # type: ignore[untyped-decorator]
    def neuron(seed: int, stream: int, step: int, purpose: int, number: int) -> int:
        return kernels.neuron_draw(  # type: ignore[no-any-return]
            seed, stream, step, purpose, number
        )

    rng = np.random.default_rng(0)
    for _ in range(300):
        seed, stream, time, first, second = (
            int(rng.integers(0, high)) for high in (2**62, 1000, 2**31, 5000, 5000)
        )
        given = seed, stream, time, first, second
        assert synaptic(*given) == counter.synaptic_draw(*given)
        given = seed, stream, time, first % 40, second
        assert neuron(*given) == counter.neuron_draw(*given)


@pytest.mark.parametrize("first", [0, 1, 7, 8, 13])
@pytest.mark.parametrize("n", [0, 1, 5, 8, 40, 43])
def test_a_row_drawn_whole_holds_the_bits_of_its_synapses(first: int, n: int) -> None:
    @njit  # type: ignore[untyped-decorator]
    def row(first: int, n: int, out: NDArray[np.uint16]) -> None:
        kernels.row_draws(9, 2, 31, 4, first, n, out)

    out = np.zeros(50, np.uint16)
    row(first, n, out)
    expected = [counter.synaptic_draw(9, 2, 31, 4, post) for post in range(first, first + n)]
    assert out[:n].tolist() == expected
    assert not out[n:].any()


def test_draws_are_uniform_and_independent_in_every_coordinate() -> None:
    """Neighbours in post, pre, epoch, stream and seed: means, and correlations of neighbours."""
    shape = (3, 3, 12, 12, 24)
    draws = np.array(
        [
            counter.synaptic_draw(seed, stream, epoch, pre, post)
            for seed, stream, epoch, pre, post in np.ndindex(*shape)
        ],
        float,
    ).reshape(shape)
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
    draws = np.array([counter.synaptic_draw(1, 0, 5, i // 64, i % 64) for i in range(20000)])
    for bit in range(16):
        share = ((draws >> bit) & 1).mean()
        assert abs(share - 0.5) < 4.5 * 0.5 / np.sqrt(draws.size)


def test_a_neuron_draws_apart_for_every_purpose_and_from_synapses() -> None:
    neurons, purposes = range(1000), range(0, 40, 5)
    rows = [[counter.neuron_draw(3, 1, 7, purpose, i) for i in neurons] for purpose in purposes]
    rows += [[counter.synaptic_draw(3, 1, 7, purpose, i) for i in neurons] for purpose in purposes]
    correlations = np.asarray(np.corrcoef(rows))[np.triu_indices(len(rows), 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(len(neurons))
