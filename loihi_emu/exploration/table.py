"""The result of a sweep: one row a variant, one column a parameter or metric.

Example: `table["weight"]` is an array; `table.to_pandas()` a DataFrame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import unknown_name

Columns = Mapping[str, Sequence[Any]]


class SweepTable(Mapping[str, NDArray[Any]]):
    """Results by column; rows are in the order of the variants.

    Columns are `variant`, each parameter, `seed`, `steps`, each metric; after a search also
    `trial` and `pruned`. A metric that is an array has an array in each row.

    Parameters
    ----------
    columns : mapping of str to list
        Of equal lengths.
    parameters, metrics : sequence of str
        Names of columns.
    objectives : mapping of str to {'minimize', 'maximize'}
        Of a guided search.

    Attributes
    ----------
    parameters, metrics, objectives

    Examples
    --------
    >>> table = SweepTable({"variant": [0, 1], "weight": [3.0, 5.0]}, (), ("weight",))
    >>> table["weight"].tolist(), table.n_rows
    ([3.0, 5.0], 2)
    """

    def __init__(
        self, columns: Columns, parameters: Sequence[str], metrics: Sequence[str],
        objectives: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._columns = {name: _column(values) for name, values in columns.items()}
        self.parameters, self.metrics = tuple(parameters), tuple(metrics)
        self.objectives = dict(objectives or {})

    def __getitem__(self, name: str) -> NDArray[Any]:
        try:
            return self._columns[name]
        except KeyError:
            raise unknown_name("column", name, self._columns) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<SweepTable: {self.n_rows} rows, columns {', '.join(self._columns)}>"

    @property
    def n_rows(self) -> int:
        """Number of variants."""
        return len(next(iter(self._columns.values()), ()))

    def row(self, k: int) -> dict[str, Any]:
        """Row k as values by column."""
        return {name: _plain(values[k]) for name, values in self._columns.items()}

    def best(self) -> list[dict[str, Any]]:
        """The trials that no other beats in all objectives: the Pareto front, or the one best.

        Values of a trial are its means over the seeds. Trials are in their order.

        Returns
        -------
        list of dict
            `trial`, the parameters, and the objectives.
        """
        if not self.objectives:
            return []
        trials = self._trials()
        signs = [1 if way == "minimize" else -1 for way in self.objectives.values()]
        scores = np.array(
            [[sign * one[name] for sign, name in zip(signs, self.objectives, strict=True)]
             for one in trials]
        ).reshape(len(trials), len(signs))  # fmt: skip
        kept = [one for k, one in enumerate(trials) if not _is_beaten(scores, k)]
        return kept[:1] if len(signs) == 1 else kept

    def _trials(self) -> list[dict[str, Any]]:
        """Trials that ran to the end, with their mean objectives."""
        found = []
        for trial in np.unique(self["trial"][~self["pruned"]]).tolist():
            rows = np.flatnonzero((self["trial"] == trial) & ~self["pruned"])
            first = self.row(int(rows[0]))
            one = {"trial": trial, **{name: first[name] for name in self.parameters}}
            found.append(one | {name: float(self[name][rows].mean()) for name in self.objectives})
        return found

    def to_pandas(self) -> Any:
        """The table as a pandas DataFrame; pandas must be installed."""
        from loihi_emu.exploration.extra import require

        return require("pandas", "to_pandas").DataFrame(
            {name: list(values) for name, values in self._columns.items()}
        )


def _is_beaten(scores: NDArray[np.float64], k: int) -> bool:
    """Whether another trial is as good everywhere and better somewhere; NaN is beaten."""
    own = scores[k]
    if np.isnan(own).any():
        return True
    return bool(((scores <= own).all(axis=1) & (scores < own).any(axis=1)).any())


def _plain(value: Any) -> Any:
    """A number of NumPy as Python's."""
    return value.item() if isinstance(value, np.generic) else value


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Plain numbers or text as an array, all else as an array of objects."""
    kinds = {type(one) for one in values}
    if kinds and (kinds <= {int, float, bool} or kinds == {str}):
        return np.array(values)
    column: NDArray[Any] = np.empty(len(values), object)
    for k, one in enumerate(values):
        column[k] = np.array(one) if isinstance(one, list) else one
    return column
