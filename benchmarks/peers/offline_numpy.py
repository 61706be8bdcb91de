"""The peer of the offline matrices: the pairwise NumPy formula, synapse by synapse.

Forms the differences of all pairs of spikes of a synapse and takes one exponential each. Of four
ways to write it (`where` over both branches, sign times exp(-|dt|), the same in place, masks)
this one, by masks, is the fastest: 0.14 ms for 200 x 200 spikes, the others 0.32 to 0.52 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def pairwise_dw(
    pre: NDArray[np.int64],
    post: NDArray[np.int64],
    a_plus: float,
    tau_plus: float,
    a_minus: float,
    tau_minus: float,
) -> float:
    """Weight change of one synapse: the sum of the exponential window over all pairs."""
    dt = post[np.newaxis, :] - pre[:, np.newaxis]
    increase = a_plus * np.exp(-dt[dt > 0] / tau_plus).sum()
    decrease = a_minus * np.exp(dt[dt < 0] / tau_minus).sum()
    return float(increase - decrease)


def pairwise_changes(
    synapses: Iterable[tuple[int, int]],
    inputs: Sequence[NDArray[np.int64]],
    outputs: Sequence[NDArray[np.int64]],
    window: tuple[float, float, float, float],
) -> NDArray[np.float64]:
    """Weight changes of the given (pre, post) pairs; `window` as in `pairwise_dw`."""
    return np.array([pairwise_dw(inputs[i], outputs[o], *window) for i, o in synapses])
