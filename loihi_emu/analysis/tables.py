"""Tables as data, and as plain text for pipes, files and terminals without colours.

A column of numbers is aligned right.

>>> print(Table(("rule", "w"), (("hebb", "5"), ("oja", "17"))))
rule   w
----  --
hebb   5
oja   17
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of text under named columns.

    Parameters
    ----------
    columns : tuple of str
    rows : tuple of tuple of str
        Each as long as `columns`.
    title : str
        A line above the table; may be empty.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    @classmethod
    def of(cls, columns: Iterable[str], rows: Iterable[Iterable[Any]], title: str = "") -> Table:
        """A table of any values, each shown as `shown` does."""
        return cls(tuple(columns), tuple(tuple(map(shown, row)) for row in rows), title)

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers, so that it is set right."""
        cells = [row[column] for row in self.rows if row[column] not in ("", "-")]
        return bool(cells) and all(_reads_as_number(cell) for cell in cells)

    def __str__(self) -> str:
        widths = [
            max(len(name), *(len(row[k]) for row in self.rows), 0) if self.rows else len(name)
            for k, name in enumerate(self.columns)
        ]
        right = [self.is_number(k) for k in range(len(self.columns))]
        lines = [self.columns, tuple("-" * width for width in widths), *self.rows]
        text = [
            "  ".join(
                cell.rjust(width) if is_right else cell.ljust(width)
                for cell, width, is_right in zip(line, widths, right, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *text] if self.title else text)


def shown(value: Any) -> str:
    """A value as a cell: six digits of a float, a dash for nothing.

    >>> [shown(value) for value in (3, 57.03185067389606, None, True, "x1")]
    ['3', '57.0319', '-', 'yes', 'x1']
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Real) and not isinstance(value, Integral):
        return f"{float(value):.6g}"
    return str(value)


def plain_data(value: Any) -> Any:
    """`value` in JSON's types: arrays as lists, what is not finite as null.

    >>> plain_data({"w": (1.5, float("nan"))})
    {'w': [1.5, None]}
    """
    if isinstance(value, dict):
        return {str(key): plain_data(one) for key, one in value.items()}
    if hasattr(value, "tolist"):
        return plain_data(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_data(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _reads_as_number(cell: str) -> bool:
    try:
        float(cell.replace("/", ""))
    except ValueError:
        return False
    return True
