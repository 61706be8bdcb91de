"""One pair of neurons: published numbers, nearest neighbours by hand, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from loihi_emu.errors import ParameterError
from loihi_emu.offline import (
    STDPParams,
    firing_to_spike_process,
    spike_process_delta_times,
    stdp_offline_dw,
    stdp_offline_dw_process,
)
from loihi_emu.offline.pairing import nearest_delta_times

S1 = firing_to_spike_process([1, 0, 0, 1, 1, 0, 0, 1])
S2 = firing_to_spike_process([0, 0, 1, 0, 0, 1, 1, 0])
UNIT = STDPParams(APlus=1.0, TauPlus=10.0, AMinus=1.0, TauMinus=10.0)


def test_published_delta_times() -> None:
    expected = [2, 5, 6, -1, 2, 3, -2, 1, 2, -5, -2, -1]
    found = spike_process_delta_times(S1, S2)
    assert found.tolist() == expected
    assert found.dtype == np.int64


def test_published_changes_and_sum() -> None:
    expected = [
        *(0.81873075, 0.60653066, 0.54881164, -0.90483742, 0.81873075, 0.74081822),
        *(-0.81873075, 0.90483742, 0.81873075, -0.60653066, -0.81873075, -0.90483742),
    ]
    found = stdp_offline_dw(spike_process_delta_times(S1, S2), UNIT)
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-9)
    assert np.sum(found) == pytest.approx(1.2035231918177673, rel=1e-14)
    assert stdp_offline_dw_process(S1, S2, UNIT) == pytest.approx(1.2035231918177673, rel=1e-14)


def test_exponential_window_at_hand_worked_points() -> None:
    params = STDPParams(APlus=2.0, TauPlus=5.0, AMinus=3.0, TauMinus=4.0)
    found = stdp_offline_dw([5, -4, 0, 1e308, -1e308], params)
    np.testing.assert_allclose(found, [2 / math.e, -3 / math.e, 0, 0, 0], rtol=1e-15)


def test_symmetric_window_at_hand_worked_points() -> None:
    """Peak APlus at 0, zero at Sigma, -2 exp(-3/2) of the peak, the lowest, at sqrt(3) Sigma."""
    params = STDPParams(APlus=2.0, AMinus=None, Sigma=4.0)
    dt = np.array([0.0, 4.0, -4.0, 4 * math.sqrt(3), -4 * math.sqrt(3), 1e200])
    lowest = -4 * math.exp(-1.5)
    found = stdp_offline_dw(dt, params)
    np.testing.assert_allclose(found, [2, 0, 0, lowest, lowest, 0], rtol=1e-14)


def test_delta_times_keep_their_shape() -> None:
    assert stdp_offline_dw([[1, 2, 3]], UNIT).shape == (1, 3)
    assert stdp_offline_dw(1, UNIT).shape == ()
    assert stdp_offline_dw([], UNIT).shape == (0,)


def test_tiny_time_constant_underflows_silently() -> None:
    assert stdp_offline_dw([1e10, -1e10], STDPParams(TauPlus=1e-300, TauMinus=1e-300)).sum() == 0


@pytest.mark.parametrize(
    ("pre", "post", "expected"),
    [
        # latest pre before 2, 5, 6: 0, 4, 4; latest post before 3, 4, 7: 2, 2, 6
        ([0, 3, 4, 7], [2, 5, 6], [2, 1, 2, -1, -2, -1]),
        # a burst of pre spikes: only the last counts for the post spike, as in the symmetric
        # scheme; the presynaptic-centred scheme would count 3, 2 and 1
        ([1, 2, 3], [4], [1]),
        # a burst of post spikes: each counts (the reduced scheme would count only the first)
        ([1], [2, 3, 4], [1, 2, 3]),
        # spikes at one time pair as dt = 0 and look past each other for their nearest
        ([1, 3], [3], [2, 0]),
        ([3], [1, 3], [-2, 0]),
        ([], [1], []),
        ([1], [], []),
        ([0.5], [0.75], [0.25]),
    ],
)
def test_nearest_pairs(pre: list[float], post: list[float], expected: list[float]) -> None:
    assert nearest_delta_times(np.array(pre), np.array(post)).tolist() == expected


def test_nearest_neighbours_of_the_published_trains() -> None:
    e = math.exp
    expected = 2 * e(-0.2) + e(-0.1) - 2 * e(-0.1) - e(-0.2)
    params = STDPParams(all_to_all=False)
    assert stdp_offline_dw_process(S1, S2, params) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("all_to_all", [True, False])
def test_empty_trains(all_to_all: bool) -> None:
    for params in (
        STDPParams(all_to_all=all_to_all),
        STDPParams(AMinus=None, Sigma=1.0, all_to_all=all_to_all),
    ):
        for pre, post in ([], []), ([1], []), ([], [1]):
            assert stdp_offline_dw_process(pre, post, params) == 0.0
    assert spike_process_delta_times([], [1, 2]).shape == (0,)


def test_unsigned_times_do_not_wrap() -> None:
    early, late = np.array([1], dtype=np.uint8), np.array([200], dtype=np.uint8)
    assert spike_process_delta_times(late, early).tolist() == [-199]


@pytest.mark.parametrize(
    ("pre", "message"),
    [
        ([2, 1], r"^pre goes from 2 to 1 at index 1; spike times must increase strictly$"),
        ([float("inf")], r"^pre is inf at \[0\]; it must be finite$"),
        ("abc", r"^pre has dtype <U3; it must be a one-dimensional array of spike times$"),
        (3, r"^pre has shape \(\); it must be a one-dimensional array of spike times$"),
        ([True], r"^pre has dtype bool: a firing record; firing_to_spike_process turns it into"),
    ],
)
def test_bad_trains(pre: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        spike_process_delta_times(pre, [1])
    with pytest.raises(ParameterError, match=message):
        stdp_offline_dw_process(pre, [1], UNIT)


def test_bad_delta_times() -> None:
    with pytest.raises(ParameterError, match=r"^delta_times is nan at \[1\]; it must be finite$"):
        stdp_offline_dw([0.0, float("nan")], UNIT)
    with pytest.raises(ParameterError, match=r"^delta_times is inf; it must be finite$"):
        stdp_offline_dw(float("inf"), UNIT)
    with pytest.raises(ParameterError, match=r"^delta_times has dtype complex128; it must be"):
        stdp_offline_dw([1j], UNIT)
    with pytest.raises(ParameterError, match=r"^params is 1; it must be an STDPParams$"):
        stdp_offline_dw([1.0], 1)  # type: ignore[arg-type]
