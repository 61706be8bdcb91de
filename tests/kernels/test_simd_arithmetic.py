"""Operations of kernels against the definitions in chip/arithmetic.py, over whole domains.

Each runs on registers of lanes, as in a kernel, and on single numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import from_dtype, njit
from numpy.typing import NDArray

from loihi_emu.chip import arithmetic
from loihi_emu.chip.formats import DRAW, FRACTION_BITS, WEIGHT
from loihi_emu.kernels.llvm import simd_arithmetic, simd_register
from loihi_emu.kernels.llvm.sizes import LANES

WORDS = [np.int16, np.int32, np.int64]
Numbers = NDArray[Any]


def _on_lanes(operation: Any, word: Any) -> Callable[..., Numbers]:
    """An operation of two to four arguments over arrays, `LANES` elements at a time."""
    row, load, store, width = (
        simd_register.typed_pointer(from_dtype(word)),
        simd_register.load,
        simd_register.store,
        LANES,
    )

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def two(n: Any, a: Any, b: Any, out: Any) -> None:
        for k in range(0, n, width):
            n_active = min(n - k, width)
            found = operation(load(row(a), k, n_active), load(row(b), k, n_active))
            store(row(out), k, n_active, found)

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def three(n: Any, a: Any, b: Any, c: Any, out: Any) -> None:
        for k in range(0, n, width):
            n_active = min(n - k, width)
            found = operation(
                load(row(a), k, n_active), load(row(b), k, n_active), load(row(c), k, n_active)
            )
            store(row(out), k, n_active, found)

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def four(n: Any, a: Any, b: Any, c: Any, d: Any, out: Any) -> None:
        for k in range(0, n, width):
            n_active = min(n - k, width)
            found = operation(
                load(row(a), k, n_active), load(row(b), k, n_active), load(row(c), k, n_active),
                load(row(d), k, n_active),
            )  # fmt: skip
            store(row(out), k, n_active, found)

    loops = {2: two, 3: three, 4: four}

    def over(*arrays: Numbers) -> Numbers:
        out = np.zeros(arrays[0].size, word)
        loops[len(arrays)](out.size, *(a.ctypes.data for a in arrays), out.ctypes.data)
        return out

    return over


def _on_numbers(operation: Any, word: Any) -> Callable[..., Numbers]:
    """An operation of two arguments over arrays, one number at a time."""

    @njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def two(a: Any, b: Any, out: Any) -> None:
        for k in range(out.size):
            out[k] = operation(a[k], b[k])

    def over(a: Numbers, b: Numbers) -> Numbers:
        out = np.zeros(a.size, word)
        two(a, b, out)
        return out

    return over


def _grid(word: Any, *axes: Any) -> list[Numbers]:
    return [axis.ravel().astype(word) for axis in np.meshgrid(*axes, indexing="ij")]


def _defined(function: Callable[..., int], *arrays: Numbers) -> list[int]:
    return [function(*row) for row in zip(*(a.tolist() for a in arrays), strict=True)]


def _bits(word: Any) -> int:
    return int(np.dtype(word).itemsize) * 8


def _edges(word: Any) -> Numbers:
    """Values around every power of two of the word, and around 0; without the word's lowest."""
    bits = _bits(word) - 1
    powers = [1 << k for k in range(bits)]
    near = {p + d for p in powers for d in (-1, 0, 1)} | {0, (1 << bits) - 1}
    return np.array(sorted({s * n for n in near for s in (1, -1)}), np.int64)


@pytest.mark.parametrize("word", WORDS)
def test_clip(word: Any) -> None:
    value, low, high = _grid(word, np.arange(-300, 300, 7), [-256, -255, 0], [0, 254, 255])
    found = _on_lanes(simd_arithmetic.clip, word)(value, low, high)
    assert found.tolist() == _defined(arithmetic.saturate, value, low, high)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("operation", "definition"),
    [
        (simd_arithmetic.narrow, arithmetic.shift_right),
        (simd_arithmetic.narrow_toward_zero, arithmetic.shift_right_toward_zero),
    ],
)
def test_shifts_right(word: Any, operation: Any, definition: Any) -> None:
    value, count = _grid(word, _edges(word), np.arange(_bits(word)))
    assert _on_lanes(operation, word)(value, count).tolist() == _defined(definition, value, count)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("on", [_on_lanes, _on_numbers])
def test_shift_left_wraps(word: Any, on: Any) -> None:
    value, count = _grid(word, _edges(word), np.arange(_bits(word)))
    expected = [
        arithmetic.wrap(v << c, _bits(word))
        for v, c in zip(value.tolist(), count.tolist(), strict=True)
    ]
    assert on(simd_arithmetic.align, word)(value, count).tolist() == expected


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("operation", "definition"),
    [
        (simd_arithmetic.plus, lambda a, b: a + b),
        (simd_arithmetic.add_exact, lambda a, b: a + b),
        (simd_arithmetic.scale, lambda a, b: a * b),
        (simd_arithmetic.scale_sign, lambda a, b: a * arithmetic.sign(b)),
    ],
)
def test_sums_and_products_wrap(word: Any, operation: Any, definition: Any) -> None:
    a, b = _grid(word, _edges(word), _edges(word)[::5])
    expected = [arithmetic.wrap(one, _bits(word)) for one in _defined(definition, a, b)]
    assert _on_lanes(operation, word)(a, b).tolist() == expected


@pytest.mark.parametrize("word", WORDS)
def test_factor(word: Any) -> None:
    m, value, low, high = _grid(word, [-3, 0, 1, 60], np.arange(-300, 300, 7), [-256], [127, 255])
    expected = [
        arithmetic.wrap(a * arithmetic.saturate(*rest), _bits(word))
        for a, *rest in zip(*(x.tolist() for x in (m, value, low, high)), strict=True)
    ]
    assert _on_lanes(simd_arithmetic.factor, word)(m, value, low, high).tolist() == expected


@pytest.mark.parametrize("word", WORDS)
def test_flag(word: Any) -> None:
    value = _edges(word).astype(word)
    found = _on_lanes(njit(lambda a, _: simd_arithmetic.flag(a)), word)(value, value)
    assert found.tolist() == [int(one != 0) for one in value.tolist()]


@pytest.mark.parametrize(("low", "high"), [(-32768, 32767), (-32767, 32767), (-20000, 300)])
@pytest.mark.parametrize("word", WORDS)
def test_sums_saturate(word: Any, low: int, high: int) -> None:
    ends = np.array([-32768, -32767, -1, 0, 1, 32766, 32767])
    near = np.unique(np.concatenate([ends, np.arange(-32768, 32768, 1009)]))
    a, m, lowest, highest = _grid(word, near, near, [low], [high])
    sums = (a.astype(np.int64) + m).tolist()
    expected = [arithmetic.saturate(one, low, high) for one in sums]
    assert _on_lanes(simd_arithmetic.add, word)(a, m, lowest, highest).tolist() == expected
    if word is np.int16:
        below = [-int(one < -32768) for one in sums]
        assert _on_lanes(simd_arithmetic.borrow, word)(a, m).tolist() == below


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("bits", [7, 8, 11, 15])
def test_stochastic_rounding(word: Any, bits: int) -> None:
    """Every fraction against every draw that can decide it, and draws at the ends."""
    fractions = np.unique(np.linspace(0, (1 << bits) - 1, 130).astype(int))
    leading = np.unique(np.linspace(0, (1 << bits) - 1, 130).astype(int))
    low, high = leading << (DRAW.bits - bits), (leading + 1 << (DRAW.bits - bits)) - 1
    draws = np.unique(np.concatenate([low, high]))
    wholes = np.unique(np.array([-(1 << 15), -1 << bits, 0, (1 << 15) - 1]) >> bits)
    whole, fraction, draw = _grid(np.int64, wholes, fractions, draws)
    value, unit = (whole << bits) + fraction, bits - FRACTION_BITS
    # floor + (draw < fraction), in the draw's leading bits; int16 stays at its highest unit
    expected = whole + ((draw >> (DRAW.bits - bits)) < fraction) << unit
    if word is np.int16:
        expected = np.minimum(expected, 32767 >> bits << unit)
    counts = [np.full(value.size, count, word) for count in (bits, FRACTION_BITS)]
    given = value.astype(word), counts[0], draw.astype(word), counts[1]
    np.testing.assert_array_equal(_on_lanes(simd_arithmetic.round_stored, word)(*given), expected)
    some = slice(None, None, 97)
    defined = [
        arithmetic.round_stochastic(v, bits, d) << unit
        for v, d in zip(value[some].tolist(), draw[some].tolist(), strict=True)
    ]
    if word is not np.int16:
        assert expected[some].tolist() == defined


@pytest.mark.parametrize("word", WORDS)
def test_rounding_of_all_weights_fractions_and_draws(word: Any) -> None:
    """512 weights x 128 fractions x 128 leading draws: floor, and 1 more below the fraction.

    Of int16, 256 becomes 255: no format stores more.
    """
    fraction, leading = _grid(np.int64, np.arange(128), np.arange(128))
    bits, draw = np.full(fraction.size, 7, word), (leading << (DRAW.bits - 7)).astype(word)
    rounded, highest = _on_lanes(simd_arithmetic.round_stored, word), WEIGHT.highest
    for weight in range(WEIGHT.lowest, highest + 1):
        found = rounded(((weight << 7) + fraction).astype(word), bits, draw, bits)
        expected = weight + (leading < fraction)
        if word is np.int16:
            expected = np.minimum(expected, highest)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("absent", [0, 1, 3, 8])
def test_rounding_away(word: Any, absent: int) -> None:
    """To units away from zero, then stochastically to units of 2 ** absent."""
    changes = np.concatenate([np.arange(-1025, 1026), [-32000, 31999]])
    draws = [0, 1, 255, 256, 8191, 8192, 32767, 32768, 65535]
    change, bits, draw = _grid(np.int64, changes, [0, 1, 7], draws)

    def defined(change: int, bits: int, absent: int, draw: int) -> int:
        units = arithmetic.round_away(change, bits)
        steps = arithmetic.round_stochastic(abs(units), absent, draw)
        return arithmetic.sign(units) * (steps << absent)

    missing = np.full(change.size, absent)
    given = (one.astype(word) for one in (change, bits, missing, draw))
    found = _on_lanes(simd_arithmetic.round_away, word)(*given)
    assert found.tolist() == _defined(defined, change, bits, missing, draw)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("absent", [0, 1, 3, 8])
def test_rounding_by_what_was_kept(word: Any, absent: int) -> None:
    """The whole part of one change and the fraction of another: toward zero, or down."""
    changes = [-32000, -1025, -129, -128, -9, -8, -7, -1, 0, 1, 3, 8, 127, 128, 255, 32000]
    draws = [0, 255, 256, 8191, 8192, 32768, 65535]
    change, kept, draw = _grid(np.int64, changes, changes, draws)
    missing = np.full(change.size, absent)
    unit = 1 << absent

    def away(change: int, kept: int, absent: int, draw: int) -> int:
        fraction = abs(kept) % unit
        up = int((draw >> (DRAW.bits - absent)) < fraction) * arithmetic.sign(kept)
        return (int(change / unit) + up) * unit

    def down(change: int, kept: int, absent: int, draw: int) -> int:
        up = int((draw >> (DRAW.bits - absent)) < kept % unit)
        return (change // unit + up) * unit

    given = [one.astype(word) for one in (change, kept, missing, draw)]
    by_units = njit(lambda a, b, n, draw: simd_arithmetic.round_away_by(a, b, 0, n, draw))
    found = _on_lanes(by_units, word)(*given)
    assert found.tolist() == _defined(away, change, kept, missing, draw)
    stored = njit(lambda a, b, n, draw: simd_arithmetic.round_stored_by(a, b, n, draw, 0))
    found = _on_lanes(stored, word)(*given)
    assert found.tolist() == _defined(down, change, kept, missing, draw)


@pytest.mark.parametrize("word", WORDS)
def test_units_away_from_zero(word: Any) -> None:
    change, bits = _grid(word, np.arange(-300, 301), [0, 1, 7])
    whole = njit(lambda a, n: simd_arithmetic.round_away(a, n, 0, 0))
    assert _on_lanes(whole, word)(change, bits).tolist() == _defined(
        arithmetic.round_away, change, bits
    )
