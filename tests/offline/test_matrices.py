"""Matrices of weight changes: orientation, sparse weights, edges, bad input."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from loihi_emu.errors import ParameterError
from loihi_emu.offline import (
    STDPParams,
    spike_processes_to_firings,
    stdp_offline_dw_firings,
    stdp_offline_dw_processes,
)

F1 = np.array([1, 0, 0, 1, 1, 0, 0, 1])
F2 = np.array([0, 0, 1, 0, 0, 1, 1, 0])
S1, S2 = [0, 3, 4, 7], [2, 5, 6]
UNIT = STDPParams(APlus=1, TauPlus=10, AMinus=1, TauMinus=10)
NEAREST = STDPParams(all_to_all=False)
HAT = STDPParams(AMinus=None, Sigma=3.0)
HAT_NEAREST = STDPParams(AMinus=None, Sigma=3.0, all_to_all=False)
ALL_FORMS = [UNIT, NEAREST, HAT, HAT_NEAREST]


def test_published_matrix_from_processes() -> None:
    found = stdp_offline_dw_processes([[1, 0, 0], [0, 1, 1]], [S1, S1], [S2, S2, S1], UNIT)
    expected = [[1.2035232, 0, 0], [0, 1.2035232, 0]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-8)
    assert found.dtype == np.float64


def test_published_matrix_from_firings() -> None:
    pre, post = np.column_stack([F1, F1]), np.column_stack([F2, F2, F1])
    found = stdp_offline_dw_firings([[1, 0, 0], [0, 1, 1]], pre, post, UNIT)
    expected = [[1.2035232, 0, 0], [0, 1.2035232, 0]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-8)


def test_rows_are_presynaptic() -> None:
    """The input spikes first, so each output's weight grows, by exp(-1/10) and exp(-2/10)."""
    found = stdp_offline_dw_processes([[1, 1]], [[0]], [[1], [2]], UNIT)
    np.testing.assert_allclose(found, [[np.exp(-0.1), np.exp(-0.2)]], rtol=1e-15)


def test_size_of_weights_plays_no_part() -> None:
    found = stdp_offline_dw_processes([[1e-300, -5.0, 0.0]], [S1], [S2, S2, S2], UNIT)
    assert found[0, 0] == found[0, 1] != 0
    assert found[0, 2] == 0


@pytest.mark.parametrize("params", ALL_FORMS)
@pytest.mark.parametrize("layout", ["csr", "csc", "coo", "lil", "dok", "bsr"])
@pytest.mark.parametrize("kind", [sparse.coo_array, sparse.coo_matrix])
def test_sparse_weights_equal_dense_ones(params: STDPParams, layout: str, kind: Any) -> None:
    rng = np.random.default_rng(5)
    pre, post = rng.random((80, 9)) < 0.2, rng.random((80, 12)) < 0.2
    weights = rng.random((9, 12)) * (rng.random((9, 12)) < 0.3)
    found = stdp_offline_dw_firings(kind(weights).asformat(layout), pre, post, params)
    assert sparse.issparse(found)
    assert found.format == (layout if layout in ("csr", "csc", "coo") else "csr")
    assert isinstance(found, sparse.sparray) == (kind is sparse.coo_array)
    dense = stdp_offline_dw_firings(weights, pre, post, params)
    np.testing.assert_array_equal(found.toarray(), dense)


def test_sparse_pattern_is_kept_and_a_stored_zero_is_no_synapse() -> None:
    weights = sparse.csr_array(([0.0, 2.0, 1.0], ([0, 0, 1], [0, 1, 1])), shape=(2, 3))
    before = weights.copy()
    found = stdp_offline_dw_processes(weights, [S1, S1], [S2, S2, S1], UNIT)
    np.testing.assert_array_equal(found.indices, weights.indices)
    np.testing.assert_array_equal(found.indptr, weights.indptr)
    np.testing.assert_allclose(found.data, [0, 1.2035232, 1.2035232], atol=5e-8)
    assert (weights != before).nnz == 0


def test_sparse_duplicates_count_by_their_sum() -> None:
    weights = sparse.coo_array(([1.0, -1.0, 1.0, 1.0], ([0, 0, 0, 0], [0, 0, 1, 1])), shape=(1, 2))
    found = stdp_offline_dw_processes(weights, [S1], [S2, S2], UNIT)
    np.testing.assert_allclose(found.toarray(), [[0, 1.2035232]], atol=5e-8)


@pytest.mark.parametrize("params", ALL_FORMS)
@pytest.mark.parametrize("make", [np.array, sparse.csr_array], ids=["dense", "sparse"])
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 3)])
def test_empty_trains_and_populations(
    params: STDPParams, make: Any, shape: tuple[int, int]
) -> None:
    weights = make(np.ones(shape))
    found = stdp_offline_dw_processes(weights, [[]] * shape[0], [[]] * shape[1], params)
    assert found.shape == shape
    assert not np.any(found.toarray() if sparse.issparse(found) else found)
    for steps in (0, 1, 5):
        silent = np.zeros((steps, shape[0])), np.zeros((steps, shape[1]))
        assert stdp_offline_dw_firings(weights, *silent, params).shape == shape


@pytest.mark.parametrize("params", ALL_FORMS)
def test_one_silent_side_changes_nothing(params: STDPParams) -> None:
    assert stdp_offline_dw_processes([[1.0]], [S1], [[]], params)[0, 0] == 0
    assert stdp_offline_dw_processes([[1.0]], [[]], [S2], params)[0, 0] == 0


@pytest.mark.parametrize(("params", "expected"), [(UNIT, 0), (NEAREST, 0), (HAT, 1)])
def test_a_single_step(params: STDPParams, expected: float) -> None:
    """Two spikes at once: nothing for the exponentials, the peak for the hat."""
    assert stdp_offline_dw_firings([[1]], [[1]], [[1]], params)[0, 0] == expected


@pytest.mark.parametrize("params", ALL_FORMS)
def test_weights_all_zero(params: STDPParams) -> None:
    assert not np.any(stdp_offline_dw_processes(np.zeros((1, 2)), [S1], [S2, S1], params))


def test_a_matrix_of_equal_long_trains_is_a_sequence_of_processes() -> None:
    found = stdp_offline_dw_processes([[1], [1]], np.array([[0, 3], [1, 4]]), [[2]], UNIT)
    assert found.shape == (2, 1)


NAN = float("nan")


@pytest.mark.parametrize(
    ("weights", "inputs", "outputs", "message"),
    [
        ([[1], [1]], [S1], [S2, S2], "W has shape (2, 1); 1 inputs and 2 outputs need (1, 2); "
         "rows are inputs here: hand in W.T"),
        ([[1]], [S1, S1], [S2], "W has shape (1, 1); 2 inputs and 1 outputs need (2, 1)"),
        ([1], [S1], [S2], "W has shape (1,); it must be a matrix [pre, post] of numbers, dense "
         "or scipy.sparse"),
        ([[1], [1, 2]], [S1], [S2], "W is not rectangular; it must be a matrix [pre, post] of "
         "numbers, dense or scipy.sparse"),
        ([["a"]], [S1], [S2], "W has dtype <U1; it must be a matrix [pre, post] of numbers, "
         "dense or scipy.sparse"),
        ([[1, NAN]], [S1], [S2, S2], "W is nan at [0, 1]; it must be finite"),
        (sparse.csr_array([[0, NAN]]), [S1], [S2, S2],
         "W is nan at stored value [0]; it must be finite"),
        (sparse.csr_array([[1j]]), [S1], [S2], "W has dtype complex128; it must be a matrix "
         "[pre, post] of numbers, dense or scipy.sparse"),
        (sparse.coo_array([1.0]), [S1], [S2], "W has shape (1,); it must be a matrix "
         "[pre, post] of numbers, dense or scipy.sparse"),
        ([[1]], [[3, 1]], [S2], "inputs[0] goes from 3 to 1 at index 1; spike times must "
         "increase strictly"),
        ([[1]], [S1], [[2, 2]], "outputs[0] goes from 2 to 2 at index 1; spike times must "
         "increase strictly"),
        ([[1]], [[0.0, NAN]], [S2], "inputs[0] is nan at [1]; it must be finite"),
        ([[1]], [F1 == 1], [S2], "inputs[0] has dtype bool: a firing record; "
         "firing_to_spike_process turns it into times"),
        ([[1]], [[[1]]], [S2], "inputs[0] has shape (1, 1); it must be a one-dimensional array "
         "of spike times"),
        ([[1]], 5, [S2], "inputs is 5; it must be a sequence with one spike process a neuron"),
        ([[1]], [[2**60]], [S2], f"inputs[0] is {2**60} at [0]; times must lie in -2**53..2**53"),
    ],
)  # fmt: skip
def test_bad_processes(weights: Any, inputs: Any, outputs: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        stdp_offline_dw_processes(weights, inputs, outputs, UNIT)


@pytest.mark.parametrize(
    ("pre", "post", "message"),
    [
        ([[1], [0]], [[0]], "input_firings has 2 steps and output_firings 1; both must be of "
         "the same steps"),
        ([[2]], [[0]], "input_firings is 2 at [0, 0]; a firing record holds only 0 and 1"),
        ([[0]], [[NAN]], "output_firings is nan at [0, 0]; a firing record holds only 0 and 1"),
        ([1, 0], [[0]], "input_firings has shape (2,); it must be an array [step, neuron]"),
        ([[0]], [["x"]], "output_firings has dtype <U1; it must be an array [step, neuron] of 0 "
         "and 1"),
        ([[1, 0]], [[0]], "W has shape (1, 1); 2 inputs and 1 outputs need (2, 1)"),
    ],
)  # fmt: skip
def test_bad_firings(pre: Any, post: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        stdp_offline_dw_firings([[1.0]], pre, post, UNIT)


def test_parameters_of_another_type() -> None:
    with pytest.raises(ParameterError, match=r"^params is \(1, 10\); it must be an STDPParams$"):
        stdp_offline_dw_processes([[1.0]], [S1], [S2], (1, 10))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"^params is None; it must be an STDPParams$"):
        stdp_offline_dw_firings([[1.0]], [[1]], [[1]], None)  # type: ignore[arg-type]


def test_firings_equal_processes() -> None:
    rasters = spike_processes_to_firings([S1, S2], 8), spike_processes_to_firings([S2], 8)
    np.testing.assert_array_equal(
        stdp_offline_dw_firings([[1], [1]], *rasters, UNIT),
        stdp_offline_dw_processes([[1], [1]], [S1, S2], [S2], UNIT),
    )
