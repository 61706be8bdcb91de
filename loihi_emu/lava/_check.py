"""Names of Lava in a script or notebook that the mirror does not have, found without running it.

Local modules that the script imports are read as well.
Example: `missing(Path("tutorial.ipynb"))` is a list of what would be refused.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from loihi_emu.errors import ScriptError
from loihi_emu.lava._cells import Cell, cells_of
from loihi_emu.lava._lend import NAME
from loihi_emu.lava._refusals import advice

_MIRROR: Final = "loihi_emu.lava"


@dataclass(frozen=True)
class Missing:
    """A name that is not mirrored.

    Parameters
    ----------
    file, place : str
        Where it stands.
    name : str
        `lava.` and so on.
    instead : str
        What to do.
    """

    file: str
    place: str
    name: str
    instead: str


def missing(path: Path, seen: set[Path] | None = None) -> list[Missing]:
    """What a file, and local modules that it imports, name in vain.

    Raises
    ------
    FileError
        The file cannot be read.
    ScriptError
        It is no Python.
    """
    seen = {path.resolve()} if seen is None else seen
    found: list[Missing] = []
    known: dict[str, Any] = {}
    for cell in cells_of(path):
        try:
            tree = ast.parse(cell.text)
        except SyntaxError as error:
            raise ScriptError(
                f"{path}, {cell.place(error.lineno or 0)}: {error.msg}: {error.text or ''}"
            ) from error
        reader = _Reader(cell, known)
        reader.visit(tree)
        found += reader.found
        for local in _local(tree, path):
            if local.resolve() not in seen:
                seen.add(local.resolve())
                found += missing(local, seen)
    return found


class _Reader(ast.NodeVisitor):
    """Imports of Lava's names, and attributes of modules so imported.

    Parameters
    ----------
    cell : Cell
    known : dict of str to module
        Names that stand for modules of the mirror; earlier cells' as well.
    """

    def __init__(self, cell: Cell, known: dict[str, Any]) -> None:
        self._cell, self._known = cell, known
        self.found: list[Missing] = []

    def visit_Import(self, node: ast.Import) -> None:
        """`import lava.a.b [as c]`."""
        for alias in node.names:
            if _is_lavas(alias.name):
                module = self._look(alias.name, node.lineno)
                if module is None:
                    continue
                root = importlib.import_module(_MIRROR)
                bound = (alias.asname, module) if alias.asname else (NAME, root)
                self._known[bound[0]] = bound[1]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from lava.a import b [as c]`."""
        if node.level or not _is_lavas(node.module or ""):
            return
        for alias in node.names:
            if alias.name == "*":
                self._look(str(node.module), node.lineno)
                continue
            value = self._look(f"{node.module}.{alias.name}", node.lineno)
            if isinstance(value, ModuleType):
                self._known[alias.asname or alias.name] = value

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """`module.a.b`, as far as it leads through modules."""
        chain = list(_chain(node))
        if chain and chain[0] in self._known:
            base: Any = self._known[chain[0]]
            name = NAME + base.__name__.removeprefix(_MIRROR)
            for part in chain[1:]:
                if not isinstance(base, ModuleType):
                    break
                name = f"{name}.{part}"
                base = self._look(name, node.lineno)
            return
        self.generic_visit(node)

    def _look(self, name: str, line: int) -> Any:
        """A module or name of the mirror, or None, noted."""
        value = _value(name)
        if value is None:
            below = name.removeprefix(NAME).removeprefix(".")
            self.found.append(
                Missing(str(self._cell.path), self._cell.place(line), name, advice(below))
            )
        return value


def _value(name: str) -> Any:
    """What a dotted name of Lava is in the mirror, or None."""
    full = _MIRROR + name.removeprefix(NAME)
    try:
        return importlib.import_module(full)
    except ImportError:
        parent, _, last = full.rpartition(".")
    try:
        return getattr(importlib.import_module(parent), last)
    except (ImportError, AttributeError):
        return None


def _is_lavas(name: str) -> bool:
    """Whether a module's name is Lava's."""
    return name == NAME or name.startswith(f"{NAME}.")


def _chain(node: ast.AST) -> Iterator[str]:
    """The names of `a.b.c`; none where it begins with something else."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        first = list(_chain(node.value))
        if first:
            yield from (*first, node.attr)


def _local(tree: ast.AST, path: Path) -> list[Path]:
    """Files beside a file that it imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    places = (path.parent.joinpath(*name.split(".")).with_suffix(".py") for name in sorted(names))
    return [place for place in places if place.is_file()]
