"""Numbers as literals of rule text.

Example: `float_to_literal(-0.25)` is "(-1) * 2 ^ -2".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__, "apply_mask")


def stochastic_round(values: NDArray[Any], random_numbers: Any, probabilities: Any) -> NDArray[Any]:
    """Values, raised by 1 where a random number lies below the probability.

    Parameters
    ----------
    values : array
    random_numbers, probabilities : array_like
        In the same unit.

    Examples
    --------
    >>> stochastic_round(np.array([2, 5]), 0.5, np.array([0.7, 0.1])).tolist()
    [3, 5]
    """
    return np.asarray(values + np.less(random_numbers, probabilities).astype(int))


def float_to_literal(learning_parameter: float) -> str:
    """The nearest literal m * 2^e whose m is the number's whole part, or 1 below 1.

    Parameters
    ----------
    learning_parameter : float

    Returns
    -------
    str
        "(m)", "(m) * 2 ^ e", or "0".

    Examples
    --------
    >>> float_to_literal(5), float_to_literal(-0.3)
    ('(5)', '(-1) * 2 ^ -2')
    """
    if learning_parameter == 0:
        return "0"
    size = abs(learning_parameter)
    mantissa = max(math.floor(size), 1)
    signed = mantissa if learning_parameter > 0 else -mantissa
    rest = size / mantissa
    return f"({signed})" if rest == 1 else f"({signed}) * 2 ^ {round(math.log2(rest))}"
