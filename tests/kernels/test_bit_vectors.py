"""What vectors answer, list, join and part, beside what NumPy makes of the same values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from loihi_emu.kernels.gather.bitset import list_members
from loihi_emu.kernels.gather.loops import equal_indices, nonzero_indices
from loihi_emu.kernels.llvm.bit_vectors import (
    PANEL_PAIR_BITS,
    STORE_WIDTH,
    count_trailing_zeros,
    equal_bits,
    expand_mask_store,
    interleave4,
    nonzero_bits,
    popcount,
    unpack_run,
)
from loihi_emu.kernels.llvm.sizes import APPENDED_AT_ONCE, BITSET_BITS, LOG_GROUP, PANEL_PAIR

SIZES = [1, 2, 63, 64, 65, 200, 256]


@njit  # type: ignore[untyped-decorator]
def _spiked(times: Any, first: Any, last: Any, out: Any) -> Any:
    return nonzero_indices(times, first, last, out)


@njit  # type: ignore[untyped-decorator]
def _equal(times: Any, value: Any, first: Any, last: Any, out: Any) -> Any:
    return equal_indices(times, value, first, last, out)


@njit  # type: ignore[untyped-decorator]
def _members(words: Any, first: Any, n: Any, every: Any, out: Any) -> Any:
    return list_members(words, first, n, every, out)


@njit  # type: ignore[untyped-decorator]
def _answers(values: Any, at: Any, value: Any) -> Any:
    return nonzero_bits(values, at), equal_bits(values, at, value)


@njit  # type: ignore[untyped-decorator]
def _nonzero(values: Any, at: Any) -> Any:
    return nonzero_bits(values, at)


@njit  # type: ignore[untyped-decorator]
def _counted(bits: Any) -> Any:
    return count_trailing_zeros(bits), popcount(bits)


@njit  # type: ignore[untyped-decorator]
def _joined(out: Any, at: Any, rows: Any, first: Any, stride: Any) -> None:
    interleave4(out, at, rows, first, stride)


@njit  # type: ignore[untyped-decorator]
def _parted(column: Any, place: Any, at: Any, start: Any, base: Any) -> None:
    unpack_run(column, place, at, start, base)


@njit  # type: ignore[untyped-decorator]
def _stored(array: Any, at: Any, bits: Any) -> None:
    expand_mask_store(array, at, bits)


def _times(n: int, share: float) -> Any:
    rng = np.random.default_rng(n)
    return np.where(rng.random(n) < share, rng.integers(1, 5, n), 0).astype(np.uint8)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 1.0])
@pytest.mark.parametrize("n", SIZES)
def test_neurons_that_spiked_are_listed_within_their_share(n: int, share: float) -> None:
    times, first = _times(n + 9, share), 5
    last = first + n
    out = np.full(n + 1, -1, np.int32)
    count = _spiked(times, first, last, out)
    assert out[:count].tolist() == (first + np.flatnonzero(times[first:last])).tolist()
    assert out[n] == -1, "the next thread's list begins there"
    for step in (1, 4):
        out[:] = -1
        count = _equal(times, np.uint8(step), first, last, out)
        assert out[:count].tolist() == (first + np.flatnonzero(times[first:last] == step)).tolist()
        assert out[n] == -1


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("n", SIZES)
def test_members_of_every_so_many_words_are_listed(n: int, share: float) -> None:
    inside = np.random.default_rng(n).random(n) < share
    padded = np.zeros(-(-n // BITSET_BITS) * BITSET_BITS, bool)
    padded[:n] = inside
    words = (
        np.packbits(padded.reshape(-1, BITSET_BITS), axis=1, bitorder="little")
        .view(np.uint64)
        .ravel()
    )
    out = np.full(n + APPENDED_AT_ONCE + 1, -1, np.int32)
    for first, every in ((0, 1), (1, 2), (0, 3)):
        count = _members(words, first, n, every, out)
        found = np.flatnonzero(inside)
        after = found // BITSET_BITS - first
        assert out[:count].tolist() == found[(after >= 0) & (after % every == 0)].tolist()
    assert out[-1] == -1


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint64])
def test_one_bit_answers_for_each_element(kind: Any) -> None:
    values = np.random.default_rng(0).integers(0, 4, 80).astype(kind)
    for at in (0, 3, 16):
        nonzero, equal = _answers(values, at, kind(3))
        asked = values[at : at + BITSET_BITS]
        assert nonzero == sum(1 << k for k in range(BITSET_BITS) if asked[k])
        assert equal == sum(1 << k for k in range(BITSET_BITS) if asked[k] == 3)


def test_real_numbers_answer_too() -> None:
    values = np.where(np.arange(70) % 3 == 0, 1e-300, -0.0)
    assert _nonzero(values, 0) == sum(1 << k for k in range(0, BITSET_BITS, 3))


@pytest.mark.parametrize("bits", [0, 1, 1 << 63, 0xF0, (1 << 64) - 1])
def test_bits_are_counted(bits: int) -> None:
    lowest = (bits & -bits).bit_length() - 1 if bits else BITSET_BITS
    assert _counted(np.uint64(bits)) == (lowest, bits.bit_count())


def test_four_rows_of_bytes_become_words_side_by_side() -> None:
    rows = np.random.default_rng(1).integers(0, 256, (4, 50), dtype=np.uint8)
    out = np.zeros(200, np.uint8)
    _joined(out, 7, rows.ravel(), 3, 50)
    expected = rows[:, 3 : 3 + LOG_GROUP].T.ravel()
    assert out[7 : 7 + 4 * LOG_GROUP].tolist() == expected.tolist()
    assert not out[:7].any()
    assert not out[7 + 4 * LOG_GROUP :].any()


def test_numbers_and_neurons_of_a_run_are_parted() -> None:
    rng = np.random.default_rng(2)
    number, near = rng.integers(0, 992, STORE_WIDTH), rng.integers(0, PANEL_PAIR, STORE_WIDTH)
    column = np.full(STORE_WIDTH + 10, -1, np.int32)
    column[5 : 5 + STORE_WIDTH] = (number << PANEL_PAIR_BITS) | near
    place = np.full(STORE_WIDTH + 10, -1, np.int64)
    _parted(column, place, 5, 1 << 40, 3 << 16)
    assert place[5 : 5 + STORE_WIDTH].tolist() == ((1 << 40) + number).tolist()
    assert column[5 : 5 + STORE_WIDTH].tolist() == ((3 << 16) + near).tolist()
    assert set(place[:5]) | set(place[5 + STORE_WIDTH :]) == {-1}
    assert set(column[:5]) | set(column[5 + STORE_WIDTH :]) == {-1}


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_bits_become_ones_and_zeros(dtype: Any) -> None:
    bits = np.random.default_rng(3).random(BITSET_BITS) < 0.3
    out = np.full(BITSET_BITS + 10, 7, dtype)
    _stored(out, 5, np.packbits(bits, bitorder="little").view(np.uint64)[0])
    assert out[5 : 5 + BITSET_BITS].tolist() == bits.tolist()
    assert set(out[:5]) | set(out[5 + BITSET_BITS :]) == {7}
