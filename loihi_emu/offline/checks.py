"""Checks of what a user gives: a clean value, or a `ParameterError` that says what is allowed.

Each function takes the name to show in its message first; `spike_process("inputs[3]", [4, 4])`
raises "inputs[3] goes from 4 to 4 at index 1; spike times must increase strictly".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.errors import ParameterError

Times: TypeAlias = NDArray[np.int64 | np.float64]

#: Beyond this, neighbouring whole steps cannot be told apart in double precision.
LATEST_TIME = 2**53


def number(
    name: str, value: object, *, above: float | None = None, at_least: float | None = None
) -> float:
    """`value` as a float: a finite real number within the given limit."""
    allowed = "a finite number"
    if above is not None:
        allowed += f" above {above:g}"
    if at_least is not None:
        allowed += f" of at least {at_least:g}"
    if not isinstance(value, bool) and isinstance(value, Real):
        checked = float(value)
        low = above is not None and not checked > above
        low |= at_least is not None and not checked >= at_least
        if math.isfinite(checked) and not low:
            return checked
    raise ParameterError(f"{name} is {value!r}; it must be {allowed}")


def flag(name: str, value: object) -> bool:
    """`value` as a bool: True or False and nothing that is merely truthy."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ParameterError(f"{name} is {value!r}; it must be True or False")


def array(name: str, value: ArrayLike, kinds: str, allowed: str) -> NDArray[np.generic]:
    """`value` as an array of one of `kinds`, or empty: an empty list has no kind of its own."""
    try:
        checked = np.asarray(value)
    except ValueError as error:  # ragged lists
        raise ParameterError(f"{name} is not rectangular; it must be {allowed}") from error
    if checked.dtype.kind not in kinds and checked.size:
        raise ParameterError(f"{name} has dtype {checked.dtype}; it must be {allowed}")
    return checked


def finite(name: str, values: NDArray[np.float64], where: str = "") -> NDArray[np.float64]:
    """`values`, none of them NaN or infinite."""
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        place = tuple(int(i) for i in bad[0])
        at = f" at {where}{list(place)}" if place else ""
        raise ParameterError(f"{name} is {values[place]}{at}; it must be finite")
    return values


def several(name: str, value: Iterable[ArrayLike]) -> list[ArrayLike]:
    """`value` as a list, one item a neuron."""
    try:
        return list(value)
    except TypeError as error:
        raise ParameterError(
            f"{name} is {value!r}; it must be a sequence with one spike process a neuron"
        ) from error


def firing_record(name: str, value: ArrayLike, ndim: int) -> NDArray[np.bool_]:
    """`value` as a record of zeros and ones: [step] (ndim 1) or [step, neuron] (ndim 2)."""
    axes = "[step]" if ndim == 1 else "[step, neuron]"
    checked = array(name, value, "biuf", f"an array {axes} of 0 and 1")
    if checked.ndim != ndim:
        raise ParameterError(f"{name} has shape {checked.shape}; it must be an array {axes}")
    if checked.dtype == np.bool_:
        return checked.astype(np.bool_, copy=False)
    bad = np.argwhere((checked != 0) & (checked != 1))
    if bad.size:
        place = tuple(int(i) for i in bad[0])
        raise ParameterError(
            f"{name} is {checked[place]} at {list(place)}; a firing record holds only 0 and 1"
        )
    return checked.astype(np.bool_)


def spike_process(name: str, value: ArrayLike) -> Times:
    """`value` as spike times: one axis, finite, strictly increasing.

    Whole times become int64, others stay float64. A train that is out of order is refused, not
    sorted: most often it is a firing record or a list of neurons, given by mistake.
    """
    allowed = "a one-dimensional array of spike times"
    checked = array(name, value, "biuf", allowed)
    if checked.ndim != 1:
        raise ParameterError(f"{name} has shape {checked.shape}; it must be {allowed}")
    if checked.size == 0:
        return np.zeros(0, dtype=np.int64)
    if checked.dtype == np.bool_:
        raise ParameterError(
            f"{name} has dtype bool: a firing record; firing_to_spike_process turns it into times"
        )
    wide = checked.astype(np.float64)
    finite(name, wide)
    far = np.flatnonzero(np.abs(wide) > LATEST_TIME)
    if far.size:
        raise ParameterError(
            f"{name} is {checked[far[0]]} at [{far[0]}]; times must lie in -2**53..2**53"
        )
    fall = np.flatnonzero(wide[1:] <= wide[:-1])
    if fall.size:
        i = int(fall[0])
        raise ParameterError(
            f"{name} goes from {checked[i]} to {checked[i + 1]} at index {i + 1}; "
            "spike times must increase strictly"
        )
    return wide if checked.dtype.kind == "f" else checked.astype(np.int64)


def whole_steps(name: str, value: ArrayLike) -> NDArray[np.int64]:
    """`value` as a spike process whose times index the rows of a firing record: 0, 1, 2..."""
    times = spike_process(name, value)
    if times.dtype != np.int64:
        raise ParameterError(f"{name} has dtype {times.dtype}; a firing record needs whole steps")
    if times.size and times[0] < 0:
        raise ParameterError(f"{name} is {times[0]} at [0]; a firing record starts at step 0")
    return times.astype(np.int64, copy=False)
