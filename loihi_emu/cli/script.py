"""A user's Python file run until it has made its networks: nothing in it is simulated.

The file runs as `python FILE` would run it and is stopped where it first makes a Simulator, so that
a network made in a function, or under `if __name__ == "__main__"`, is found too. What the file
prints goes to stderr.
Example: `network_of("tutorial.py:net")`.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import loihi_emu
from loihi_emu.description.network import Network
from loihi_emu.errors import FileError, ParameterError, ScriptError, unknown_name
from loihi_emu.simulator import Simulator

_PACKAGE: Final = Path(loihi_emu.__file__).parent


class _Reached(BaseException):
    """A simulator was about to be made; no `except Exception` of a script stops it."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network


def network_of(given: str) -> tuple[Network, str]:
    """The network that `FILE.py` or `FILE.py:NAME` makes, and the name it has there, if any.

    NAME may be a network or a function without arguments that returns one.

    Raises
    ------
    FileError
        The file cannot be read.
    ScriptError
        It raised an exception of its own.
    UnknownNameError
        It has nothing called NAME.
    ParameterError
        It makes no network, or several and NAME does not say which.
    """
    path, name = _split(given)
    module, simulated = _run(path)
    if name:
        return _named(module, name, path), name
    found = {key: one for key, one in vars(module).items() if isinstance(one, Network)}
    networks = list({id(one): one for one in (*found.values(), *simulated)}.values())
    if not networks:
        raise ParameterError(f"{path} makes no Network{_makers(module, path)}")
    if len(networks) > 1:
        names = ", ".join([*found, "its Simulator's"][: len(networks)])
        raise ParameterError(
            f"{path} makes {len(networks)} networks: {names}; say which: {path}:{next(iter(found))}"
        )
    return networks[0], next(iter(found), "")


def _split(given: str) -> tuple[Path, str]:
    """A file, and a name in it or nothing."""
    path, colon, name = given.rpartition(":")
    if colon and name.isidentifier() and not Path(given).exists():
        return Path(path), name
    return Path(given), ""


def _run(path: Path) -> tuple[ModuleType, list[Network]]:
    """The file's names when it ended or was stopped, and the network it wanted to simulate."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from error
    module = ModuleType("__main__")
    module.__file__ = str(path)
    try:
        code = compile(source, str(path), "exec", dont_inherit=True)
        with _as_main(module, path), contextlib.redirect_stdout(sys.stderr):
            exec(code, vars(module))
    except _Reached as reached:
        return module, [reached.network]
    except SystemExit as end:
        if not any(isinstance(one, Network) for one in vars(module).values()):
            raise ScriptError(f"{path} ended with {end.code!r} before it made a Network") from None
    except Exception as error:
        raise ScriptError(_plainly(error, path)) from error
    return module, []


@contextlib.contextmanager
def _as_main(module: ModuleType, path: Path) -> Iterator[None]:
    """`module` is the program, with its own folder first; making a simulator ends it."""
    kept = sys.argv, list(sys.path), sys.modules["__main__"], Simulator.__init__

    def reach(_: Simulator, network: Network, *__: Any, **___: Any) -> None:
        raise _Reached(network)

    sys.argv, sys.modules["__main__"] = [str(path)], module
    sys.path.insert(0, str(path.resolve().parent))
    Simulator.__init__ = reach  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = kept[:3]
        Simulator.__init__ = kept[3]  # type: ignore[method-assign]


def _named(module: ModuleType, name: str, path: Path) -> Network:
    """The network called `name`, or what a function of that name returns."""
    known = vars(module)
    if name not in known:
        useful = [k for k, one in known.items() if isinstance(one, Network) or _is_own(one, module)]
        raise unknown_name(f"in {path} the name", name, useful)
    one = known[name]
    if callable(one):
        try:
            with contextlib.redirect_stdout(sys.stderr):
                one = one()
        except Exception as error:
            raise ScriptError(_plainly(error, path)) from error
    if not isinstance(one, Network):
        raise ParameterError(f"{path}:{name} is a {type(one).__name__}; allowed: a Network")
    return one


def _makers(module: ModuleType, path: Path) -> str:
    """A hint at functions of the file, one of which may make a network."""
    names = [name for name, one in vars(module).items() if _is_own(one, module)]
    if not names:
        return ""
    return f"; its functions: {', '.join(names)}. One that returns a Network: {path}:{names[0]}"


def _is_own(one: Any, module: ModuleType) -> bool:
    """Whether a value is a function that the file defines."""
    return callable(one) and getattr(one, "__module__", None) == module.__name__


def _plainly(error: Exception, path: Path) -> str:
    """An exception as Python shows it, from the file's own lines to the last of them."""
    shown = traceback.TracebackException.from_exception(error)
    frames = list(shown.stack)
    while frames and _is_ours(frames[0].filename):
        del frames[0]
    while frames and _is_ours(frames[-1].filename):
        del frames[-1]
    shown.stack = traceback.StackSummary.from_list(frames)
    return f"{path} raised {type(error).__name__}\n{''.join(shown.format())}".rstrip()


def _is_ours(filename: str) -> bool:
    """Whether a line of a traceback lies in this package, or in what dataclasses generate."""
    return filename == "<string>" or Path(filename).is_relative_to(_PACKAGE)
