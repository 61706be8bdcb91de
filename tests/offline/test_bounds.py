"""Soft and hard weight bounds."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from loihi_emu.errors import ParameterError
from loihi_emu.offline import STDPParams, WeightBounds, stdp_offline_dw_processes

SOFT = WeightBounds(WMax=2.0, EtaPlus=0.5, EtaMinus=0.25)
HARD = WeightBounds(WMax=2.0, EtaPlus=0.5, EtaMinus=0.25, Soft=False)


def test_soft_factors_fade_towards_the_bounds() -> None:
    """At w = 0.5: 0.5 (2 - 0.5) 0.4 = 0.3 up, 0.25 0.5 0.4 = 0.05 down."""
    weights = [[0.5, 0.5, 0.0, 2.0]]
    found = SOFT.apply(weights, [[0.4, -0.4, -1.0, 1.0]])
    np.testing.assert_allclose(found, [[0.8, 0.45, 0.0, 2.0]], rtol=1e-15)


def test_hard_factors_are_constant_up_to_the_bounds() -> None:
    found = HARD.apply([[0.5, 0.5, 0.5, 0.5]], [[0.4, -0.4, -100, 100]])
    np.testing.assert_allclose(found, [[0.7, 0.4, 0.0, 2.0]], rtol=1e-15)


def test_soft_bounds_hold_for_large_changes() -> None:
    assert SOFT.apply([[1.0, 1.0]], [[1e9, -1e9]]).tolist() == [[2.0, 0.0]]


def test_changes_apart_count_by_their_own_signs() -> None:
    """0.5 + 0.5 1.5 0.4 - 0.25 0.5 0.4 = 0.75, though the net change is 0."""
    np.testing.assert_allclose(SOFT.apply([[0.5]], [[0.4]], [[-0.4]]), [[0.75]], rtol=1e-15)
    assert SOFT.apply([[0.5]], [[0.0]]).tolist() == [[0.5]]
    assert SOFT.apply([[0.5]]).tolist() == [[0.5]]


def test_increase_and_decrease_apart_add_to_the_net_change() -> None:
    trains = [[0, 3, 4, 7]], [[2, 5, 6]]
    parts = [
        stdp_offline_dw_processes([[1.0]], *trains, STDPParams(APlus=a, AMinus=b))
        for a, b in ((1, 1), (1, 0), (0, 1))
    ]
    np.testing.assert_allclose(parts[1] + parts[2], parts[0], rtol=1e-14)
    assert parts[1] > 0 > parts[2]


def test_sparse_weights() -> None:
    weights = sparse.csr_array([[0.5, 0.0], [0.0, 1.0]])
    changes = sparse.coo_array(([0.4, -0.4], ([0, 1], [0, 1])), shape=(2, 2))
    found = SOFT.apply(weights, changes)
    assert found.format == "csr"
    np.testing.assert_allclose(found.toarray(), [[0.8, 0], [0, 0.9]], rtol=1e-15)
    assert weights[0, 0] == 0.5


def test_hard_is_not_soft() -> None:
    assert (SOFT.Soft, SOFT.Hard, HARD.Soft, HARD.Hard) == (True, False, False, True)


@given(st.floats(0, 1), st.floats(-1e6, 1e6), st.floats(0, 10), st.floats(0, 10), st.booleans())
def test_weights_stay_within_the_bounds(
    weight: float, change: float, plus: float, minus: float, soft: bool
) -> None:
    bounds = WeightBounds(1.0, plus, minus, soft)
    found = bounds.apply([[weight]], [[change]])[0, 0]
    assert 0 <= found <= 1
    assert (found - weight) * change >= 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "WMax is 0; it must be a finite number above 0"),
        ((float("nan"),), "WMax is nan; it must be a finite number above 0"),
        ((1, -1), "EtaPlus is -1; it must be a finite number of at least 0"),
        ((1, 1, None), "EtaMinus is None; it must be a finite number of at least 0"),
        ((1, 1, 1, "soft"), "Soft is 'soft'; it must be True or False"),
    ],
)
def test_bad_bounds(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        WeightBounds(*arguments)


CSR = sparse.csr_array([[1.0, 0.0]])


@pytest.mark.parametrize(
    ("weights", "change", "message"),
    [
        ([[2.5]], [[0]], "W holds 2.5; weights must lie in 0..2"),
        ([[-1]], [[0]], "W holds -1.0; weights must lie in 0..2"),
        ([[float("nan")]], [[0]], "W is nan at [0, 0]; it must be finite"),
        ([[1]], [[float("inf")]], "a change is inf at [0, 0]; it must be finite"),
        ([[1]], [[0, 0]], "a change has shape (1, 2); W has (1, 1)"),
        ([[1]], CSR, "a change is sparse; W is dense and so must be its changes"),
        (CSR, [[1, 1]], "a change is dense; W is sparse and so must be its changes"),
        (CSR, CSR.T, "a change has shape (2, 1); W has (1, 2)"),
        (CSR, sparse.csr_array([[0.0, 1.0]]), "a change has other stored entries than W; both "
         "must have the same"),
    ],
)  # fmt: skip
def test_bad_changes(weights: Any, change: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        SOFT.apply(weights, change)
