"""The STDP helper: which side is which, by the text and by what single pairs of spikes do."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.compiler.stdp import stdp


def _change(rule: le.LearningRule, pre_step: int, post_step: int) -> float:
    """Weight change in float after one pre and one post spike."""
    rasters = np.zeros((2, 12, 1), int)
    rasters[0, pre_step], rasters[1, post_step] = 1, 1
    net = le.Network()
    pre, post = (net.add(le.SpikeSource(raster)) for raster in rasters)
    plastic = net.add(le.Dense(pre, post, 50, rule=rule))
    sim = le.Simulator(net, machine=le.LAVA, mode="floating_pt")
    sim.run(12)
    return float(sim.get(plastic, "weights").item() - 50)


@pytest.mark.parametrize("t_epoch", [1, 4])
def test_each_side_acts_on_its_own_order_alone(t_epoch: int) -> None:
    rule = stdp(
        pre_before_post=0.5, post_before_pre=-0.25, tau_pre=5, tau_post=8, impulse_pre=10,
        impulse_post=20, t_epoch=t_epoch,
    )  # fmt: skip
    assert _change(rule, 2, 5) == pytest.approx(0.5 * 10 * math.exp(-3 / 5))
    assert _change(rule, 7, 3) == pytest.approx(-0.25 * 20 * math.exp(-4 / 8))


def test_a_side_of_0_does_nothing() -> None:
    rule = stdp(pre_before_post=3, post_before_pre=0)
    assert _change(rule, 7, 3) == 0
    assert _change(rule, 3, 7) > 0


@pytest.mark.parametrize(
    ("causal", "acausal", "text"),
    [
        (1, -1, "y0*x1 - x0*y1"),
        (-1, 1, "-y0*x1 + x0*y1"),
        (3, 0.375, "3*y0*x1 + 3*2^-3*x0*y1"),
        (-2.5, -12, "-5*2^-1*y0*x1 - 6*2^1*x0*y1"),
        (0, 1, "0*y0*x1 + x0*y1"),
    ],
)
def test_text(causal: float, acausal: float, text: str) -> None:
    assert stdp(pre_before_post=causal, post_before_pre=acausal).dw == text


@given(st.integers(-7, 7), st.integers(-7, 8))
def test_every_scale_of_the_language_is_taken_exactly(mantissa: int, exponent: int) -> None:
    value = mantissa * 2.0**exponent
    product = stdp(pre_before_post=value, post_before_pre=1).series["dw"].products[0]
    assert product.mantissa * Fraction(2) ** product.exponent == Fraction(value)
    assert (product.dependency, product.factors[0].variable) == ("y0", "x1")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pre_before_post": 0.3}, r"pre_before_post is 0.3, .* nearest: 0.3125 = 5\*2\^-4"),
        ({"post_before_pre": 9}, r"post_before_pre is 9, .* nearest: 8.0 = 4\*2\^1"),
        ({"pre_before_post": math.nan}, "pre_before_post: found nan"),
        ({"pre_before_post": "1"}, "pre_before_post: found '1'"),
        ({"tau_pre": -1}, "tau: found -1"),
        ({"t_epoch": 64}, "t_epoch: found 64"),
    ],
)
def test_what_rule_text_cannot_hold_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(le.LoihiEmuError, match=message):
        stdp(**{"pre_before_post": 1, "post_before_pre": -1} | given)


def test_sides_have_to_be_named() -> None:
    with pytest.raises(TypeError):
        stdp(1, -1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        stdp(pre_before_post=1)  # type: ignore[call-arg]


def test_old_and_new_lava_conventions_are_the_two_sides() -> None:
    from loihi_emu.lava.proc.learning_rules.stdp_learning_rule import STDPLoihi

    mirror = STDPLoihi(
        learning_rate=1, A_plus=2, A_minus=-1, tau_plus=10, tau_minus=5, rng_seed=0
    ).native
    named = stdp(pre_before_post=2, post_before_pre=-1, tau_pre=10, tau_post=5, rng_seed=0)
    products = [sorted(map(str, one.series["dw"].products)) for one in (mirror, named)]
    assert products[0] == products[1]
    assert (mirror.x1, mirror.y1) == (named.x1, named.y1)
