"""The key of compiled code: a hash of a module's text and of all modules that it imports from here.

After an edit of one file, only the code that depends on this file is compiled anew.
Example: `source_key("loihi_emu.kernels.batch.run_batch")` stays as it is when `step/` changes.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[3]
_IMPORT: Final = re.compile(
    r"^[ \t]*from (loihi_emu[\w.]*) import (\([^)]*\)|[^\n#]*)", re.MULTILINE
)
_WORD: Final = re.compile(r"\w+")


@cache
def source_key(*modules: str) -> str:
    """A digest of the texts of some modules and of all modules of the package that they import.

    Parameters
    ----------
    *modules : str
        Full names, such as `"loihi_emu.kernels.step.time_step"`.
    """
    digest = hashlib.sha256()
    for module, text in sorted(reached(*modules).items()):
        digest.update(module.encode())
        digest.update(text)
    return digest.hexdigest()


def reached(*modules: str) -> dict[str, bytes]:
    """Texts of some modules and of all modules of the package that they import, by name."""
    found: dict[str, bytes] = {}
    wanted = [*modules]
    while wanted:
        module = wanted.pop()
        path = None if module in found else _file(module)
        if path is not None:
            text = found[module] = path.read_bytes()
            wanted += _imported(text.decode())
    return found


def _imported(text: str) -> set[str]:
    """Names of modules that a text imports, and names that may be modules."""
    found = set()
    for package, names in _IMPORT.findall(text):
        found.add(package)
        found |= {f"{package}.{name}" for name in _WORD.findall(names)}
    return found


@cache
def _file(module: str) -> Path | None:
    """Where a module's text lies, if it is a module."""
    place = _ROOT.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None
