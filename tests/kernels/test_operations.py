"""Operations of kernels against the definitions in chip/arithmetic.py, over whole domains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from loihi_emu.chip import arithmetic
from loihi_emu.chip.formats import DRAW, WEIGHT
from loihi_emu.kernels import operations

WORDS = [np.int32, np.int64]
Numbers = NDArray[Any]


def _each(operation: Any) -> Callable[..., Any]:
    """An operation of up to four arguments over arrays, compiled."""
    one = operation

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def two_arguments(a: Any, b: Any, out: Any) -> None:
        for k in range(out.size):
            out[k] = one(a[k], b[k])

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def three_arguments(a: Any, b: Any, c: Any, out: Any) -> None:
        for k in range(out.size):
            out[k] = one(a[k], b[k], c[k])

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def four_arguments(a: Any, b: Any, c: Any, d: Any, out: Any) -> None:
        for k in range(out.size):
            out[k] = one(a[k], b[k], c[k], d[k])

    def over(*arrays: Numbers) -> Numbers:
        out = np.zeros(arrays[0].size, arrays[0].dtype)
        loops = {2: two_arguments, 3: three_arguments, 4: four_arguments}
        loops[len(arrays)](*arrays, out)
        return out

    return over


def _grid(word: Any, *axes: Any) -> list[Numbers]:
    return [axis.ravel().astype(word) for axis in np.meshgrid(*axes, indexing="ij")]


def _defined(function: Callable[..., int], *arrays: Numbers) -> list[int]:
    return [function(*row) for row in zip(*(a.tolist() for a in arrays), strict=True)]


def _edges(word: Any) -> Numbers:
    """Values around every power of two of the word, and around 0; without the word's lowest."""
    bits = np.dtype(word).itemsize * 8 - 1
    powers = [1 << k for k in range(bits)]
    near = {p + d for p in powers for d in (-1, 0, 1)} | {0, (1 << bits) - 1}
    return np.array(sorted({s * n for n in near for s in (1, -1)}), np.int64)


@pytest.mark.parametrize("word", WORDS)
def test_clip(word: Any) -> None:
    value, low, high = _grid(word, np.arange(-300, 300, 7), [-256, -255, 0], [0, 254, 255])
    found = _each(operations.clip)(value, low, high)
    assert found.tolist() == _defined(arithmetic.saturate, value, low, high)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("operation", "definition"),
    [
        (operations.shift_right, arithmetic.shift_right),
        (operations.narrow_toward_zero, arithmetic.shift_right_toward_zero),
    ],
)
def test_shifts(word: Any, operation: Any, definition: Any) -> None:
    value, count = _grid(word, _edges(word), np.arange(np.dtype(word).itemsize * 8))
    assert _each(operation)(value, count).tolist() == _defined(definition, value, count)


@pytest.mark.parametrize("word", WORDS)
def test_shift_left_wraps(word: Any) -> None:
    bits = np.dtype(word).itemsize * 8
    value, count = _grid(word, _edges(word), np.arange(bits))
    expected = [
        arithmetic.wrap(v << c, bits) for v, c in zip(value.tolist(), count.tolist(), strict=True)
    ]
    assert _each(operations.shift_left)(value, count).tolist() == expected


@pytest.mark.parametrize("word", WORDS)
def test_sign(word: Any) -> None:
    value = _edges(word).astype(word)
    one = _each(njit(lambda a, _: operations.sign(a)))
    assert one(value, value).tolist() == _defined(arithmetic.sign, value)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("bits", [0, 1, 7, 8, 15])
def test_stochastic_rounding(word: Any, bits: int) -> None:
    """Every fraction against every draw that can decide it, and draws at the ends."""
    fractions = np.unique(np.linspace(0, (1 << bits) - 1, 130).astype(int))
    wholes = [-257, -256, -1, 0, 1, 255]
    leading = np.unique(np.linspace(0, (1 << bits) - 1, 130).astype(int))
    low, high = leading << (DRAW.bits - bits), (leading + 1 << (DRAW.bits - bits)) - 1
    draws = np.unique(np.concatenate([low, high]))
    whole, fraction, draw = _grid(np.int64, wholes, fractions, draws)
    value = ((whole << bits) + fraction).astype(word)
    count, draw = np.full(value.size, bits, word), draw.astype(word)
    found = _each(operations.round_stochastic)(value, count, draw)
    # floor + (draw < fraction), in the draw's leading bits
    expected = whole + ((draw.astype(np.int64) >> (DRAW.bits - bits)) < fraction)
    np.testing.assert_array_equal(found, expected)
    some = slice(None, None, 97)
    assert found[some].tolist() == _defined(
        arithmetic.round_stochastic, value[some], count[some], draw[some]
    )


@pytest.mark.parametrize("word", WORDS)
def test_rounding_of_all_weights_fractions_and_draws(word: Any) -> None:
    """512 weights x 128 fractions x 128 leading draws: floor, and 1 more below the fraction."""
    fraction, leading = _grid(np.int64, np.arange(128), np.arange(128))
    bits, draw = np.full(fraction.size, 7, word), (leading << (DRAW.bits - 7)).astype(word)
    rounded = _each(operations.round_stochastic)
    for weight in range(WEIGHT.lowest, WEIGHT.highest + 1):
        found = rounded(((weight << 7) + fraction).astype(word), bits, draw)
        np.testing.assert_array_equal(found, weight + (leading < fraction))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("absent", [0, 1, 3, 8])
def test_rounding_away(word: Any, absent: int) -> None:
    """To units away from zero, then stochastically to units of 2 ** absent."""
    changes = np.concatenate([np.arange(-1025, 1026), [-32768, -32767, 32767]])
    draws = [0, 1, 255, 256, 8191, 8192, 32767, 32768, 65535]
    change, bits, draw = _grid(word, changes, [0, 1, 7], draws)
    missing = np.full(change.size, absent, word)
    found = _each(operations.round_away)(change, bits, missing, draw)

    def defined(change: int, bits: int, absent: int, draw: int) -> int:
        units = arithmetic.round_away(change, bits)
        steps = arithmetic.round_stochastic(abs(units), absent, draw)
        return arithmetic.sign(units) * (steps << absent)

    assert found.tolist() == _defined(defined, change, bits, missing, draw)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("absent", [0, 1, 3, 8])
def test_rounding_by_what_was_kept(word: Any, absent: int) -> None:
    """The whole part of one change and the fraction of another: toward zero, or down."""
    changes = [-32768, -1025, -129, -128, -9, -8, -7, -1, 0, 1, 3, 8, 127, 128, 255, 32767]
    draws = [0, 255, 256, 8191, 8192, 32768, 65535]
    change, kept, draw = _grid(word, changes, changes, draws)
    missing = np.full(change.size, absent, word)
    unit = 1 << absent

    def away(change: int, kept: int, absent: int, draw: int) -> int:
        fraction = abs(kept) % unit
        up = int((draw >> (DRAW.bits - absent)) < fraction) * arithmetic.sign(kept)
        return (int(change / unit) + up) * unit

    def down(change: int, kept: int, absent: int, draw: int) -> int:
        up = int((draw >> (DRAW.bits - absent)) < kept % unit)
        return (change // unit + up) * unit

    by_units = njit(lambda a, b, n, draw: operations.round_away_by(a, b, 0, n, draw))
    found = _each(by_units)(change, kept, missing, draw)
    assert found.tolist() == _defined(away, change, kept, missing, draw)
    stored = njit(lambda a, b, n, draw: operations.round_stored_by(a, b, n, draw, 0))
    found = _each(stored)(change, kept, missing, draw)
    assert found.tolist() == _defined(down, change, kept, missing, draw)


def test_units_away_from_zero() -> None:
    change, bits = _grid(np.int64, np.arange(-300, 301), [0, 1, 7])
    found = _each(operations.units_away)(change, bits)
    assert found.tolist() == [
        -(-abs(c) // 2**b) for c, b in zip(change.tolist(), bits.tolist(), strict=True)
    ]
