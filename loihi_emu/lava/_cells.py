"""A script or notebook as pieces of Python text: one for a .py file, one a code cell for .ipynb.

Notebook commands (`%magic`, `!shell`, `?help`) become comments, so that lines keep their numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loihi_emu.errors import FileError

_COMMANDS: Final = ("%", "!", "?")


@dataclass(frozen=True)
class Cell:
    """A piece of a file.

    Parameters
    ----------
    text : str
    number : int
        Of the cell, from 1; 0: the whole of a script.
    path : Path
    left_out : tuple of str
        Notebook commands in it.
    """

    text: str
    number: int
    path: Path
    left_out: tuple[str, ...] = ()

    def place(self, line: int) -> str:
        """A line of it, for messages."""
        return f"{line}" if not self.number else f"cell {self.number}, line {line}"

    @property
    def label(self) -> str:
        """A name for tracebacks."""
        return str(self.path) if not self.number else f"{self.path}[cell {self.number}]"


def cells_of(path: Path) -> list[Cell]:
    """The pieces of a file.

    Raises
    ------
    FileError
        It cannot be read, or is no notebook in spite of its name.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be read: {reason}") from error
    if path.suffix != ".ipynb":
        return [Cell(text, 0, path)]
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(f"{path} is no notebook of format 4: {error}") from error
    return [_without_commands(source, k, path) for k, source in enumerate(sources, 1)]


def _without_commands(source: str, number: int, path: Path) -> Cell:
    """A code cell, its notebook commands made comments."""
    lines = source.split("\n")
    whole = lines[0].lstrip().startswith("%%")
    commands = [k for k, one in enumerate(lines) if whole or _is_command(one.strip())]
    left_out = tuple(lines[k].strip() for k in (commands[:1] if whole else commands))
    for k in commands:
        indent = lines[k][: len(lines[k]) - len(lines[k].lstrip())]
        lines[k] = f"{indent}pass  # {lines[k].strip()}"
    return Cell("\n".join(lines), number, path, left_out)


def _is_command(line: str) -> bool:
    """Whether a line is for the notebook and not for Python."""
    return line.startswith(_COMMANDS) or (line.endswith("?") and not line.startswith("#"))
