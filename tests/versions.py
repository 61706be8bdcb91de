"""Tests on the oldest or newest releases that pyproject.toml allows.

    python -m tests.versions oldest
    python -m tests.versions newest tests/kernels

Makes an environment, `.venv-oldest` or `.venv-newest`, and runs the tests of kernels, of the cache
and of recorded cases there, or those that are named. The exit status is pytest's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = ("tests/kernels", "tests/conformance", "tests/machines/test_brian2loihi.py")
_LAST_PYTHON: Final = (3, 12)  # the newest that NumPy 2.0 has wheels for
_LOWEST: Final = re.compile(r"^([A-Za-z0-9_-]+)>=([0-9.]+)")


def requirements(which: str) -> list[str]:
    """What to install: the base dependencies at one end of their ranges, and what tests need.

    >>> requirements("oldest")[0].startswith("numpy==")
    True
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base: list[str] = project["dependencies"]
    if which == "oldest":
        base = [_LOWEST.sub(r"\1==\2", one) for one in base]
    return [*base, "pytest>=8", "hypothesis>=6.100", "rich", "scipy"]


def main(which: str, *tests: str) -> int:
    """Make the environment and run the tests; the exit status."""
    if which not in ("oldest", "newest"):
        print(f"found {which!r}; allowed: oldest, newest", file=sys.stderr)
        return 2
    if which == "oldest" and sys.version_info[:2] > _LAST_PYTHON:
        print("the oldest NumPy has no wheels for this Python; run `make oldest` on 3.11 or 3.12")
        return 0
    folder = ROOT / f".venv-{which}"
    if not folder.exists():
        venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    install = [python, "-m", "pip", "install", "-q", "--upgrade", *requirements(which)]
    subprocess.run(install, check=True)
    show = (
        "import numpy, numba, lark; print(numpy.__version__, numba.__version__, lark.__version__)"
    )
    subprocess.run([python, "-c", show], check=True)
    return subprocess.run([python, "-m", "pytest", "-q", *(tests or TESTS)], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [""]))
