"""Decay tables and roundings over whole domains, against exact fractions worked out here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from loihi_emu.chip import arithmetic, decay
from loihi_emu.chip.decay import effective_tau
from loihi_emu.chip.formats import DRAW, WEIGHT
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler.rule import LearningRule, Trace

TAUS = range(1, 128)
TRACES = range(128)
_DRAWS = 1 << decay.DECAY_DRAW_BITS


_EXACT_BRIAN2LOIHI = replace(BRIAN2LOIHI, name="all digits", decay_digits=None)


@pytest.mark.parametrize("machine", [LAVA, LOIHI, _EXACT_BRIAN2LOIHI], ids=lambda m: m.name)
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


def test_fifteen_digits_lose_one_of_some_traces_and_nothing_of_the_others() -> None:
    """48 * 23/24 is 46 and 48 * 0.958333333333333 less; the fraction is that of 46."""
    whole, threshold = decay.table(BRIAN2LOIHI, 24)
    assert (whole[48], threshold[48]) == (45, 0)
    for tau in TAUS:
        digits, exact = decay.table(BRIAN2LOIHI, tau), decay.table(_EXACT_BRIAN2LOIHI, tau)
        np.testing.assert_array_equal(digits[1], exact[1])
        lost = exact[0][:128].astype(int) - digits[0][:128]
        assert set(lost.tolist()) <= {0, 1}
        assert not lost[exact[1][:128] > 2**20].any()


@pytest.mark.parametrize("bits", range(7, 13))
def test_all_weights_and_fractions_keep_their_mean(bits: int) -> None:
    """512 weights x all fractions: draws below the fraction round up, and no others.

    A larger draw never rounds up where a smaller one does not, so the two draws on either side of
    the fraction decide for all; kernels are tried with every draw (tests/kernels).
    """
    size, low = 1 << bits, DRAW.bits - bits  # the draw's low bits are not compared
    for weight in range(WEIGHT.lowest, WEIGHT.highest + 1, 1 if bits == 7 else 37):
        for fraction in range(0, size, 1 if bits == 7 else 5):
            value = (weight << bits) + fraction
            at_fraction = fraction << low
            assert arithmetic.round_stochastic(value, bits, at_fraction) == weight
            if fraction:
                assert arithmetic.round_stochastic(value, bits, at_fraction - 1) == weight + 1
                assert arithmetic.round_stochastic(value, bits, 0) == weight + 1
            assert arithmetic.round_stochastic(value, bits, DRAW.highest) == weight


@pytest.mark.parametrize(("value", "expected"), [(0, (0, 0)), (16, (16, 0)), (20.25, (20, 32))])
def test_impulses_in_seven_bits(value: float, expected: tuple[int, int]) -> None:
    assert decay.impulse(LOIHI, value) == expected


def test_lava_compares_eight_bits_of_an_impulse_with_seven_drawn() -> None:
    """A half is 128 of 256, and a draw of 0..127 always lies below it."""
    _, fraction = decay.impulse(LAVA, 20.5)
    assert fraction == 128 > 2**LAVA.impulse_draw_bits - 1
    _, fraction = decay.impulse(LOIHI, 20.5)
    assert fraction == 2 ** (LOIHI.impulse_draw_bits - 1)


@pytest.mark.parametrize(
    ("tau", "acts_as"), [(40, 31.5), (64, 63.5), (127, 63.5), (130, 127.5), (1000, 127.5)]
)
def test_few_bits_of_a_factor_are_few_time_constants(tau: float, acts_as: float) -> None:
    """LOIHI keeps k/128 a step: tau is -1 / log of 124/128, 126/128, 126/128, 127/128."""
    assert effective_tau(LOIHI, tau) == pytest.approx(acts_as, abs=0.05)


def test_a_warning_names_the_trace_and_what_acts() -> None:
    rule = LearningRule(dw="x1*y0 - x0*y1", x1=Trace(16, 100), y1=Trace(16, 5))
    (text,) = rule.coarse_taus(LOIHI)
    assert text.startswith("x1: tau 100 acts as 63.5 steps on LOIHI")
    assert rule.coarse_taus(LAVA) == []
