"""Decay tables and roundings over whole domains, against exact fractions worked out here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from loihi_emu.chip import arithmetic, decay
from loihi_emu.chip.formats import DRAW, WEIGHT
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, MACHINES, Machine

TAUS = range(1, 128)
TRACES = range(128)
_DRAWS = 1 << decay.DECAY_DRAW_BITS


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda m: m.name)
def test_all_traces_and_taus_keep_their_mean(machine: Machine) -> None:
    """128 traces x 127 taus: whole part + probability of rounding up = trace * factor."""
    for tau in TAUS:
        whole, threshold = decay.table(machine, tau)
        factor = Fraction(decay.factor(machine, tau))
        for trace in TRACES:
            mean = int(whole[trace]) + Fraction(int(threshold[trace]), _DRAWS)
            assert abs(mean - trace * factor) < Fraction(1, 2**40)
            assert whole[trace] <= trace
            assert trace == 0 or mean < trace


def test_loihi_s_factors_are_integers_of_stated_bits() -> None:
    bits = LOIHI.decay_bits
    assert bits is not None
    for tau in TAUS:
        scaled = decay.factor(LOIHI, tau) * 2**bits
        assert scaled == int(scaled)
        assert 0 <= np.exp(-1 / tau) * 2**bits - scaled < 1
        whole, threshold = decay.table(LOIHI, tau)
        product = int(scaled) * np.arange(128)
        np.testing.assert_array_equal(whole[:128], product >> bits)
        # the fraction has `bits` bits, which a draw of 16 bits compares exactly
        fraction = (product & ((1 << bits) - 1)) << (decay.DECAY_DRAW_BITS - bits)
        np.testing.assert_array_equal(threshold[:128].astype(np.int64), fraction)


def test_lava_and_brian2loihi_s_laws_by_hand() -> None:
    whole, threshold = decay.table(LAVA, 10)
    assert whole[16] == 14
    assert round(int(threshold[16]) / _DRAWS, 4) == 0.4774  # 16 * 0.904837 = 14.4774
    whole, threshold = decay.table(BRIAN2LOIHI, 4)
    assert (whole[10], int(threshold[10]) / _DRAWS) == (7, 0.5)  # 10 * 3/4


def test_fifteen_digits_lift_two_thirds_of_three_above_two() -> None:
    whole, threshold = decay.table(BRIAN2LOIHI, 3)
    assert (whole[3], threshold[3] > 0) == (2, True)
    exact = replace(BRIAN2LOIHI, name="exact", decay_digits=None)
    whole, threshold = decay.table(exact, 3)
    assert int(whole[3]) + int(threshold[3]) / _DRAWS == pytest.approx(2, abs=1e-15)


@pytest.mark.parametrize("bits", range(7, 13))
def test_all_weights_and_fractions_keep_their_mean(bits: int) -> None:
    """512 weights x all fractions: of the draws, exactly the fraction's share rounds up."""
    fractions = 1 << bits
    draws = np.arange(fractions) << (DRAW.bits - bits)  # one of each class of leading bits
    for weight in range(WEIGHT.lowest, WEIGHT.highest + 1, 1 if bits == 7 else 37):
        for fraction in range(0, fractions, 1 if bits == 7 else 5):
            value = (weight << bits) + fraction
            ups = np.sum((value + fractions - 1 - (draws >> (DRAW.bits - bits))) >> bits) - (
                weight * fractions
            )
            assert ups == fraction
    # the vectorised line above is the definition's
    for value, draw in ((-1, 0), (-128, 5), (77, 65535), (129, 511)):
        expected = (value + fractions - 1 - (draw >> (DRAW.bits - bits))) >> bits
        assert arithmetic.round_stochastic(value, bits, draw) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, (0, 0)), (16, (16, 0)), (20.25, (20, 32))])
def test_impulses_in_seven_bits(value: float, expected: tuple[int, int]) -> None:
    assert decay.impulse(LOIHI, value) == expected


def test_lava_compares_eight_bits_of_an_impulse_with_seven_drawn() -> None:
    """A half is 128 of 256, and a draw of 0..127 always lies below it."""
    _, fraction = decay.impulse(LAVA, 20.5)
    assert fraction == 128 > 2**LAVA.impulse_draw_bits - 1
    _, fraction = decay.impulse(LOIHI, 20.5)
    assert fraction == 2 ** (LOIHI.impulse_draw_bits - 1)
