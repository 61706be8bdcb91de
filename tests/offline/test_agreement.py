"""The linear algorithm equals the sum over pairs, for both windows and both pairings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.offline import (
    STDPParams,
    firings_to_spike_processes,
    spike_processes_to_firings,
    stdp_offline_dw_firings,
    stdp_offline_dw_process,
    stdp_offline_dw_processes,
)
from tests.offline.reference import assert_equal_to_pairs, change, pairwise
from tests.offline.strategies import (
    Record,
    any_params,
    real_trains,
    records,
)

quick = settings(deadline=None, max_examples=150)


def trains_of(record: Record) -> tuple[list[list[float]], list[list[float]]]:
    pre, post = (
        [train.tolist() for train in firings_to_spike_processes(firings)]
        for firings in (record.pre, record.post)
    )
    return pre, post


@quick
@given(records(), any_params)
def test_records_equal_pairs(record: Record, params: STDPParams) -> None:
    inputs, outputs = trains_of(record)
    found = stdp_offline_dw_firings(record.weights, record.pre, record.post, params)
    assert_equal_to_pairs(found, record.weights, inputs, outputs, params)


@quick
@given(st.lists(real_trains(), max_size=3), st.lists(real_trains(), max_size=3), any_params)
def test_real_times_equal_pairs(
    inputs: list[list[float]], outputs: list[list[float]], params: STDPParams
) -> None:
    weights = np.ones((len(inputs), len(outputs)))
    found = stdp_offline_dw_processes(weights, inputs, outputs, params)
    assert_equal_to_pairs(found, weights, inputs, outputs, params)


@quick
@given(real_trains(), real_trains(), any_params)
def test_one_synapse_equals_pairs(pre: list[float], post: list[float], params: STDPParams) -> None:
    found = np.array([[stdp_offline_dw_process(pre, post, params)]])
    assert_equal_to_pairs(found, [[1]], [pre], [post], params)


@quick
@given(records(), any_params, st.integers(-(10**9), 10**9))
def test_time_shift_changes_nothing(record: Record, params: STDPParams, shift: int) -> None:
    inputs = firings_to_spike_processes(record.pre)
    outputs = firings_to_spike_processes(record.post)
    early = stdp_offline_dw_processes(record.weights, inputs, outputs, params)
    late = stdp_offline_dw_processes(
        record.weights, [t + shift for t in inputs], [t + shift for t in outputs], params
    )
    np.testing.assert_array_equal(early, late)


@quick
@given(records(), any_params, st.integers(0, 2**32 - 1))
def test_all_pairs_add_over_a_split_of_the_outputs(
    record: Record, params: STDPParams, seed: int
) -> None:
    params = STDPParams(
        params.APlus, params.TauPlus, params.AMinus, params.TauMinus, True, params.Sigma
    )
    first = record.post & (np.random.default_rng(seed).random(record.post.shape) < 0.5)
    parts = [
        stdp_offline_dw_firings(record.weights, record.pre, part, params)
        for part in (first, record.post & ~first)
    ]
    whole = stdp_offline_dw_firings(record.weights, record.pre, record.post, params)
    magnitude = pairwise(record.weights, *trains_of(record), params)[1]
    assert np.all(np.abs(parts[0] + parts[1] - whole) <= 1e-12 * magnitude + 1e-290)


@quick
@given(records(), any_params)
def test_exchanging_the_sides_negates_dt(record: Record, params: STDPParams) -> None:
    mirrored = params
    if params.AMinus is not None:
        mirrored = STDPParams(
            -params.AMinus, params.TauMinus, -params.APlus, params.TauPlus, params.all_to_all
        )
    found = stdp_offline_dw_firings(record.weights.T, record.post, record.pre, mirrored).T
    inputs, outputs = trains_of(record)
    assert_equal_to_pairs(found, record.weights, inputs, outputs, params)


@pytest.mark.parametrize("tau", [5e-324, 1e-3, 0.1, 1.0, 30.0, 1e4, 1e7, 8e307])
def test_rounding_does_not_grow_with_tau(tau: float) -> None:
    rng = np.random.default_rng(7)
    inputs = [np.flatnonzero(rng.random(20_000) < 0.05).tolist()]
    outputs = [np.flatnonzero(rng.random(20_000) < 0.05).tolist()]
    params = STDPParams(1.0, tau, 0.5, 2 * tau)
    found = stdp_offline_dw_processes([[1]], inputs, outputs, params)
    assert_equal_to_pairs(found, [[1]], inputs, outputs, params)


@pytest.mark.parametrize("all_to_all", [True, False])
@pytest.mark.parametrize(("sigma", "expected"), [(5e-324, 1.0), (8e307, 4.0)])
def test_hats_without_width_or_end(sigma: float, expected: float, all_to_all: bool) -> None:
    """Only spikes at one time count, or each pair counts in full."""
    params = STDPParams(AMinus=None, Sigma=sigma, all_to_all=all_to_all)
    found = stdp_offline_dw_processes([[1]], [[0, 3]], [[0, 5]], params)
    # nearest: 0-0, 3-5 and the post spike 0 before the pre spike 3; all pairs: 0-5 too
    assert found[0, 0] == (expected if all_to_all or sigma < 1 else 3.0)


@pytest.mark.parametrize("silence", [1.0, 49.0, 51.0, 700.0, 740.0, 1e6, 1e15])
def test_bursts_on_both_sides_of_a_silence(silence: float) -> None:
    burst = np.arange(5.0)
    pre = [*burst, *(burst + silence + 5)]
    post = [*(burst + 0.5), *(burst + silence + 5.5)]
    params = STDPParams(TauPlus=1.0, TauMinus=1.0)
    found = stdp_offline_dw_processes([[1]], [pre], [post], params)
    assert_equal_to_pairs(found, [[1]], [pre], [post], params)


@pytest.mark.parametrize("sigmas", [2, 8, 12, 30])
def test_hat_reaches_as_far_as_double_precision(sigmas: int) -> None:
    params = STDPParams(AMinus=None, Sigma=10.0)
    found = stdp_offline_dw_processes([[1]], [[0]], [[10 * sigmas]], params)
    expected = (1 - sigmas**2) * math.exp(-(sigmas**2) / 2)
    assert found[0, 0] == pytest.approx(expected, rel=1e-13, abs=0)


def test_trains_too_long_to_form_pairs() -> None:
    """Two neurons that spike in each of n steps: n - d pairs at each distance d, a finite sum."""
    n, q = 200_000, math.exp(-1 / 25)
    steps = np.arange(n)  # 4e10 pairs would need 320 GB
    potentiation = n * q / (1 - q) - q * (1 - q**n) / (1 - q) ** 2
    params = STDPParams(APlus=1.0, TauPlus=25.0, AMinus=0.0)
    assert stdp_offline_dw_process(steps, steps, params) == pytest.approx(potentiation, rel=1e-12)
    nearest = STDPParams(APlus=1.0, TauPlus=25.0, AMinus=0.0, all_to_all=False)
    assert stdp_offline_dw_process(steps, steps, nearest) == pytest.approx((n - 1) * q, rel=1e-12)


@pytest.mark.parametrize("all_to_all", [True, False])
def test_population_of_more_neurons_than_a_block(all_to_all: bool) -> None:
    rng = np.random.default_rng(11)
    pre, post = rng.random((5_000, 3)) < 0.004, rng.random((5_000, 240)) < 0.004
    weights = rng.random((3, 240)) < 0.5
    params = STDPParams(0.8, 17.0, 1.1, 9.0, all_to_all=all_to_all)
    found = stdp_offline_dw_firings(weights, pre, post, params)
    inputs = [train.tolist() for train in firings_to_spike_processes(pre)]
    outputs = [train.tolist() for train in firings_to_spike_processes(post)]
    assert_equal_to_pairs(found, weights, inputs, outputs, params)


def test_reference_window_at_hand_worked_points() -> None:
    """The reference itself: e to the -1 a time constant away, zero crossing of the hat."""
    params = STDPParams(APlus=2.0, TauPlus=5.0, AMinus=3.0, TauMinus=4.0)
    assert change(5.0, params) == pytest.approx(2 / math.e)
    assert change(-4.0, params) == pytest.approx(-3 / math.e)
    assert change(0.0, params) == 0
    assert change(4.0, STDPParams(AMinus=None, Sigma=4.0)) == 0


@quick
@given(records())
def test_conversions_are_inverse(record: Record) -> None:
    back = spike_processes_to_firings(firings_to_spike_processes(record.pre), len(record.pre))
    np.testing.assert_array_equal(back, record.pre)
