"""Imports go one way, towards the rule's text; numbers of the silicon stand in chip/ alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import loihi_emu

_PACKAGE = Path(loihi_emu.__file__).parent
_LAYERS = (
    ("errors",),
    ("chip",),
    ("language",),
    ("compiler",),
    ("kernels",),
    ("description",),
    ("plan",),
    ("simulation",),
    ("sweeps",),
    ("simulator",),
    ("exploration",),
    ("conformance", "offline"),
    ("analysis",),
    ("curves",),
    ("fitting",),
    ("lava", "interop"),
    ("cli", "__main__"),
)
"""From the ground up."""

_ROOMS = (
    ("llvm",),
    ("emit", "memory"),
    ("compile", "random", "reference"),
    ("gather",),
    ("threads",),
    ("fixed", "floating"),
    ("mode",),
    ("deferred",),
    ("learning",),
    ("step",),
    ("batch",),
    ("run",),
)
"""Folders of `kernels`, from the ground up."""

_MODULES = sorted(path for path in _PACKAGE.rglob("*.py") if path != _PACKAGE / "__init__.py")


def _name(path: Path) -> str:
    parts = path.relative_to(_PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _number(name: str, layers: tuple[tuple[str, ...], ...]) -> int:
    """Number of the layer that the first part of a name is in."""
    first = name.split(".")[0]
    found = [number for number, layer in enumerate(layers) if first in layer]
    assert found, f"{name} is in no layer: add it to the list of layers"
    return found[0]


def _imports(path: Path) -> list[str]:
    """Modules of the package that a file imports, relative to the package."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found += [n.removeprefix("loihi_emu.") for n in names if n.startswith("loihi_emu.")]
    return found


def _imported_modules(path: Path) -> set[str]:
    """Files of the package that a file imports, by the names of `_name`; itself not among them."""
    names = {_name(path) for path in _MODULES}
    found = set()
    for imported in _imports(path):
        found.add(imported if imported in names else imported.rpartition(".")[0])
    return (found & names) - {_name(path)}


_IMPORTED = {_name(path): _imported_modules(path) for path in _MODULES}


@pytest.mark.parametrize("name", _IMPORTED)
def test_imports_go_towards_the_rule_text(name: str) -> None:
    for imported in _IMPORTED[name]:
        assert _number(imported, _LAYERS) <= _number(name, _LAYERS), f"{name} imports {imported}"


@pytest.mark.parametrize("name", [name for name in _IMPORTED if name.startswith("kernels.")])
def test_rooms_of_kernels_import_one_way(name: str) -> None:
    room = name.removeprefix("kernels.")
    for imported in _IMPORTED[name]:
        if imported.startswith("kernels."):
            other = imported.removeprefix("kernels.")
            assert _number(other, _ROOMS) <= _number(room, _ROOMS), f"{name} imports {imported}"


def _circles(imported: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import one another, directly or by others."""
    left = {name: set(others) for name, others in imported.items()}
    while True:  # take away what imports nothing that is left, or is imported by nothing
        wanted = set().union(*left.values())
        ends = {name for name, others in left.items() if not others or name not in wanted}
        if not ends:
            return [sorted(left)] if left else []
        left = {name: others - ends for name, others in left.items() if name not in ends}


@pytest.mark.parametrize("folder", sorted({name.split(".")[0] for name in _IMPORTED}))
def test_no_modules_of_a_folder_import_in_circles(folder: str) -> None:
    inside = {name for name in _IMPORTED if name.split(".")[0] == folder}
    found = _circles({name: _IMPORTED[name] & inside for name in inside})
    assert bool(found) == (folder in _HAVE_CIRCLES)


_HAVE_CIRCLES = ("compiler", "lava")
"""Folders that still have one, each through imports inside functions or for types alone."""


def test_a_circle_is_found() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]
    assert _circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def _asks_for_a_machine(node: ast.AST) -> bool:
    """Whether a node compares something with a machine of a name, or with its name."""
    if not isinstance(node, ast.Compare):
        return False
    sides = {ast.unparse(side).strip("'") for side in (node.left, *node.comparators)}
    return bool(sides & set(loihi_emu.MACHINES))


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_no_machine_is_asked_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [ast.unparse(node) for node in ast.walk(tree) if _asks_for_a_machine(node)] == []


def test_the_base_package_loads_nothing_heavy() -> None:
    heavy = ("numba", "matplotlib", "scipy", "rich", "lark", "optuna", "distributed", "pyarrow")
    code = f"import sys, loihi_emu; print([n for n in {heavy!r} if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_every_module_says_what_it_is() -> None:
    for path in _MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
