"""Makes and finds the two Python 3.10 environments that hold the programs we record from.

They live in `.oracles/` of the checkout, or in the folder that `LOIHI_EMU_ORACLES` names, one
subfolder each: `lava` and `brian2loihi`. Example: `setup(LAVA)`, then `python_of(LAVA)`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: the folder that holds `benchmarks`."""

FOLDER_VARIABLE = "LOIHI_EMU_ORACLES"
PYTHON_VARIABLE = "LOIHI_EMU_PYTHON310"


class OracleError(RuntimeError):
    """An oracle's environment is missing, cannot be made, or failed."""


@dataclass(frozen=True)
class Oracle:
    """One program that cases are recorded from.

    Parameters
    ----------
    name : str
        Name of its folder and on the command line.
    requirements : tuple of str
        What pip installs.
    probe : str
        A Python statement that succeeds only where the program is installed.
    """

    name: str
    requirements: tuple[str, ...]
    probe: str


LAVA = Oracle("lava", ("lava-nc==0.10.0", "numpy==1.26.4"), "import lava.proc.dense.models")
BRIAN2LOIHI = Oracle(
    "brian2loihi",
    ("brian2-loihi==0.5.2", "brian2==2.9.0", "numpy<2", "cython", "setuptools<81"),
    "import brian2_loihi",
)
ORACLES = (LAVA, BRIAN2LOIHI)


def folder() -> Path:
    """The folder that holds the environments."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else ROOT / ".oracles"


def python_of(oracle: Oracle) -> Path:
    """The interpreter of an environment that exists.

    Raises
    ------
    OracleError
        If the environment has not been made yet.
    """
    python = folder() / oracle.name / "bin" / "python"
    if not python.exists():
        raise OracleError(
            f"no environment for {oracle.name} in {folder()}; make it with "
            f"`python -m benchmarks.oracles setup {oracle.name}`, or set {FOLDER_VARIABLE} "
            "to a folder that holds it"
        )
    return python


def find_python310() -> Path:
    """A Python 3.10 interpreter: the environment variable, then PATH, then pyenv's versions.

    Raises
    ------
    OracleError
        If none of them runs as Python 3.10; the message says what to install.
    """
    tried = []
    for candidate in _candidates():
        if _version(candidate) == "3.10":
            return candidate
        tried.append(str(candidate))
    raise OracleError(
        "lava-nc 0.10.0 and brian2-loihi 0.5.2 need Python 3.10, and none was found "
        f"(tried: {', '.join(tried) or 'nothing'}). Install it, for example with "
        "`pyenv install 3.10`, `uv python install 3.10` or your system's package python3.10 "
        f"(with its venv module), and put it on PATH or set {PYTHON_VARIABLE} to it"
    )


def _candidates() -> Iterator[Path]:
    named = os.environ.get(PYTHON_VARIABLE)
    if named:
        yield Path(named).expanduser()
        return
    on_path = shutil.which("python3.10")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob("versions/3.10*/bin/python3.10"), reverse=True)
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local/share/uv/python"))
    yield from sorted(uv.glob("cpython-3.10*/bin/python3.10"), reverse=True)


def _version(python: Path) -> str | None:
    """`major.minor` that `python` reports, or None if it does not run."""
    report = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-c", report], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def setup(oracle: Oracle) -> Path:
    """Make `oracle`'s environment, or keep it if it is there and its program imports.

    Returns
    -------
    Path
        Its interpreter.

    Raises
    ------
    OracleError
        If there is no Python 3.10, or a step of the installation fails.
    """
    home = folder() / oracle.name
    python = home / "bin" / "python"
    if not python.exists():
        _run([str(find_python310()), "-m", "venv", str(home)], f"cannot make {home}")
    if subprocess.run([python, "-c", oracle.probe], capture_output=True).returncode != 0:
        install = [str(python), "-m", "pip", "install", "--quiet", *oracle.requirements]
        _run(install, f"cannot install {' '.join(oracle.requirements)}")
        _run([str(python), "-c", oracle.probe], f"{oracle.name} is installed and does not import")
    return python


def _run(command: list[str], failure: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise OracleError(f"{failure}:\n{tail}")


def run_module(oracle: Oracle, module: str, arguments: list[str]) -> None:
    """Run a module of the checkout inside the environment, its progress on our stderr.

    Raises
    ------
    OracleError
        If the environment is missing or the module ends with an error.
    """
    command = [str(python_of(oracle)), "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise OracleError(f"{module} in {oracle.name} ended with status {done.returncode}")
