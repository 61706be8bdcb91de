"""Metrics of a variant: texts such as `mean(plastic.weights)` or functions -> numbers.

A text names a reduction of what a probe records. A function takes an `Outcome` and returns a number
or an array; what it reads is listed in `record`, as `plastic.weights` or `cells.v every 10`.
Example: `Metrics({"weight": "mean(plastic.weights)"}, ())`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from loihi_emu.description.network import Network
from loihi_emu.description.probe import Probe
from loihi_emu.errors import LoihiEmuError, ParameterError, ScriptError, unknown_name
from loihi_emu.simulation.recording import Events, Recording

_TEXT: Final = re.compile(r"^\s*(\w+)\(\s*([^()]+)\.(\w+)\s*\)\s*$")
_RECORD: Final = re.compile(r"^\s*(.+)\.(\w+)(?:\s+every\s+(\d+))?\s*$")
_NAME: Final = re.compile(r"^\w[\w .-]*$")

OF_LAST: Final[dict[str, Callable[[Any], Any]]] = {
    "final": lambda last: last,
    "mean": np.mean,
    "std": np.std,
    "min": np.min,
    "max": np.max,
    "sum": np.sum,
}
"""Reductions of the last sample of a variable."""

OF_SPIKES: Final[dict[str, Callable[[Events], Any]]] = {
    "count": len,
    "rate": lambda events: len(events) / max(1, events.n * (events.stop - events.start)),
    "counts": lambda events: np.bincount(events.neurons, minlength=events.n),
}
"""Reductions of spikes: of all neurons, a neuron and step, and of each neuron."""


@dataclass(frozen=True)
class Outcome:
    """What a function of a metric gets: one variant, after its run.

    Parameters
    ----------
    recording : Recording
    network : Network
        That the recording's items are of; its numbers are those of another variant of the same
        structure.
    parameters : mapping
    seed, steps : int

    Examples
    --------
    `outcome["plastic", "weights"][-1].mean()` is the mean weight after the last step.
    """

    recording: Recording
    network: Network
    parameters: Mapping[str, Any]
    seed: int
    steps: int

    def __getitem__(self, key: tuple[str, str]) -> Any:
        """What was recorded of an item, by the item's name."""
        name, variable = key
        return self.recording[self.network.find(name), variable]


@dataclass(frozen=True)
class _Requested:
    """A probe by names; `every` None: the last step alone."""

    item: str
    variable: str
    every: int | None


class Metrics:
    """What is kept of each variant.

    Parameters
    ----------
    given : mapping of str to text or function, or a function that returns such a mapping
    record : list of str
        What functions read.

    Attributes
    ----------
    source : object
        The metrics as text, which two equal sweeps have in common.

    Raises
    ------
    ParameterError, UnknownNameError
        A text that is no metric, or names a reduction that there is not.
    """

    def __init__(self, given: Any, record: Iterable[str] = ()) -> None:
        self._requested: list[_Requested] = [_recorded(text) for text in _texts(record)]
        self._all: Callable[[Outcome], Any] | None = None
        self._one: dict[str, Callable[[Outcome], Any]] = {}
        if callable(given):
            self._all = given
        elif isinstance(given, Mapping) and given:
            for name, one in given.items():
                if not isinstance(name, str) or not _NAME.match(name):
                    raise ParameterError(f"a metric is called {name!r:.60}; allowed: a word")
                self._one[name] = one if callable(one) else self._of_text(name, one)
        else:
            raise ParameterError(
                f"metrics is {given!r:.60}; allowed: a mapping such as "
                "{'weight': 'mean(plastic.weights)'}, or a function"
            )

    def _of_text(self, name: str, text: Any) -> Callable[[Outcome], Any]:
        found = _TEXT.match(text) if isinstance(text, str) else None
        if found is None:
            raise ParameterError(
                f"metric {name} is {text!r:.60}; allowed: text such as 'mean(plastic.weights)' or "
                "'count(cells.spikes)', or a function"
            )
        reduction, item, variable = found.groups()
        known = OF_SPIKES if variable == "spikes" else OF_LAST
        if reduction not in known:
            raise unknown_name(f"reduction of {variable}", reduction, known)
        self._requested.append(_Requested(item, variable, 1 if variable == "spikes" else None))
        return _Reduction(reduction, item, variable)

    def probes(self, network: Network, steps: int) -> list[Probe]:
        """What to record so that all metrics can be computed."""
        every: dict[tuple[str, str], int] = {}
        for asked in self._requested:
            key = asked.item, asked.variable
            wanted = asked.every or steps
            every[key] = wanted if key not in every else int(np.gcd(every[key], wanted))
        return [
            Probe(network.find(item), variable, step) for (item, variable), step in every.items()
        ]

    def of(self, outcome: Outcome) -> dict[str, float | list[Any]]:
        """The metrics of one variant: numbers as float, arrays as flat lists.

        Raises
        ------
        ParameterError
            A function returned something else.
        ScriptError
            A function raised an exception.
        """
        try:
            if self._all is not None:
                found = self._all(outcome)
            else:
                found = {name: one(outcome) for name, one in self._one.items()}
        except LoihiEmuError:
            raise
        except Exception as error:
            raise ScriptError(f"a metric raised {type(error).__name__}: {error}") from error
        if not isinstance(found, Mapping) or not found:
            raise ParameterError(f"metrics returned {found!r:.60}; allowed: numbers by name")
        return {str(name): _plain(str(name), value) for name, value in found.items()}


@dataclass(frozen=True)
class _Reduction:
    """A metric that a text means."""

    name: str
    item: str
    variable: str

    def __call__(self, outcome: Outcome) -> Any:
        found = outcome[self.item, self.variable]
        if self.variable == "spikes":
            return OF_SPIKES[self.name](found)
        if len(found) == 0:
            raise ParameterError(
                f"{self.name}({self.item}.{self.variable}) needs at least one step"
            )
        return OF_LAST[self.name](np.asarray(found[-1], np.float64))


def _plain(name: str, value: Any) -> float | list[Any]:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ParameterError(f"metric {name} is {value!r:.60}; allowed: a number or an array")
    if array.ndim == 0:
        return float(array)
    kind = np.float64 if array.dtype.kind == "f" else np.int64
    return list(array.astype(kind).ravel().tolist())


def _texts(record: Iterable[str]) -> Iterable[str]:
    if isinstance(record, str) or not isinstance(record, Iterable):
        raise ParameterError(f"record is {record!r:.60}; allowed: a list such as ['cells.spikes']")
    return record


def _recorded(text: Any) -> _Requested:
    found = _RECORD.match(text) if isinstance(text, str) else None
    if found is None or found[3] == "0":
        raise ParameterError(
            f"record holds {text!r:.60}; allowed: 'plastic.weights' or 'cells.v every 10'"
        )
    return _Requested(found[1], found[2], int(found[3] or 1))
