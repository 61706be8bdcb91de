"""Checks of single numbers: an empty list, or a list with one problem that says what is allowed.

NumPy scalars count as numbers; True and False do not.

>>> check_integer("t_epoch", 64, 1, 63)
[Problem(path='t_epoch', message='found 64; allowed: integers 1..63')]
"""

from __future__ import annotations

import math
from numbers import Integral, Real

from loihi_emu.errors import Problem


def check_integer(path: str, value: object, lowest: int, highest: int | None) -> list[Problem]:
    """A problem unless `value` is an integer in `lowest..highest`; None: no upper end."""
    allowed = f"integers {lowest}..{'' if highest is None else highest}"
    if not isinstance(value, bool) and isinstance(value, Integral):
        number = int(value)
        if lowest <= number and (highest is None or number <= highest):
            return []
    return [Problem(path, f"found {value!r:.60}; allowed: {allowed}")]


def check_number(path: str, value: object, lowest: int, highest: int | None) -> list[Problem]:
    """A problem unless `value` is a finite real number in `lowest..highest`."""
    allowed = f"finite numbers {lowest}..{'' if highest is None else highest}"
    if not isinstance(value, bool) and isinstance(value, Real):
        number = float(value)
        if math.isfinite(number) and lowest <= number and (highest is None or number <= highest):
            return []
    return [Problem(path, f"found {value!r:.60}; allowed: {allowed}")]
