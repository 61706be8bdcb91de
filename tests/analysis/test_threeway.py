"""Three ways to a weight change: their values, and causes that add up to the difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loihi_emu import LAVA, MACHINES, LearningRule, Trace
from loihi_emu.analysis.epochs import kept_spikes, trace_history
from loihi_emu.analysis.stages import bounded_change
from loihi_emu.analysis.threeway import CAUSES, ThreeWay, compare_three_ways
from loihi_emu.errors import ParameterError

Raster = NDArray[np.int64]


def pair_rule(
    dw: str = "y0*x1 - x0*y1", *, epoch: int = 1, impulse: float = 16, tau: float = 10
) -> LearningRule:
    return LearningRule(
        dw=dw, x1=Trace(impulse, tau), y1=Trace(impulse, tau), t_epoch=epoch, rng_seed=0
    )


def records(seed: int, steps: int = 120, chance: float = 0.08) -> tuple[Raster, Raster]:
    draw = np.random.default_rng(seed).random
    pre, post = (draw((steps, n)) < chance for n in (4, 3))
    return pre.astype(np.int64), post.astype(np.int64)


def apart(pre: Raster, post: Raster) -> tuple[Raster, Raster]:
    """The records without pre spikes in steps that have a post spike."""
    return pre * (1 - post.max(axis=1, keepdims=True)), post


def test_one_pair_worked_by_hand() -> None:
    # pre at step 1, post at step 3: 16 exp(-2/10) = 13.0997; no other cause than rounding
    found = compare_three_ways(
        pair_rule(), [[1], [0], [0], [0]], [[0], [0], [1], [0]], machine=LAVA
    )
    assert found.ideal.item() == pytest.approx(16 * np.exp(-0.2))
    assert found.floating.item() == pytest.approx(16 * np.exp(-0.2))
    assert found.fixed.item() in {13, 14}
    assert found.shares["trace rounding"] == pytest.approx(1)


def test_spikes_at_equal_times_are_a_pair_to_the_engine() -> None:
    rule = pair_rule("2*y0*x1 - x0*y1")
    found = compare_three_ways(rule, [[1]], [[1]], machine=LAVA)
    assert (found.ideal.item(), found.floating.item()) == (0, 2 * 16 - 16)
    assert found.contributions["equal times"].item() == 16


def test_a_last_part_of_an_epoch_is_never_learned() -> None:
    found = compare_three_ways(pair_rule(epoch=4), [[1], [0], [0]], [[0], [1], [0]], machine=LAVA)
    assert found.contributions["epoch length"].item() == pytest.approx(-16 * np.exp(-0.1))
    assert found.fixed.item() == 0


def test_a_trace_that_hits_its_limit() -> None:
    # three impulses of 60 without decay to speak of: 180 in float, 127 in seven bits
    rule = pair_rule("y0*x1", impulse=60, tau=1e9)
    found = compare_three_ways(rule, [[1], [1], [1], [0]], [[0], [0], [0], [1]], machine=LAVA)
    assert found.contributions["trace limit"].item() == pytest.approx(127 - 180)
    assert found.fixed.item() == 127


def test_a_weight_that_hits_its_limit() -> None:
    rule = pair_rule("4*y0*x1", impulse=100, tau=1e9)
    found = compare_three_ways(rule, [[1], [0]], [[0], [1]], machine=LAVA)
    assert found.floating.item() == pytest.approx(400)
    # the product saturates at 32767/128 and the weight at 255
    assert found.fixed.item() == 255
    assert found.contributions["weight limit"].item() == pytest.approx(255 - 400, abs=1e-3)


def test_weight_rounding_is_below_one_unit_an_epoch() -> None:
    pre, post = records(3)
    found = compare_three_ways(pair_rule("2^-3*y0*x1 - 2^-3*x0*y1"), pre, post, machine=LAVA)
    assert np.abs(found.contributions["weight rounding"]).max() > 0
    assert np.abs(found.contributions["weight rounding"]).max() < len(pre)


def test_a_sign_mode_is_a_weight_limit() -> None:
    post_first = [[0], [1], [0]], [[1], [0], [0]]
    found = compare_three_ways(
        pair_rule(), *post_first, machine=LAVA, sign_mode="EXCITATORY", weight=5
    )
    assert found.fixed.item() == -5
    assert found.floating.item() == -5
    assert found.contributions["weight limit"].item() >= 9


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    epoch=st.integers(1, 9),
    impulse=st.sampled_from([3.0, 16.0, 40.0, 127.0]),
    dw=st.sampled_from(
        ["y0*x1 - x0*y1", "2^-3*y0*x1 - 2^-2*x0*y1", "7*y0*x1", "y0*x1 + 2^-7*x0*y1"]
    ),
    machine=st.sampled_from(sorted(MACHINES)),
)
def test_contributions_sum_to_the_difference_and_shares_to_one(
    seed: int, epoch: int, impulse: float, dw: str, machine: str
) -> None:
    pre, post = records(seed)
    rule = pair_rule(dw, epoch=epoch, impulse=impulse)
    found = compare_three_ways(rule, pre, post, machine=MACHINES[machine])
    assert tuple(found.contributions) == tuple(CAUSES)
    np.testing.assert_allclose(
        sum(found.contributions.values()), found.fixed - found.ideal, atol=1e-9
    )
    assert sum(found.shares.values()) == pytest.approx(1)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    epoch=st.integers(1, 9),
    machine=st.sampled_from(sorted(MACHINES)),
)
def test_plain_numpy_and_the_float_engine_agree(seed: int, epoch: int, machine: str) -> None:
    """The stage that bounds traces is, without the bound, the float engine."""
    pre, post = records(seed, chance=0.3)
    rule = pair_rule("3*y0*x1 - 2^-1*x0*y1", epoch=epoch, impulse=50)
    used = MACHINES[machine]
    found = compare_three_ways(rule, pre, post, machine=used)
    plain = bounded_change(rule, (pre, post), {"x1": 3, "y1": -0.5}, used, np.inf)
    np.testing.assert_allclose(plain, found.floating, rtol=1e-12, atol=1e-8)


def test_a_lost_second_spike() -> None:
    # both neurons spike twice in an epoch of four; the first of each is kept
    raster = np.array([[0], [1], [1], [0]])
    assert kept_spikes(raster, 4, keeps_first=True).item() == 2
    history = trace_history(raster, Trace(16, 1e9), 4, keeps_first=True)
    np.testing.assert_allclose(history[0, :, 0], [0, 0, 16, 16, 16])


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_steps_of_one_and_no_equal_times_leave_only_rounding(seed: int) -> None:
    pre, post = apart(*records(seed, chance=0.02))
    found = compare_three_ways(pair_rule(impulse=10), pre, post, machine=LAVA)
    np.testing.assert_allclose(found.floating, found.ideal, atol=1e-9)
    # whole coefficients: the weight has nothing to round, and stays within its range
    assert np.abs(found.contributions["weight rounding"]).max() < 1e-9
    assert np.abs(found.fixed).max() < 255


def test_history_of_a_repeated_spike() -> None:
    # two spikes in an epoch of two: the first impulse acts on the stored trace, before any decay
    kept = np.exp(-1 / 10)
    history = trace_history(np.array([[1], [1]]), Trace(16, 10), 2)
    np.testing.assert_allclose(history[0, :, 0], [16, 16 * kept, 16 * kept**2 + 16])
    assert kept_spikes(np.array([[1], [1]]), 2).item() == 2


def test_tables_and_dictionary_hold_the_numbers() -> None:
    found = compare_three_ways(pair_rule(), *records(1), machine=LAVA)
    assert isinstance(found, ThreeWay)
    assert len(found.values().rows) == 12
    assert found.causes().rows[-1][0] == "fixed - ideal"
    assert found.causes().rows[-1][-1] == "100.0"
    assert found.to_dict()["shares"] == found.shares
    assert "why they differ" in str(found)


@pytest.mark.parametrize("text", ["y0*x1*w", "u0*x1", "y0*x2", "y0*(x1 + 2)", "x0*y0*x1"])
def test_other_rules_are_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="is no pair rule; allowed: a sum of"):
        compare_three_ways(pair_rule(text), [[1]], [[1]], machine=LAVA)


def test_a_rule_for_tags_is_refused() -> None:
    with pytest.raises(ParameterError, match="the rule has dw, dt; a pair rule has dw alone"):
        compare_three_ways(LearningRule(dw="y0*x1", dt="y0*x1"), [[1]], [[1]], machine=LAVA)


def test_records_of_different_length_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"shapes \(2, 1\) and \(1, 1\)"):
        compare_three_ways(pair_rule(), [[1], [0]], [[1]], machine=LAVA)


def test_the_figure_shows_a_point_a_synapse() -> None:
    pytest.importorskip("matplotlib")
    from loihi_emu.analysis.plots_threeway import plot_three_ways

    found = compare_three_ways(pair_rule(), *records(1), machine=LAVA)
    changes, causes = plot_three_ways(found).axes
    points = np.asarray(changes.lines[1].get_xydata())
    np.testing.assert_array_equal(points, np.c_[found.ideal.ravel(), found.fixed.ravel()])
    assert len(causes.get_yticks()) == len(CAUSES)
