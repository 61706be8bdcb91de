"""Ranges of a rule's numbers, and the normal form of a scale."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loihi_emu.chip.literals import (
    CONSTANT,
    DECIMATION,
    EPOCH_STEPS,
    EXPONENT,
    IMPULSE,
    MANTISSA,
    Range,
    format_scale,
    nearest,
    normalise,
)


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        (MANTISSA, "-8..7"),
        (EXPONENT, "-7..8"),
        (DECIMATION, "0..9"),
        (CONSTANT, "-256..255"),
        (IMPULSE, "0..127"),
        (EPOCH_STEPS, "1..63"),
    ],
)
def test_ranges(allowed: Range, text: str) -> None:
    assert str(allowed) == text
    assert allowed.lowest in allowed
    assert allowed.highest in allowed
    assert allowed.lowest - 1 not in allowed
    assert allowed.highest + 1 not in allowed
    assert allowed.source


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        # read from Lava 0.10: `32*x0`, `-8*x0`, `8*x0`, `10*x0`, `16*2^-8*x0`, `-16*2^7*x0`
        ((32, 0), (4, 3)),
        ((-8, 0), (-4, 1)),
        ((8, 0), (4, 1)),
        ((10, 0), (5, 1)),
        ((16, -8), (4, -6)),
        ((-16, 7), (-8, 8)),
        # no change: small enough, odd, at the last exponent
        ((2, -8), (2, -8)),
        ((9, 0), (9, 0)),
        ((8, 9), (8, 9)),
        ((0, 8), (0, 8)),
    ],
)
def test_normal_form(written: tuple[int, int], normal: tuple[int, int]) -> None:
    assert normalise(*written) == normal


def test_normal_form_keeps_the_value_and_is_final() -> None:
    for mantissa in range(-600, 601):
        for exponent in range(-9, 11):
            normal = normalise(mantissa, exponent)
            assert _value(*normal) == _value(mantissa, exponent)
            assert normalise(*normal) == normal


def test_nearest_is_nearest_of_all_scales() -> None:
    every = {
        _value(mantissa, exponent) for mantissa in range(-8, 8) for exponent in range(-7, 9)
    } - {Fraction(0)}
    wanted = [Fraction(n, 96) for n in range(-96 * 30, 96 * 30, 7)]
    wanted += [Fraction(10) ** 9, -(Fraction(10) ** 9), Fraction(1, 10**6)]
    for value in wanted:
        found = _value(*nearest(value))
        assert found in every
        assert abs(found - value) == min(abs(one - value) for one in every)
    assert nearest(Fraction(0)) == (0, 0)


@pytest.mark.parametrize(
    ("scale", "text"),
    [((3, 0), "3"), ((1, -1), "2^-1"), ((-1, 2), "-2^2"), ((-3, -1), "-3*2^-1"), ((1, 0), "1")],
)
def test_shortest_text_of_a_scale(scale: tuple[int, int], text: str) -> None:
    assert format_scale(*scale) == text


def _value(mantissa: int, exponent: int) -> Fraction:
    return mantissa * Fraction(2) ** exponent
