"""Scripts that say `import lava`: the mirror under that name, and running them so.

`lava.proc.lif.process` and `loihi_emu.lava.proc.lif.process` are then one module.
Example: `run_script(Path("tutorial.ipynb"), [])`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import linecache
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from loihi_emu.errors import ScriptError
from loihi_emu.lava._cells import cells_of
from loihi_emu.lava._refusals import NotSupportedError

NAME: Final = "lava"
_MIRROR: Final = "loihi_emu.lava"
_PACKAGE: Final = Path(__file__).parents[1]


class _Lending(MetaPathFinder, Loader):
    """Finds `lava` and what is below it in the mirror."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for modules of other names."""
        del path, target
        if fullname != NAME and not fullname.startswith(f"{NAME}."):
            return None
        mirrored = importlib.import_module(_MIRROR + fullname.removeprefix(NAME))
        return ModuleSpec(fullname, self, is_package=hasattr(mirrored, "__path__"))

    def exec_module(self, module: ModuleType) -> None:
        """Put the mirror's module in the place of the new one."""
        name = module.__name__
        sys.modules[name] = sys.modules[_MIRROR + name.removeprefix(NAME)]


def installed() -> str | None:
    """Where a real Lava lies, or None."""
    if any(isinstance(finder, _Lending) for finder in sys.meta_path):
        return None
    found = importlib.util.find_spec(NAME)
    places = list(found.submodule_search_locations or []) if found is not None else []
    return next((place for place in places if Path(place, "magma").is_dir()), None)


@contextlib.contextmanager
def lent(*, even_if_installed: bool = False) -> Iterator[None]:
    """`import lava` gives the mirror within.

    Raises
    ------
    NotSupportedError
        A real Lava is installed, and may not be covered.
    """
    real = installed()
    if real is not None and not even_if_installed:
        raise NotSupportedError(
            f"Lava is installed in {real}; run the script with Python itself, or cover it with "
            "--even-if-installed"
        )
    covered = {k: m for k, m in sys.modules.items() if k == NAME or k.startswith(f"{NAME}.")}
    for name in covered:
        del sys.modules[name]
    finder = _Lending()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [k for k in sys.modules if k == NAME or k.startswith(f"{NAME}.")]:
            del sys.modules[name]
        sys.modules.update(covered)


def run_script(path: Path, arguments: Sequence[str], *, even_if_installed: bool = False) -> int:
    """Run a script or notebook as the program, `import lava` giving the mirror.

    Parameters
    ----------
    path : Path
        .py or .ipynb.
    arguments : sequence of str
        The script's own.
    even_if_installed : bool
        Cover a real Lava.

    Returns
    -------
    int
        Its exit status.

    Raises
    ------
    FileError
        It cannot be read.
    ScriptError
        It raised an exception; the message is its traceback.
    NotSupportedError
        A real Lava is installed.
    """
    cells = cells_of(path)
    module = ModuleType("__main__")
    module.__file__ = str(path)
    for cell in cells:
        for command in cell.left_out:
            print(f"{cell.label}: left out {command}", file=sys.stderr)
    with lent(even_if_installed=even_if_installed), _as_main(module, path, arguments):
        for cell in cells:
            linecache.cache[cell.label] = (
                len(cell.text), None, cell.text.splitlines(keepends=True), cell.label,
            )  # fmt: skip
            try:
                exec(compile(cell.text, cell.label, "exec", dont_inherit=True), vars(module))
            except SystemExit as end:
                return _status(end)
            except Exception as error:
                raise ScriptError(_shown(error, path)) from error
    return 0


@contextlib.contextmanager
def _as_main(module: ModuleType, path: Path, arguments: Sequence[str]) -> Iterator[None]:
    """`module` is the program, with its own folder first; modules from there are its alone."""
    kept = sys.argv, list(sys.path), sys.modules["__main__"]
    loaded, folder = set(sys.modules), path.resolve().parent
    sys.argv, sys.modules["__main__"] = [str(path), *arguments], module
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = kept
        for name in set(sys.modules) - loaded:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).resolve().parent == folder:
                del sys.modules[name]


def _status(end: SystemExit) -> int:
    """The exit status that an end of a program means."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _shown(error: Exception, path: Path) -> str:
    """An exception as Python shows it, without this package's frames around the script's."""
    shown: Any = traceback.TracebackException.from_exception(error)
    frames = list(shown.stack)
    first = next(
        (k for k, one in enumerate(frames) if not Path(one.filename).is_relative_to(_PACKAGE)), 0
    )
    shown.stack = traceback.StackSummary.from_list(frames[first:])
    shown.__cause__ = None
    return f"{path} raised {type(error).__name__}\n{''.join(shown.format(chain=False))}".rstrip()
