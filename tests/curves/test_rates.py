import numpy as np
import pytest
from numpy.testing import assert_allclose

from loihi_emu.chip.machines import LAVA, LOIHI
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.rates import has_triplets, rate_curves, triplet_curves
from loihi_emu.errors import ParameterError


def test_a_rule_of_pre_spikes_changes_with_their_number() -> None:
    # every pre spike takes 2 of 0..255: no draw, no saturation within 100 steps from 250
    rule = LearningRule(dw="-2*x0")
    curve = rate_curves(
        rule, LOIHI, synapse=SynapseSetting(w0=250), rates=[0, 0.1], steps=100, trials=20
    )["dw"]
    assert_allclose(curve.mean, curve.ideal)
    # 0.1 * 1000 spikes of -2; a binomial deviation of 30 spikes a 100 steps and trial, 20 trials
    assert curve.mean[0] == 0
    assert abs(curve.mean[1] + 200) < 6 * 2 * 30 / np.sqrt(20)
    assert curve.saturation == (None, None)


def test_the_drift_without_spikes_and_the_step_of_saturation_by_hand() -> None:
    # 3 a step from 50: 255 is reached by the 69th step, 50 + 3 * 69 = 257; MIXED weights end there
    curve = rate_curves(LearningRule(dw="3*u0"), LOIHI, rates=[0], steps=100, trials=2)["dw"]
    assert curve.saturation == (69,)
    # the slope is taken up to there
    assert_allclose(curve.mean, [205 / 69 * 1000])


def test_a_decay_that_is_too_small_moves_as_often_as_its_draws_say() -> None:
    # -1/128 a step: 1000 steps are -7.8 on average, deviation sqrt(1000/128) = 2.8 a trial
    curve = rate_curves(LearningRule(dw="-2^-7*u0"), LOIHI, rates=[0], trials=60)["dw"]
    assert abs(curve.mean[0] + 1000 / 128) < 6 * 2.8 / np.sqrt(60)
    assert 1.8 < curve.spread[0] < 3.8
    assert_allclose(curve.ideal, [-1000 / 128])


def test_triplets_by_hand() -> None:
    # in real numbers:
    # the second post spike of post-pre-post, d after the pre spike, reads x1 = 16 e^-d/10 and
    # y2 = 16 (1 + e^-2d/10); the first one reads x1 = 0
    rule = LearningRule(dw="2^-7*x1*y2*y0", x1=Trace(16, 10), y2=Trace(16, 10))
    curve = triplet_curves(rule, LAVA, distances=[1, 5], trials=40)["dw"]
    d = np.array([1, 5])
    wanted = 2 * np.exp(-d / 10) * (1 + np.exp(-2 * d / 10))
    assert_allclose(curve.ideal["post-pre-post"], wanted)
    # pre-post-pre has one post spike: 2 e^-d/10
    assert_allclose(curve.ideal["pre-post-pre"], 2 * np.exp(-d / 10))
    # LAVA loses 3 bits of 4 + 7 + 7
    assert_allclose(curve.mean["post-pre-post"], wanted / 8, atol=0.35)


def test_which_rules_have_triplets() -> None:
    assert has_triplets(LearningRule(dw="x1*y2*y0", x1=Trace(16, 10), y2=Trace(16, 10)))
    assert not has_triplets(LearningRule(dw="x1*y0 - w*x0", x1=Trace(16, 10)))


def test_bad_input_is_refused() -> None:
    rule = LearningRule(dw="x0*y0", t_epoch=4)
    with pytest.raises(ParameterError, match="rates are"):
        rate_curves(rule, LOIHI, rates=[2])
    with pytest.raises(ParameterError, match="steps are 3"):
        rate_curves(rule, LOIHI, steps=3)
    with pytest.raises(ParameterError, match="distances are"):
        triplet_curves(rule, LOIHI, distances=[0])
    with pytest.raises(ParameterError, match="y2, which a third factor writes"):
        rate_curves(LearningRule(dw="u0*y2"), LOIHI)
