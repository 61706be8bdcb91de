"""STDP windows: the change of a synapse as a function of t_post - t_pre, computed or observed.

Example: `observed_changes(weights, pre, post, epoch=4, start=w0)` gives the points of the STDP
tutorial's last figure; `probing.probe_windows` the curve behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

VARIABLE_OF: Final = {"dw": "weights", "dd": "tag_2", "dt": "tag_1"}
"""The synaptic variable that each text of a rule changes."""

NOTHING: Final = 1e-9
"""What is smaller counts as no change."""


@dataclass(frozen=True)
class Window:
    """Change of a synaptic variable by one pair of spikes, as a function of their time difference.

    Parameters
    ----------
    target : str
        dw, dd or dt.
    lags : [lag] int64 array
        t_post - t_pre in steps.
    change, lowest, highest : [lag] float64 array
        Mean, lowest and highest over all places of the pair in the learning epoch.
    counted : {'event', 'total'}
        'event': the change in the epoch of the later spike, minus what an epoch without a spike
        changes. 'total': the sum over all epochs after the pair, for a target that no spike
        triggers.
    pairs : bool
        Whether a pair has an effect that its two spikes alone do not have.
    """

    target: str
    lags: NDArray[np.int64]
    change: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    counted: Literal["event", "total"]
    pairs: bool

    @property
    def explanation(self) -> str:
        """One sentence on what the window shows, or why there is none."""
        if not self.pairs:
            moved = np.abs(self.change).max(initial=0) > NOTHING
            alone = "pre and post spikes act each by itself" if moved else "no pair changes it"
            return f"{self.target} has no pair window: {alone}"
        if self.counted == "total":
            return f"{self.target} changes at epoch ends: the sum over all epochs after a pair"
        return f"{self.target} by a pair, in the learning epoch of its later spike"


def observed_changes(
    values: ArrayLike, pre: ArrayLike, post: ArrayLike, *, epoch: int, start: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Changes of synapses in a run, each with t_post - t_pre of the last two spikes before it.

    Parameters
    ----------
    values : [step, synapse] array_like
        A synaptic variable after every step.
    pre, post : [step, synapse] array_like
        Spikes of the neurons of each synapse.
    epoch : int
        Steps of a learning epoch; changes happen in steps that are multiples of it.
    start : [synapse] array_like
        Values before the first step.

    Returns
    -------
    lags : [change] int64 array
    changes : [change] float64 array
        One for every synapse and epoch in which its pre or post neuron spiked, as soon as both
        have spiked once. Changes of 0 are included.

    Examples
    --------
    >>> lags, changes = observed_changes([[5], [7]], [[1], [0]], [[0], [1]], epoch=1, start=[5])
    >>> lags.tolist(), changes.tolist()
    ([1], [2.0])
    """
    series = np.asarray(values, np.float64)
    ends = np.arange(epoch, len(series) + 1, epoch)
    at_ends = np.concatenate([np.atleast_2d(np.asarray(start, np.float64)), series[ends - 1]])
    last_pre, last_post = (_last_spike(np.asarray(side))[ends - 1] for side in (pre, post))
    began = (ends - epoch)[:, None]
    both = (last_pre > 0) & (last_post > 0)
    kept = both & ((last_pre > began) | (last_post > began))
    with np.errstate(invalid="ignore"):
        changes = np.diff(at_ends, axis=0)[kept]
    return (last_post - last_pre)[kept], changes


def _last_spike(raster: NDArray[np.generic]) -> NDArray[np.int64]:
    """Step of the last spike up to every step, 0 before the first."""
    steps = np.arange(1, len(raster) + 1)[:, None]
    return np.maximum.accumulate(np.where(raster != 0, steps, 0), axis=0)
