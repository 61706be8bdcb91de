"""What of Lava is not mirrored: errors that say what to use instead, at import or construction.

Example: `import loihi_emu.lava.proc.conv.process` raises `NotMirroredError` with one sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

from loihi_emu.errors import LoihiEmuError


class NotMirroredError(LoihiEmuError, ModuleNotFoundError):
    """A module or name of Lava that this mirror does not have."""


class NotSupportedError(LoihiEmuError, NotImplementedError):
    """A use of a mirrored name that this mirror, or Lava 0.10 itself, cannot run."""


class WaitsForEverError(NotSupportedError):
    """A connection over which Lava 0.10 never sends or receives, so that a run never ends."""


class RunError(LoihiEmuError, RuntimeError):
    """A run that cannot begin or go on: stopped, past a monitor's end, or a model that failed."""


class ArgumentError(LoihiEmuError, TypeError):
    """An argument that a process does not take."""


class PortError(LoihiEmuError, AssertionError):
    """Ports that do not fit together."""


class MemberError(PortError, AttributeError):
    """A name that is none of a process's ports or variables."""


class PortTypeError(LoihiEmuError, TypeError):
    """A port of a kind that another one cannot be connected to."""


class ModelError(LoihiEmuError, AssertionError):
    """A process that has no fitting process model, or a model that does not fit its process."""


class KnownKeyError(LoihiEmuError, KeyError):
    """A key that has a value already."""

    def __str__(self) -> str:
        return str(self.args[0])


_CUSTOM: Final = (
    "models run in Python or compiled: write a class of your own with "
    "lava.magma.core.model.py.model.PyLoihiProcessModel"
)
_ADVICE: Final = {
    "magma.core.run_configs": "use Loihi1SimCfg or Loihi2SimCfg, or a RunConfig of your own",
    "magma.core.model": _CUSTOM,
    "magma.core.resources": "name CPU in requires: everything runs on it",
    "magma.core.sync": "use LoihiProtocol or AsyncProtocol",
    "magma.core.process": "write a class of your own with AbstractProcess, Var, InPort, OutPort",
    "magma.core.learning": "rule text is read by loihi_emu: use loihi_emu.compiler.parse_series",
    "magma.compiler": "nothing is compiled by hand: call run() on a process",
    "magma.runtime": "there is no runtime to hold: call run() on a process",
    "proc.io": "data enters by proc.io.source.RingBuffer and leaves by proc.io.sink.RingBuffer or "
    "a Monitor",
    "proc": "write the process and its model yourself, or run this part under Lava",
}
_FOLDER: Final = Path(__file__).parent
_ELSE: Final = "run this part under Lava"


def advice(name: str) -> str:
    """What to use instead of `name`, a dotted name below `lava`."""
    parts = name.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((_ADVICE[prefix] for prefix in prefixes if prefix in _ADVICE), _ELSE)


def refusal(root: str, name: str) -> NotMirroredError:
    """The error for a full dotted name below `root`."""
    below = name.removeprefix(f"{root}.")
    return NotMirroredError(f"lava.{below} is not mirrored; {advice(below)}", name=name)


def refuse_names(module: str, *functions: str) -> Callable[[str], NoReturn]:
    """A module's `__getattr__`: classes, constants and `functions` it lacks are refused.

    Other names raise AttributeError, so that tools may ask for what they like.
    """

    def __getattr__(name: str) -> NoReturn:  # noqa: N807
        if not name[0].isupper() and name not in functions:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise refusal("loihi_emu.lava", f"{module}.{name}")

    return __getattr__


class _Refusing(MetaPathFinder):
    """The last finder asked: whatever is left below `root` is not mirrored."""

    def __init__(self, root: str) -> None:
        self.root = root

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for a module that is not below the root; others are refused."""
        del path, target
        below = fullname.removeprefix(f"{self.root}.")
        if below == fullname or below.rpartition(".")[2].startswith("_"):
            return None
        # tools may ask finders for modules that another finder has
        place = _FOLDER.joinpath(*below.split("."))
        if place.is_dir() or place.with_suffix(".py").is_file():
            return None
        raise refusal(self.root, fullname)


def refuse_unknown_modules(root: str) -> None:
    """Make imports of modules below `root` that do not exist raise `NotMirroredError`."""
    known: Any = [finder for finder in sys.meta_path if isinstance(finder, _Refusing)]
    if not known:
        sys.meta_path.append(_Refusing(root))
