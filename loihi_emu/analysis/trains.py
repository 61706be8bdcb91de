"""Frozen spike trains, and the square wave that serves as a third factor.

Authority: Lava's STDP tutorial draws a raster [neuron, step] for pre and then one for post from
NumPy's legacy generator; `np.random.seed(123)` there is `seed=123` here, spike for spike.
A third train, drawn after them, is the reward of rules with r0 or r1.
Example: `pre, post, reward = frozen_trains(neurons=1, steps=200, probability=0.03, seed=123)`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

WAVES: Final = 2
"""Times that a third factor is on in a run: its second and its fourth quarter."""


def frozen_trains(
    *, neurons: int, steps: int, probability: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Draw spikes of pre and post neurons, and rewards, independently of each other.

    Parameters
    ----------
    neurons : int
        Number of neurons of each side.
    steps : int
    probability : float
        Probability of a spike in a step, 0..1.
    seed : int
        0..2**32 - 1.

    Returns
    -------
    pre, post : [step, neuron] int64 array
        0 or 1.
    reward : [step] int64 array
        0 or 1.
    """
    draw = np.random.RandomState(seed).random_sample
    pre, post = (draw((neurons, steps)) < probability for _ in range(2))
    reward = draw(steps) < probability
    return pre.T.astype(np.int64), post.T.astype(np.int64), reward.astype(np.int64)


def square_wave(steps: int) -> NDArray[np.int64]:
    """1 in the second and fourth quarter of a run, else 0; [step].

    >>> square_wave(8).tolist()
    [0, 0, 1, 1, 0, 0, 1, 1]
    """
    return np.arange(steps) * 2 * WAVES // steps % 2
