"""The runtime by name: what `process.runtime` is, made by hand where a script wants to.

Example: `Runtime(process.compile(run_cfg)).initialize()`.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import RunError, refuse_names
from loihi_emu.lava.magma.compiler.executable import Executable

__getattr__ = refuse_names(__name__)


class Runtime:
    """Runs processes.

    Parameters
    ----------
    exe : Executable
    message_infrastructure_type, loglevel : optional
        Kept for scripts.
    """

    def __init__(
        self, exe: Executable, message_infrastructure_type: Any = None, loglevel: Any = None
    ) -> None:
        del message_infrastructure_type, loglevel
        self._executable = exe
        self._inner: Any = None
        self._is_started = False

    @property
    def _is_initialized(self) -> bool:
        """Whether there are models."""
        return self._inner is not None

    @property
    def _is_running(self) -> bool:
        """Whether a run is under way."""
        return self._inner is not None and bool(self._inner.running)

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def initialize(self) -> None:
        """Build the models, compiled or in Python."""
        from loihi_emu.lava._runtime import build

        exe = self._executable
        self._inner = build(exe.processes, exe.proc_builders)
        for process in exe.processes:
            process.runtime = self

    def __getattr__(self, name: str) -> Any:
        inner = self.__dict__.get("_inner")
        if inner is None:
            if name.startswith("__"):
                raise AttributeError(name)
            raise RunError(f"the runtime has no {name} before initialize()")
        return getattr(inner, name)

    def start(self, run_condition: Any) -> None:
        """Run steps, or until `pause` or `stop`."""
        if self._inner is None:
            raise RunError("the runtime cannot start before initialize()")
        self._is_started = True
        self._inner.start(run_condition)

    def stop(self) -> None:
        """End for good."""
        self._is_started = False
        if self._inner is not None:
            self._inner.stop()

    def get_var(self, var_id: int, idx: Any = None) -> Any:
        """A variable's value, by the variable's number."""
        value = self._inner.get(self._var(var_id))
        return value if idx is None else value[idx]

    def set_var(self, var_id: int, value: Any) -> None:
        """Set a variable, by its number."""
        self._inner.set(self._var(var_id), value)

    def _var(self, var_id: int) -> Any:
        """The variable of a number."""
        found = (v for one in self._executable.processes for v in one.vars if v.id == var_id)
        return next(found)
