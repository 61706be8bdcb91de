"""The key of compiled code: a hash of a module's text and of all modules that it imports from here.

After an edit of one file, only the code that depends on this file is compiled anew.
Example: `source_key("loihi_emu.kernels.batch.run_batch")` stays as it is when `step/` changes.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Final

_ROOT: Final = str(Path(__file__).parents[3])
_IMPORT: Final = re.compile(
    r"^[ \t]*from (loihi_emu[\w.]*) import (\([^)]*\)|[^\n#]*)", re.MULTILINE
)
_MODULE: Final = re.compile(r"\b[a-z]\w*")
"""A name that may be a module's; those of constants and classes are not."""


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
            with open(path, "rb") as file:
                text = found[module] = file.read()
            wanted += _imported(text.decode())
    return found


def _imported(text: str) -> set[str]:
    """Names of modules that a text imports, and names that may be modules."""
    found = set()
    for package, names in _IMPORT.findall(text):
        found.add(package)
        found |= {f"{package}.{name}" for name in _MODULE.findall(names)}
    return found


@cache
def _file(module: str) -> str | None:
    """Where a module's text lies, if it is a module."""
    place = os.path.join(_ROOT, *module.split("."))  # several times as fast as a Path
    for path in (f"{place}.py", os.path.join(place, "__init__.py")):
        if os.path.isfile(path):
            return path
    return None
