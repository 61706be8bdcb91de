"""Where a command writes: text and tables to stdout, or JSON alone; progress to stderr.

With rich on a terminal, tables have its form; otherwise they are plain, the same on any machine.
Example: `screen.show({"rules": 77}, ["77 rules"])` writes the line, or with `--json` the object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from loihi_emu.analysis.tables import Table, plain_data
from loihi_emu.cli.progress import Progress

SCHEMA: Final = 1
"""Raised when a key of some command's JSON changes its meaning or goes away."""


class Screen:
    """Output of one command.

    Parameters
    ----------
    as_json : bool
        Write JSON to stdout and nothing else.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def show(self, data: Mapping[str, Any], parts: Iterable[str | Table]) -> None:
        """Write `data` as JSON, or `parts` for people, whichever was asked for.

        Parameters
        ----------
        data : mapping
            All that the parts say; arrays allowed, what is not finite becomes null.
        parts : iterable of str or Table
            A blank line stands between two of them.
        """
        if self.as_json:
            answer = {"schema": SCHEMA, **data}
            print(json.dumps(plain_data(answer), indent=2, allow_nan=False))
            return
        for number, part in enumerate(parts):
            if number:
                print()
            self._write(part)

    def progress(self) -> Progress:
        """A context that shows progress of what takes longer than two seconds."""
        return Progress(sys.stderr)

    def _write(self, part: str | Table) -> None:
        """One part to stdout."""
        if isinstance(part, Table) and sys.stdout.isatty() and _has_rich():
            _write_rich(part)
        else:
            print(part)


def _has_rich() -> bool:
    """Whether the extra `cli` is installed."""
    try:
        import rich  # noqa: F401
    except ImportError:
        return False
    return True


def _write_rich(table: Table) -> None:
    """A table through rich, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(box=box.SIMPLE_HEAD, title=table.title or None, title_justify="left")
    for index, name in enumerate(table.columns):
        shown.add_column(Text(name), justify="right" if table.is_number(index) else "left")
    for row in table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console().print(shown)
