"""A weight matrix W[pre, post], dense or sparse, to a list of synapses, and back.

Only entries that are not 0 are synapses. They are listed by postsynaptic neuron:
`[[1, 0], [1, 1]]` has the synapses (pre, post) = (0, 0), (1, 0), (1, 1).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import ParameterError
from loihi_emu.offline import checks

_ALLOWED = "a matrix [pre, post] of numbers, dense or scipy.sparse"


@dataclass(frozen=True)
class Synapses:
    """The synapses of a weight matrix.

    Parameters
    ----------
    shape : tuple of int
        (presynaptic neurons, postsynaptic neurons).
    pre, post : ndarray of int64, shape (synapses,)
        `post` never falls.
    matrix : callable
        Turns one value for each synapse into a float64 matrix with the weights' pattern.
    """

    shape: tuple[int, int]
    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    matrix: Callable[[NDArray[np.float64]], Any]


def synapses_of(weights: Any) -> Synapses:
    """The synapses of `weights`, checked."""
    if is_sparse(weights):
        return _of_sparse(canonical("W", weights), weights.format)
    return _of_dense(dense_weights("W", weights))


def is_sparse(weights: Any) -> bool:
    """Whether `weights` is of scipy.sparse; where that was never imported, nothing is."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and bool(sparse.issparse(weights))


def dense_weights(name: str, weights: Any) -> NDArray[np.float64]:
    """`weights` as a finite float64 matrix."""
    checked = checks.array(name, weights, "biuf", _ALLOWED)
    if checked.ndim != 2:
        raise ParameterError(f"{name} has shape {checked.shape}; it must be {_ALLOWED}")
    return checks.finite(name, checked.astype(np.float64))


def canonical(name: str, weights: Any) -> Any:
    """A scipy.sparse matrix as a finite float64 one by columns, sorted, without duplicates."""
    if weights.ndim != 2:
        raise ParameterError(f"{name} has shape {weights.shape}; it must be {_ALLOWED}")
    if weights.dtype.kind not in "biuf":
        raise ParameterError(f"{name} has dtype {weights.dtype}; it must be {_ALLOWED}")
    columns = weights.tocsc(copy=True).astype(np.float64)
    columns.sum_duplicates()
    checks.finite(name, columns.data, where="stored value ")
    return columns


def restored(columns: Any, values: NDArray[np.float64], like: str) -> Any:
    """`values` in the pattern of `columns`, in format `like` if that keeps a pattern, else CSR."""
    changed = columns.copy()
    changed.data = values
    return changed.asformat(like if like in ("csc", "csr", "coo") else "csr")


def _of_dense(weights: NDArray[np.float64]) -> Synapses:
    post, pre = np.nonzero(weights.T)

    def matrix(values: NDArray[np.float64]) -> NDArray[np.float64]:
        dense = np.zeros(weights.shape)
        dense[pre, post] = values
        return dense

    shape = (weights.shape[0], weights.shape[1])
    return Synapses(shape, pre.astype(np.int64), post.astype(np.int64), matrix)


def _of_sparse(columns: Any, like: str) -> Synapses:
    stored = np.flatnonzero(columns.data)
    post = np.repeat(np.arange(columns.shape[1], dtype=np.int64), np.diff(columns.indptr))
    pre = columns.indices.astype(np.int64)

    def matrix(values: NDArray[np.float64]) -> Any:
        data = np.zeros(columns.data.size)
        data[stored] = values
        return restored(columns, data, like)

    shape = (int(columns.shape[0]), int(columns.shape[1]))
    return Synapses(shape, pre[stored], post[stored], matrix)
