"""Bounds of a weight: how a change is scaled near 0 and WMax, and the new weights.

Source: Scholarpedia, "Spike-timing dependent plasticity" (Sjöström and Gerstner 2010). An increase
is multiplied by EtaPlus (soft bounds: and by WMax - w), a decrease by EtaMinus (soft bounds: and by
w). `WeightBounds(2.0).apply([[0.5]], [[1.0]])` is `[[2.0]]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import ParameterError
from loihi_emu.offline import checks
from loihi_emu.offline.synapses import canonical, dense_weights, is_sparse, restored


@dataclass(frozen=True)
class WeightBounds:
    """Soft or hard bounds that keep weights in 0..WMax.

    Parameters
    ----------
    WMax : float
        Largest weight, above 0.
    EtaPlus, EtaMinus : float, default 1
        Learning rates of increases and decreases, at least 0. Soft bounds multiply them by a
        weight: there their unit is 1 / weight.
    Soft : bool, default True
        True: an increase is multiplied by EtaPlus (WMax - w), a decrease by EtaMinus w, so that
        both fade towards their bound. False: by EtaPlus and EtaMinus, and weights are clipped.

    Raises
    ------
    ParameterError
        A value is outside its range.

    Examples
    --------
    >>> bounds = WeightBounds(WMax=1.0, EtaPlus=0.5, EtaMinus=0.5)
    >>> bounds.apply([[0.2, 0.2]], [[0.1, -0.1]])
    array([[0.24, 0.19]])
    >>> WeightBounds(WMax=1.0, Soft=False).apply([[0.2, 0.2]], [[0.1, -0.5]]).round(9)
    array([[0.3, 0. ]])
    """

    WMax: float
    EtaPlus: float = 1.0
    EtaMinus: float = 1.0
    Soft: bool = True

    def __post_init__(self) -> None:
        checked = {
            "WMax": checks.number("WMax", self.WMax, above=0),
            "EtaPlus": checks.number("EtaPlus", self.EtaPlus, at_least=0),
            "EtaMinus": checks.number("EtaMinus", self.EtaMinus, at_least=0),
            "Soft": checks.flag("Soft", self.Soft),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def Hard(self) -> bool:  # noqa: N802
        """Whether the bounds are hard."""
        return not self.Soft

    def apply(self, W: Any, *changes: Any) -> Any:  # noqa: N803
        """New weights after one or more changes, all computed for the weights `W`.

        Parameters
        ----------
        W : array_like or scipy.sparse matrix
            Weights in 0..WMax.
        *changes : array_like or scipy.sparse matrix
            Weight changes as from `stdp_offline_dw_processes`, each of the shape of `W` and, if
            `W` is sparse, with the same stored entries. The sign of an entry decides whether it is
            an increase or a decrease. So one matrix scales the net change of each synapse. To scale
            increases and decreases separately, compute them separately (AMinus 0, then APlus 0) and
            give both.

        Returns
        -------
        ndarray or scipy.sparse matrix of float64
            Clipped to 0..WMax, with soft bounds too, as one large change can overshoot. Note that
            the matrix functions take a weight of exactly 0 for no synapse.

        Raises
        ------
        ParameterError
            A weight lies outside 0..WMax, a value is not finite, or shapes differ.
        """
        if not is_sparse(W):
            weights = dense_weights("W", W)
            parts = [_dense_change(weights, change) for change in changes]
            return self._new_weights(weights, parts)
        columns = canonical("W", W)
        parts = [_sparse_change(columns, change) for change in changes]
        return restored(columns, self._new_weights(columns.data, parts), W.format)

    def _new_weights(
        self, weights: NDArray[np.float64], changes: list[NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        outside = weights[(weights < 0) | (weights > self.WMax)]
        if outside.size:
            raise ParameterError(f"W holds {outside[0]}; weights must lie in 0..{self.WMax:g}")
        increase = self.EtaPlus * (self.WMax - weights if self.Soft else np.ones_like(weights))
        decrease = self.EtaMinus * (weights if self.Soft else np.ones_like(weights))
        total = sum((np.where(dw > 0, increase, decrease) * dw for dw in changes), start=0.0)
        return np.clip(weights + total, 0.0, self.WMax)


def _dense_change(weights: NDArray[np.float64], change: Any) -> NDArray[np.float64]:
    """`change`, checked to belong to dense `weights`."""
    if is_sparse(change):
        raise ParameterError("a change is sparse; W is dense and so must be its changes")
    dw = dense_weights("a change", change)
    if dw.shape != weights.shape:
        raise ParameterError(f"a change has shape {dw.shape}; W has {weights.shape}")
    return dw


def _sparse_change(columns: Any, change: Any) -> NDArray[np.float64]:
    """The stored values of `change`, checked to belong to the canonical `columns`."""
    if not is_sparse(change):
        raise ParameterError("a change is dense; W is sparse and so must be its changes")
    dw = canonical("a change", change)
    if dw.shape != columns.shape:
        raise ParameterError(f"a change has shape {dw.shape}; W has {columns.shape}")
    if not (
        np.array_equal(dw.indptr, columns.indptr) and np.array_equal(dw.indices, columns.indices)
    ):
        raise ParameterError("a change has other stored entries than W; both must have the same")
    return np.asarray(dw.data, dtype=np.float64)
