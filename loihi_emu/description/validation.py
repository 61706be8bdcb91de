"""Checks of what a user gives: each returns a clean array, or raises an error that names the value.

Example: `whole_numbers("weights", [[300]], (-256, 255), (1, 1))` says that weights[0, 0] is 300.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.errors import ParameterError


def real_numbers(
    name: str, values: ArrayLike, shape: tuple[int, ...] | None = None
) -> NDArray[np.float64]:
    """`values` as finite float64, broadcast to `shape`.

    Raises
    ------
    ParameterError
        Not numbers, NaN or infinite, or of a shape that does not fit.
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} is {_short(values)}; allowed: numbers") from None
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise ParameterError(
            f"{_place(name, bad[0])} is {array[tuple(bad[0])]}; allowed: finite numbers"
        )
    return array if shape is None else _fit(name, array, shape)


def whole_numbers(
    name: str,
    values: ArrayLike,
    allowed: tuple[int, int] | range,
    shape: tuple[int, ...] | None = None,
) -> NDArray[np.int64]:
    """`values` as int64 in lowest..highest, broadcast to `shape`; floats must be whole.

    Raises
    ------
    ParameterError
        Not whole numbers, out of range, or of a shape that does not fit.
    """
    low, high = (allowed[0], allowed[-1]) if isinstance(allowed, range) else allowed
    if integers_within(values, low, high):
        whole: NDArray[np.int64] = np.asarray(values).astype(np.int64)
        return whole if shape is None else _fit(name, whole, shape)
    array = real_numbers(name, values)
    bad = np.argwhere((array < low) | (array > high) | (array != np.floor(array)))
    if len(bad):
        value = array[tuple(bad[0])]
        shown = int(value) if value == np.floor(value) else float(value)
        raise ParameterError(
            f"{_place(name, bad[0])} is {shown}; allowed: whole numbers {low}..{high}"
        )
    whole = array.astype(np.int64)
    return whole if shape is None else _fit(name, whole, shape)


def whole_number(name: str, value: Any, allowed: tuple[int, int] | range) -> int:
    """One whole number in lowest..highest.

    Raises
    ------
    ParameterError
        Anything else.
    """
    if type(value) is int and allowed[0] <= value <= allowed[-1]:
        return value
    if isinstance(value, bool) or _dimensions(value) != 0:
        raise ParameterError(f"{name} is {_short(value)}; allowed: one whole number")
    return int(whole_numbers(name, value, allowed))


def one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """A word among `allowed`.

    Raises
    ------
    ParameterError
        Anything else.
    """
    if not isinstance(value, str) or value not in allowed:
        raise ParameterError(f"{name} is {_short(value)}; allowed: {', '.join(allowed)}")
    return value


def instance_of(name: str, value: Any, kinds: type | tuple[type, ...], allowed: str) -> None:
    """Refuse an object of another class.

    Raises
    ------
    ParameterError
        It says the class that was found, and `allowed`.
    """
    if not isinstance(value, kinds):
        raise ParameterError(f"{name} is {_short(value)}; allowed: {allowed}")


def integers_within(values: ArrayLike, low: int, high: int) -> bool:
    """Whether `values` is an array of integers in low..high, which needs no closer look."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu" or not values.size:
        return False
    return bool(values.min() >= low and values.max() <= high)


def _fit(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """`array` broadcast to `shape`."""
    if array.ndim != 0 and array.shape != shape:
        raise ParameterError(f"{name} has shape {array.shape}; allowed: {shape} or one number")
    return np.broadcast_to(array, shape).copy()


def _dimensions(value: Any) -> int | None:
    """How many dimensions a value has; None for one that is no array."""
    try:
        return np.ndim(value)
    except ValueError:  # lists of different lengths
        return None


def _place(name: str, index: NDArray[np.int64]) -> str:
    """`name[i, j]`, or `name` alone for a scalar."""
    return f"{name}[{', '.join(map(str, index))}]" if index.size else name


def _short(value: Any) -> str:
    """A value, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
