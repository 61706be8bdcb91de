"""The API page lists every public name, and none that is not there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

_PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"currentmodule:: (\S+)(.*?)(?=\.\. currentmodule|\Z)", re.DOTALL)


def _listed() -> dict[str, set[str]]:
    """Names on the page, by module."""
    found: dict[str, set[str]] = {}
    for module, text in _BLOCK.findall(_PAGE):
        names = re.findall(r"^   ([A-Za-z_]\w*)$", text, re.MULTILINE)
        found.setdefault(module, set()).update(names)
    return found


@pytest.mark.parametrize("module", sorted(_listed()))
def test_every_listed_name_exists(module: str) -> None:
    home = import_module(module)
    missing = [name for name in _listed()[module] if not hasattr(home, name)]
    assert not missing


@pytest.mark.parametrize(
    "module", ["loihi_emu", "loihi_emu.analysis", "loihi_emu.compiler", "loihi_emu.offline"]
)
def test_every_public_name_is_listed(module: str) -> None:
    anywhere = set().union(*_listed().values())
    public = {n for n in import_module(module).__all__ if n != "__version__"}
    assert public <= anywhere | {"MACHINES"} | set(import_module("loihi_emu").MACHINES)
