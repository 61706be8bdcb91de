"""The learning window: how much a pair of spikes changes a weight, by the time between them.

dt = t_post - t_pre. `Exponential(1, 10, 1, 10)(dt)` is antisymmetric, exp(-dt / 10) for dt > 0
and -exp(dt / 10) for dt < 0; `Hat(1, 5)(dt)` is symmetric. An infinite dt stands for no pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Exponential:
    """Increase for dt > 0, decrease for dt < 0, 0 for dt = 0; the sides have their own taus."""

    increase: float
    tau_increase: float
    decrease: float
    tau_decrease: float

    def __call__(self, dt: NDArray[np.float64]) -> NDArray[np.float64]:
        """Change by each pair."""
        amplitude = np.where(dt > 0, self.increase, np.where(dt < 0, -self.decrease, 0.0))
        tau = np.where(dt > 0, self.tau_increase, self.tau_decrease)
        with np.errstate(over="ignore"):  # a quotient beyond double precision: a change of 0
            return np.asarray(amplitude * np.exp(-np.abs(dt) / tau))


@dataclass(frozen=True)
class Hat:
    """The Ricker wavelet, or Mexican hat, scaled to `peak` at dt = 0; 0 at |dt| = sigma."""

    peak: float
    sigma: float

    #: exp(-38.7² / 2) underflows: from so many sigmas on a hat is 0 in double precision.
    REACH_SIGMAS = 38.7

    def __call__(self, dt: NDArray[np.float64]) -> NDArray[np.float64]:
        """Change by each pair."""
        with np.errstate(over="ignore"):
            # clamped beyond the reach, lest 0 * inf be taken
            square = np.minimum(np.square(dt / self.sigma), self.REACH_SIGMAS**2)
        return np.asarray(self.peak * (1.0 - square) * np.exp(-0.5 * square))
