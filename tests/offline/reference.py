"""The pair rule as the literature writes it: every pair of spikes, one exponential each.

Slow and independent of `loihi_emu.offline`; sums are exact (`math.fsum`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.offline import STDPParams

Train = Sequence[float]


def change(dt: float, params: STDPParams) -> float:
    if params.AMinus is None:
        assert params.Sigma is not None
        x = dt / params.Sigma
        return params.APlus * (1 - x * x) * math.exp(-x * x / 2)
    assert params.TauPlus is not None
    assert params.TauMinus is not None
    if dt > 0:
        return params.APlus * math.exp(-dt / params.TauPlus)
    return -params.AMinus * math.exp(dt / params.TauMinus) if dt < 0 else 0.0


def delta_times(pre: Train, post: Train, params: STDPParams) -> list[float]:
    if params.all_to_all:
        return [t_post - t_pre for t_pre in pre for t_post in post]
    differences = []
    for t_post in post:
        before = [t for t in pre if t < t_post]
        differences += [t_post - max(before)] if before else []
    for t_pre in pre:
        before = [t for t in post if t < t_pre]
        differences += [max(before) - t_pre] if before else []
    return differences + [0.0 for t in pre if t in set(post)]


def pairwise(
    weights: Any, inputs: Sequence[Train], outputs: Sequence[Train], params: STDPParams
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight changes [pre, post], and the sums of the pairs' magnitudes."""
    total, magnitude = np.zeros(np.shape(weights)), np.zeros(np.shape(weights))
    for i, o in np.argwhere(np.asarray(weights) != 0):
        pairs = [change(dt, params) for dt in delta_times(inputs[i], outputs[o], params)]
        total[i, o] = math.fsum(pairs)
        magnitude[i, o] = math.fsum(map(abs, pairs))
    return total, magnitude


def assert_equal_to_pairs(
    found: NDArray[np.float64],
    weights: Any,
    inputs: Sequence[Train],
    outputs: Sequence[Train],
    params: STDPParams,
) -> None:
    """`found` is the pairwise sum within 1e-12 of its pairs' magnitudes."""
    total, magnitude = pairwise(weights, inputs, outputs, params)
    assert found.shape == total.shape
    # below 1e-290 an exponential has lost bits on its way to underflow
    assert np.all(np.abs(found - total) <= 1e-12 * magnitude + 1e-290)
