"""The difference between a fixed-point series and its float reference.

Example: `measure_difference("x1", [16, 15], [16.0, 14.48]).largest` is 0.52.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.errors import ParameterError


@dataclass(frozen=True)
class Difference:
    """The difference between two series of one variable.

    Parameters
    ----------
    variable : str
    largest, mean : float
        Largest and mean |fixed - float| over all steps and elements.
    first_step : int or None
        First step in which any element differs; None: they are equal.
    first_unit_step : int or None
        First step in which an element differs by 1 or more, which is more than one rounding.
    final_fixed, final_float : float
        Mean over all elements after the last step.
    """

    variable: str
    largest: float
    mean: float
    first_step: int | None
    first_unit_step: int | None
    final_fixed: float
    final_float: float


def measure_difference(
    variable: str, fixed: ArrayLike, ideal: ArrayLike, steps: Sequence[int] | None = None
) -> Difference:
    """Compare two series sample by sample.

    Parameters
    ----------
    variable : str
    fixed, ideal : [sample, ...] array_like
        Two series of the same shape, with at least one sample.
    steps : sequence of int, optional
        Step of each sample; 1, 2, ... by default.

    Returns
    -------
    Difference

    Raises
    ------
    ParameterError
        The shapes differ, or are empty.

    Examples
    --------
    >>> measure_difference("w", [[50], [52]], [[50], [51.5]]).first_step
    2
    """
    a, b = np.asarray(fixed, np.float64), np.asarray(ideal, np.float64)
    if a.shape != b.shape or a.size == 0:
        raise ParameterError(
            f"{variable} has shapes {a.shape} and {b.shape}; allowed: one shape, not empty"
        )
    count = len(a)
    numbers = np.arange(1, count + 1) if steps is None else np.asarray(steps)
    # a float run may overflow: what is not finite is infinitely far
    with np.errstate(invalid="ignore"):
        apart = np.abs(a.reshape(count, -1) - b.reshape(count, -1))
    apart[np.isnan(apart)] = np.inf
    return Difference(
        variable,
        float(apart.max()),
        float(apart.mean()),
        _first(numbers, apart.max(axis=1) > 0),
        _first(numbers, apart.max(axis=1) >= 1),
        float(a[-1].mean()),
        float(b[-1].mean()),
    )


def _first(steps: NDArray[np.int64], where: NDArray[np.bool_]) -> int | None:
    """The first step where it is so."""
    found = np.flatnonzero(where)
    return int(steps[found[0]]) if found.size else None
