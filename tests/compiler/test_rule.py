"""Learning rules: what they hold, what they refuse, all faults at once."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from loihi_emu.compiler.products import parse_series
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.errors import ParameterError, RuleError, RuleSyntaxError, UnknownNameError


def test_defaults() -> None:
    rule = LearningRule(dw="x0")
    assert rule.traces == dict.fromkeys(("x1", "x2", "y1", "y2", "y3", "r1"), Trace(0, 0))
    assert (rule.dd, rule.dt, rule.t_epoch, rule.rng_seed) == (None, None, 1, None)
    assert rule.decimation is None


def test_series_of_every_text() -> None:
    rule = LearningRule(dt="x1*y0 - 2^-2*u1*t", dw="u1*t*r1")
    assert list(rule.series) == ["dw", "dt"]
    assert rule.series["dt"] == parse_series("x1*y0 - 2^-2*u1*t", "dt")
    assert rule.decimation == 1
    assert rule.variables == {"t", "r1", "x1"}


def test_k_may_stand_in_a_later_text_only() -> None:
    assert LearningRule(dw="x0", dd="y0", dt="u7*t").decimation == 7


def test_rules_are_values() -> None:
    rule = LearningRule(dw="x0 * y1", y1=Trace(16, 10))
    assert rule == LearningRule(dw="x0 * y1", y1=Trace(16, 10))
    assert rule != LearningRule(dw="x0 * y1", y1=Trace(16, 11))
    assert len({rule, LearningRule(dw="x0 * y1", y1=Trace(16, 10))}) == 1
    copy = pickle.loads(pickle.dumps(rule))
    assert copy == rule
    assert copy.series == rule.series
    with pytest.raises(AttributeError):
        rule.t_epoch = 2  # type: ignore[misc]


# -- traces


@pytest.mark.parametrize("number", [0, 127, 0.5, np.float32(3.5), np.int16(4), Fraction(1, 2)])
def test_numbers_a_trace_takes(number: Any) -> None:
    trace = Trace(impulse=number, tau=number)
    assert trace == Trace(float(number), float(number))
    assert type(trace.impulse) is type(trace.tau) is float


@pytest.mark.parametrize("tau", [70_000, 2**32, 0.01])
def test_a_trace_may_be_slow_or_fast(tau: float) -> None:
    assert Trace(1, tau).tau == tau


@pytest.mark.parametrize(
    "number", [-1, -1e-9, math.nan, math.inf, -math.inf, True, "16", None, 1j, [16], np.bool_(1)]
)
def test_numbers_a_trace_refuses(number: Any) -> None:
    with pytest.raises(RuleError) as raised:
        Trace(impulse=number, tau=number)
    assert str(raised.value) == (
        "trace has 2 faults\n"
        f"  impulse: found {number!r}; allowed: finite numbers 0..127\n"
        f"  tau: found {number!r}; allowed: finite numbers 0.."
    )


def test_an_impulse_has_seven_bits() -> None:
    with pytest.raises(ParameterError, match=r"impulse: found 127.5; allowed: .* 0\.\.127"):
        Trace(impulse=127.5)


# -- refusals


def test_one_faulty_text_is_a_syntax_error() -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        LearningRule(dw="x0", dt="x0*q")
    assert str(raised.value).splitlines()[1:] == ["    dt = x0*q", "            ^"]


def test_another_k_in_another_text_is_underlined() -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        LearningRule(dw="u1*w", dt="x0 - u2*t")
    assert str(raised.value) == (
        "u2 in a rule that has u1; all u_k of a rule have one k\n"
        "    dt = x0 - u2*t\n"
        "              ^^"
    )


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(RuleError) as raised:
        LearningRule(dw="x0*q", dd=5, dt="u12", x1=(16, 10), t_epoch=64, rng_seed=-1)  # type: ignore[arg-type]
    assert str(raised.value) == (
        "learning rule has 6 faults\n"
        "  dw: unknown name q; allowed here: an integer, 2^e, x0, y0, u0..u9, x1, x2, y1, y2, y3, "
        "w, d, t, r0, r1, sgn(..), (\n"
        "      dw = x0*q\n"
        "              ^\n"
        "  dd: rule text is int 5; it must be a string\n"
        "  dt: u12 is no dependency; u has one digit, u0..u9\n"
        "      dt = u12\n"
        "           ^^^\n"
        "  x1: found (16, 10); allowed: a Trace\n"
        "  t_epoch: found 64; allowed: integers 1..63\n"
        "  rng_seed: found -1; allowed: integers 0.."
    )
    assert [problem.path for problem in raised.value.problems] == [
        *("dw", "dd", "dt", "x1", "t_epoch", "rng_seed")
    ]
    assert isinstance(pickle.loads(pickle.dumps(raised.value)), RuleError)


def test_a_rule_needs_a_text() -> None:
    with pytest.raises(RuleError, match="none is given; a rule needs at least one"):
        LearningRule()


@pytest.mark.parametrize("t_epoch", [0, -1, 64, 1.0, True, None, "4", math.nan])
def test_epochs_that_are_refused(t_epoch: Any) -> None:
    with pytest.raises(RuleError, match=r"t_epoch: found .*; allowed: integers 1\.\.63"):
        LearningRule(dw="x0", t_epoch=t_epoch)


@pytest.mark.parametrize("t_epoch", [1, 63, np.uint8(4)])
def test_epochs_that_are_taken(t_epoch: Any) -> None:
    rule = LearningRule(dw="x0", t_epoch=t_epoch)
    assert rule.t_epoch == t_epoch
    assert type(rule.t_epoch) is int


# -- other parameters


def test_parameters_may_be_changed() -> None:
    rule = LearningRule(dw="x0*y1", y1=Trace(16, 10))
    other = rule.with_parameters(y1_tau=20, x1=Trace(4, 5), x1_impulse=6, t_epoch=4, dt="u0*t")
    assert other == LearningRule(dw="x0*y1", dt="u0*t", x1=Trace(6, 5), y1=Trace(16, 20), t_epoch=4)
    assert rule == LearningRule(dw="x0*y1", y1=Trace(16, 10))


def test_changed_parameters_are_checked() -> None:
    rule = LearningRule(dw="x0*y1")
    with pytest.raises(RuleError, match="t_epoch: found 0"):
        rule.with_parameters(t_epoch=0)
    with pytest.raises(RuleError, match="tau: found -1"):
        rule.with_parameters(y1_tau=-1)
    with pytest.raises(RuleSyntaxError, match="unknown name q"):
        rule.with_parameters(dw="x0*q")
    with pytest.raises(UnknownNameError, match=r"'y1_tua' does not exist; did you mean y1_tau"):
        rule.with_parameters(y1_tua=1)
    with pytest.raises(UnknownNameError, match="'series' does not exist"):
        rule.with_parameters(series={})
