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
    (
        "network.checks",
        "network.memory",
        "network.populations",
        "network.sources",
        "network.listed",
        "network.connections",
    ),
    ("engine",),
    ("network",),
    ("conformance", "offline"),
    ("analysis",),
    ("lava", "interop"),
    ("cli", "__main__"),
)
"""From the ground up; what a description is stands below the engine that turns it into numbers."""

_MODULES = sorted(path for path in _PACKAGE.rglob("*.py") if path != _PACKAGE / "__init__.py")


def _name(path: Path) -> str:
    parts = path.relative_to(_PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _layer(name: str) -> int:
    """Number of the layer with the longest name that `name` lies in."""
    fits = [
        (len(entry), number)
        for number, layer in enumerate(_LAYERS)
        for entry in layer
        if name == entry or name.startswith(f"{entry}.")
    ]
    assert fits, f"{name} is in no layer: add it to _LAYERS"
    return max(fits)[1]


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


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_imports_go_towards_the_rule_text(path: Path) -> None:
    name = _name(path)
    for imported in _imports(path):
        if (_PACKAGE / imported.split(".")[0]).exists() or imported.split(".")[0] == "errors":
            assert _layer(imported) <= _layer(name), f"{name} imports {imported}"


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
    heavy = ("numba", "matplotlib", "scipy", "rich", "lark")
    code = f"import sys, loihi_emu; print([n for n in {heavy!r} if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_every_module_says_what_it_is() -> None:
    for path in _MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
