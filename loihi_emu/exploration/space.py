"""Parameters and seeds -> variants: a grid, a list, or draws from ranges.

Variant k is computed when it is asked for, so that a million take no memory.
Example: `Space({"cells.vth": [5, 10], "plastic.x1_tau": [4, 8, 16]}, [0, 1]).n` is 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, prod
from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.description.validation import whole_number
from loihi_emu.errors import ParameterError, suggestion
from loihi_emu.sweeps.differences import SEEDS

_RANGE_KEYS: Final = ("low", "high", "log", "integer")
MOST_VARIANTS: Final = 1 << 40
_MOST_SEEDS: Final = 1 << 24


class Variant(NamedTuple):
    """One row of a sweep: its number, its parameters, its seed."""

    number: int
    parameters: Mapping[str, Any]
    seed: int


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included, evenly or evenly in their logarithm."""

    low: float
    high: float
    log: bool = False
    integer: bool = False

    def at(self, part: float) -> float | int:
        """The number at a part 0..1 of the range."""
        low, high = (self.low, self.high + 1) if self.integer else (self.low, self.high)
        found = exp(log(low) + part * (log(high) - log(low))) if self.log else low
        if not self.log:
            found = low + part * (high - low)
        return min(int(found), int(self.high)) if self.integer else min(found, self.high)

    @property
    def ends(self) -> tuple[float | int, float | int]:
        """Both ends, as the numbers that variants get."""
        return self.at(0.0), int(self.high) if self.integer else self.high


Axis = tuple[Any, ...] | Range
"""The values of one parameter."""


def axes(parameters: Mapping[str, Any]) -> dict[str, Axis]:
    """Checked values by parameter: lists, and ranges `{"low": 1, "high": 9}`.

    Raises
    ------
    ParameterError
        A name is no text, or there are no values for it.
    """
    return {_name(name): _axis(name, given) for name, given in parameters.items()}


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name or name in ("seed", "variant", "steps", "trial"):
        raise ParameterError(
            f"a parameter is called {name!r:.60}; allowed: text, such as 'plastic.x1_tau'. "
            "Seeds are given by themselves"
        )
    return name


def _axis(name: str, given: Any) -> Axis:
    if isinstance(given, Mapping):
        return _range(name, given)
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise ParameterError(
            f"{name} is {given!r:.60}; allowed: a list of values, or a range such as "
            "{'low': 1, 'high': 9}"
        )
    values = tuple(one.item() if isinstance(one, np.generic) else one for one in given)
    if not values:
        raise ParameterError(f"{name} has no values; allowed: at least one")
    return values


def _range(name: str, given: Mapping[str, Any]) -> Range:
    for key in given:
        if key not in _RANGE_KEYS:
            raise ParameterError(f"{name}: {key!r} is no key of a range; {_keys(key)}")
    low, high = given.get("low"), given.get("high")
    for key, value in (("low", low), ("high", high)):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not np.isfinite(float(value or 0)):
            raise ParameterError(f"{name}: {key} is {value!r:.60}; allowed: a finite number")
    found = Range(low, high, bool(given.get("log")), bool(given.get("integer")))  # type: ignore[arg-type]
    if found.low > found.high:
        raise ParameterError(f"{name}: low is {low}; allowed: up to high = {high}")
    if found.log and found.low <= 0:
        raise ParameterError(f"{name}: low is {low}; allowed with log: above 0")
    return found


def _keys(key: Any) -> str:
    return suggestion(str(key), _RANGE_KEYS)


def checked_seeds(seeds: int | Iterable[int]) -> list[int]:
    """Seeds as a list; a number n means 0 .. n - 1.

    Raises
    ------
    ParameterError
        No seed, or one out of 0..2^63 - 1.
    """
    if isinstance(seeds, int | np.integer) and not isinstance(seeds, bool):
        return list(range(whole_number("seeds", seeds, (1, _MOST_SEEDS))))
    if isinstance(seeds, str | Mapping) or not isinstance(seeds, Iterable):
        raise ParameterError(f"seeds is {seeds!r:.60}; allowed: a list, or how many there are")
    found = [whole_number(f"seeds[{k}]", one, SEEDS) for k, one in enumerate(seeds)]
    if not found:
        raise ParameterError("seeds is empty; allowed: at least one")
    return found


class Space:
    """All variants of a sweep that is no guided search; seeds vary fastest, then the last name.

    Parameters
    ----------
    parameters : mapping, or list of mappings
        Values by name for a grid; or the variants themselves.
    seeds : list of int
    trials : int, optional
        Draw so many sets of values in place of a grid.
    draw_seed : int
        Of these draws.

    Attributes
    ----------
    n : int
    names : tuple of str
    is_listed : bool
        Whether the variants are listed one by one.
    """

    def __init__(
        self, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]], seeds: list[int],
        trials: int | None = None, draw_seed: int = 0,
    ) -> None:  # fmt: skip
        self.seeds, self._trials, self._draw_seed = seeds, trials, draw_seed
        self._listed: list[Mapping[str, Any]] | None = None
        if isinstance(parameters, Mapping):
            self.axes = axes(parameters)
        else:
            self._listed = _listed(parameters)
            self.axes = {
                name: tuple(_different(one[name] for one in self._listed))
                for name in self._listed[0]
            }
        self.names, self.is_listed = tuple(self.axes), self._listed is not None
        self.n = self._sets() * len(seeds)
        if self.n > MOST_VARIANTS:
            raise ParameterError(f"there are {self.n} variants; allowed: up to {MOST_VARIANTS}")

    def _sets(self) -> int:
        """Sets of values, each of which runs with every seed."""
        if self._listed is not None:
            if self._trials is not None:
                raise ParameterError("a search draws from values by name, not from listed variants")
            return len(self._listed)
        if self._trials is not None:
            return self._trials
        for name, axis in self.axes.items():
            if isinstance(axis, Range):
                raise ParameterError(
                    f"{name} is a range, which a grid cannot list; allowed: a list of values, or "
                    "a search with a number of trials"
                )
        return prod(len(axis) for axis in self.axes.values() if not isinstance(axis, Range))

    def variant(self, number: int) -> Variant:
        """The variant of a number 0..n - 1."""
        which, of_seed = divmod(number, len(self.seeds))
        return Variant(number, self._set(which), self.seeds[of_seed])

    def _set(self, which: int) -> Mapping[str, Any]:
        if self._listed is not None:
            return self._listed[which]
        if self._trials is not None:
            draws = np.random.Generator(np.random.Philox(key=[self._draw_seed, which]))
            parts = draws.random(len(self.axes)).tolist()  # of this set alone, in any order
            return {
                name: drawn(self.axes[name], part)
                for name, part in zip(self.names, parts, strict=True)
            }
        found: dict[str, Any] = {}
        for name, axis in reversed(self.axes.items()):
            assert not isinstance(axis, Range)
            which, place = divmod(which, len(axis))
            found[name] = axis[place]
        return {name: found[name] for name in self.names}


def drawn(axis: Axis, part: float) -> Any:
    """The value at a part 0..1 of a list or range."""
    return axis.at(part) if isinstance(axis, Range) else axis[int(part * len(axis))]


def _listed(given: Any) -> list[Mapping[str, Any]]:
    """Variants that are listed one by one; all have the same names."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParameterError(
            f"parameters is {given!r:.60}; allowed: values by name, or a list of such variants"
        )
    found = list(given)
    for k, one in enumerate(found):
        if not isinstance(one, Mapping):
            raise ParameterError(f"parameters[{k}] is {one!r:.60}; allowed: values by name")
        if set(one) != set(found[0]):
            odd = min(set(one) ^ set(found[0]), key=str)
            raise ParameterError(
                f"parameters[{k}] and parameters[0] differ in {odd!r}; allowed: the same names"
            )
        for name in one:
            _name(name)
    if not found:
        raise ParameterError("parameters is an empty list; allowed: at least one variant")
    return found


def _different(values: Iterable[Any]) -> list[Any]:
    """Values without repetitions, in their order; each by what it prints as."""
    return list({f"{type(one).__name__} {one!r}": one for one in values}.values())


def kind_of(axis: Axis) -> type:
    """What a parameter's values are in a table: int, float where any is, else text."""
    if isinstance(axis, Range):
        return int if axis.integer else float
    kinds = {type(one) for one in axis}
    if kinds == {int}:
        return int
    return float if kinds <= {int, float} else str
