import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from loihi_emu.chip.decay import effective_tau
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.errors import ParameterError, RuleError, RuleSyntaxError
from loihi_emu.fitting.advise import fit
from loihi_emu.fitting.choices import nearest_tau
from loihi_emu.fitting.float_rule import FloatRule
from loihi_emu.fitting.measure import ideal_window, rms, setting_window, window_lags
from loihi_emu.fitting.neurons import FloatLIF, fit_neurons, fit_weights
from loihi_emu.fitting.registers import candidates, scales_near


def test_scale_and_impulse_by_hand() -> None:
    # weights 0..1 in 255 steps; one spike shall add 10 of them: 5*2^-1 * 4 and 5*2^-3 * 16 both do
    rule = FloatRule("1.0*x1*y0", x1=(10 / 255, 10))
    (best, *_) = candidates(rule, LAVA, 1 / 255, {"x1": (4, 16)}, most=4)
    assert (best.impulses, best.scales) == ({"x1": 16}, ((5, -3),))
    assert_allclose(best.amplitudes, [10 / 255])


def test_lost_bits_are_given_back_by_the_exponent() -> None:
    # two traces of 16: on LAVA 4 + 7 + 7 bits lose 3. 16 * 16 * 2^-3 = 32 steps with a scale of 1
    rule = FloatRule("1.0*x1*y1*y0", x1=(1, 10), y1=(32 / 255, 10))
    (best, *_) = candidates(rule, LAVA, 1 / 255, {"x1": (16,), "y1": (16,)}, most=1)
    assert best.scales == ((1, 0),)
    assert_allclose(best.amplitudes, [32 / 255])
    # BRIAN2LOIHI loses none
    (best, *_) = candidates(rule, BRIAN2LOIHI, 1 / 255, {"x1": (16,), "y1": (16,)}, most=1)
    assert best.scales == ((1, -3),)


def test_a_factor_of_the_weight_brings_its_own_unit() -> None:
    # 0.25 * w loses a quarter of the weight in any unit
    found = fit(FloatRule("-0.25*x0*(w - 0.5)"), limits=(0, 1), machine=LAVA, t_epoch=1, steps=0)
    # 255 / 2 = 127.5 is rounded to even
    assert str(found.best.rule and found.best.rule.dw) == "-2^-2*x0*(w-128)"


def test_scales_near_a_value() -> None:
    # 5/16 = 0.3125, 1/4, 3/8 around 0.3; 7/32 = 0.21875 is farther
    assert scales_near(0.3, 0) == [(5, -4)]
    assert scales_near(-0.3, 1) == [(-5, -4), (-1, -2), (-3, -3)]
    assert scales_near(1e-9, 0) == [(1, -7)]


def test_time_constants_by_hand() -> None:
    # LOIHI knows factors k/128. exp(-1/20.3) * 128 = 121.85: 122 acts as -1/log(122/128) = 20.83,
    # 121 as 17.78
    asked, acts = nearest_tau(LOIHI, "x1", 20.3, 1)
    assert_allclose(acts, -1 / math.log(122 / 128))
    assert effective_tau(LOIHI, asked) == pytest.approx(acts)
    # Brian2Loihi decays by 1 - 1/tau
    asked, acts = nearest_tau(BRIAN2LOIHI, "x1", 20, 1)
    assert_allclose((1 - 1 / asked, acts), (math.exp(-1 / 20), 20), rtol=1e-9)


@given(st.floats(1.5, 120), st.sampled_from([LOIHI, LAVA, BRIAN2LOIHI]))
@settings(max_examples=60, deadline=None)
def test_no_factor_is_nearer_than_the_one_found(tau: float, machine: Machine) -> None:
    asked, acts = nearest_tau(machine, "x1", tau, 1)
    assert effective_tau(machine, asked) == pytest.approx(acts)
    others = [-1 / math.log(k / 128) for k in range(1, 128)]
    assert abs(acts - tau) <= min(abs(one - tau) for one in others) + 1e-6


def test_neurons_by_hand() -> None:
    # weights 0..1 in 255 steps; at exponent e one unit of voltage is 255 * 2^(e+6), so vth = 1 is
    # 255 * 2^e exactly: e = 0 is exact and the lowest. 1/4 of bias is 255 * 16 = 4080 <= 4095
    found = fit_neurons(FloatLIF(vth=1, tau_u=0, tau_v=10, bias=0.25), 1 / 255, LOIHI, 255)
    # exp(-1/10) * 4096 = 3706.2: dv = 4096 - 3706 = 390; u forgets all with 4095
    assert found.registers == {
        "du": 4095, "dv": 390, "vth": 255, "bias_mant": 4080, "bias_exp": 0,
    }  # fmt: skip
    assert found.weight_exp == 0
    assert_allclose([one.error for one in found.choices[:2]], 0, atol=1e-15)


def test_a_fine_threshold_takes_a_higher_exponent() -> None:
    # vth = 1.0005 is 255.1275 steps of a weight: rounded to 255 at e = 0, 510 at e = 1 (off 0.255),
    # 1021 at e = 2 (1020.51, off 0.49), 2041 at e = 3 (2041.02)
    found = fit_neurons(FloatLIF(vth=1.0005), 1 / 255, LOIHI, 255)
    assert found.weight_exp >= 3
    assert abs(found.choices[0].error) < 2e-5


def test_a_threshold_that_no_register_holds_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"vth 1e\+06"):
        fit_neurons(FloatLIF(vth=1e6), 1 / 255, LOIHI, 255)


def test_weights_by_hand() -> None:
    # 0..1 in 255 steps: 0.5 is 127.5, to even 128
    found = fit_weights((0.0, 1.0), np.array([[0.0, 0.5, 1.0]]), LOIHI, 8)
    assert (found.sign_mode, found.unit) == ("EXCITATORY", 1 / 255)
    assert found.values is not None
    assert found.values.tolist() == [[0, 128, 255]]
    assert found.error == pytest.approx(0.5 / 255 / math.sqrt(3))
    # LAVA keeps MIXED weights of 8 bits even: -1..1 in 127 steps of 2
    mixed = fit_weights((-1.0, 1.0), np.array([1.0]), LAVA, 8)
    assert mixed.values is not None
    assert (mixed.unit, mixed.values.tolist()) == (1 / 254, [254])


@given(
    st.sampled_from([LAVA, LOIHI]),
    st.floats(0.004, 0.1),
    st.floats(3.0, 30.0),
    st.sampled_from([(8, 40), (5, 21), (12, 13)]),
)
@settings(max_examples=6, deadline=None)
def test_nothing_in_a_small_domain_is_better_than_the_best(
    machine: Machine, amplitude: float, tau: float, impulses: tuple[int, int]
) -> None:
    rule = FloatRule(f"{amplitude}*x1*y0", x1=(1, tau))
    found = fit(
        rule, limits=(0, 1), machine=machine, t_epoch=1, steps=0,
        impulses={"x1": impulses}, neighbours=3, shortlist=None, best=1,
    )  # fmt: skip
    best = found.best
    assert best.window_error is not None
    lags, synapse = window_lags(rule), SynapseSetting(w0=128, sign_mode="EXCITATORY")
    ideal = ideal_window(rule, lags, 128 / 255)
    # every scale within a factor of three of what one of the impulses needs
    for impulse, mantissa, exponent in itertools.product(impulses, range(1, 8), range(-7, 9)):
        change = mantissa * 2.0**exponent * impulse / 255
        if not amplitude / 3 < change < amplitude * 3:
            continue
        one = LearningRule(
            dw=f"{mantissa}*2^{exponent}*x1*y0",
            x1=Trace(impulse, nearest_tau(machine, "x1", tau, 1)[0]),
        )
        window, _ = setting_window(one, machine, synapse, lags, 1 / 255)
        assert best.window_error <= rms(window - ideal) + 1e-12


def test_reals_are_read_where_they_stand() -> None:
    rule = FloatRule("-.5*2^-1*x1*y0 + 1e-2*3*u3*(w - 0.25)*sgn(w+1)", x1=(2, 10))
    first, second = rule.products
    assert (first.amplitude, first.dependency, first.traces) == (-0.25, "y0", ("x1",))
    assert (second.amplitude, second.decimation) == (0.03, 3)
    assert [(f.variable, f.constant, f.sign) for f in second.factors] == [
        ("w", -0.25, False),
        ("w", 1.0, True),
    ]
    gates = {"y0": 1.0, "u": 1.0}
    assert rule.change({"x1": 2.0}, gates, 0.75) == pytest.approx(-0.5 + 0.03 * 0.5)


def test_faults_of_a_float_rule_are_named() -> None:
    with pytest.raises(RuleSyntaxError, match="no spike dependency"):
        FloatRule("0.5*x1", x1=(1, 10))
    with pytest.raises(RuleError, match=r"x1: the text reads it; give x1=\(impulse, tau\)"):
        FloatRule("0.5*x1*y0")
    with pytest.raises(RuleError, match="tau of x1"):
        FloatRule("0.5*x1*y0", x1=(1, 0))
    with pytest.raises(ParameterError, match="factor r1"):
        FloatRule("0.5*x1*r1*y0", x1=(1, 10))


def test_what_cannot_be_fitted_is_refused() -> None:
    rule = FloatRule("0.5*x1*y0", x1=(1, 10))
    with pytest.raises(ParameterError, match="neither weights nor limits"):
        fit(rule)
    with pytest.raises(ParameterError, match=r"limits are \(1, 0\)"):
        fit(rule, limits=(1, 0))
    with pytest.raises(ParameterError, match="weights lie in"):
        fit(weights=[2.0], limits=(0, 1))
    with pytest.raises(ParameterError, match="headroom is 0"):
        fit(rule, limits=(0, 1), headroom=0)
    with pytest.raises(ParameterError, match="impulses of x1"):
        fit(rule, limits=(0, 1), impulses={})


def test_an_epoch_counts_what_the_ideal_counts_in_steps() -> None:
    # u2 is every fourth step: with epochs of two steps every second of them; of 8 steps, none
    rule = FloatRule("-0.25*w*u2")
    found = fit(rule, limits=(0, 1), machine=LOIHI, t_epoch=(2, 8), steps=40)
    best = found.best.rule
    assert best is not None
    assert (best.dw, {one.rule.t_epoch for one in found.settings if one.rule}) == (
        "-2^-2*u1*w",
        {2},
    )
    with pytest.raises(ParameterError, match="t_epoch is 8"):
        fit(rule, limits=(0, 1), t_epoch=8)
