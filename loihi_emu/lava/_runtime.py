"""What runs processes: compiled networks where the library's own models do, else models in Python.

A network of library processes alone becomes a native one. Where a process has a model of the user's
own, or the native network refuses what Lava runs, all models run as Python, step by step.
Example: `start(compiled(process, Loihi2SimCfg(select_tag="fixed_pt")))`, then `process.runtime`.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.errors import LoihiEmuError, ParameterError
from loihi_emu.lava._models import choose, connected, is_library
from loihi_emu.lava._refusals import NotSupportedError, WaitsForEverError
from loihi_emu.lava.magma.compiler.executable import Executable
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.runtime.runtime import Runtime
from loihi_emu.lava.proc.monitor.process import Monitor

_FLOAT = "floating_pt"


def compiled(process: AbstractProcess, run_cfg: Any) -> Executable:
    """A process and all that it is connected to, with a model for each.

    Parameters
    ----------
    process : AbstractProcess
    run_cfg : RunConfig

    Raises
    ------
    ModelError
        A process without a fitting model.
    """
    outer = connected([process])
    models = choose(outer, run_cfg)
    return Executable(connected([*outer, *models]), models)


def start(executable: Executable) -> None:
    """Give compiled processes a runtime.

    Raises
    ------
    NotSupportedError, ParameterError, ModelError
        Something that Lava does not run either.
    """
    Runtime(executable).initialize()


def build(members: list[AbstractProcess], models: dict[AbstractProcess, Any]) -> Any:
    """What runs some processes: compiled, or in Python."""
    from loihi_emu.lava import _python_runtime
    from loihi_emu.lava._native_runtime import NATIVE, NativeRuntime
    from loihi_emu.lava.magma.core.model.sub.model import AbstractSubProcessModel

    leaves = {one: m for one, m in models.items() if not issubclass(m, AbstractSubProcessModel)}
    modes = {_FLOAT in model.tags for model in leaves.values()}
    native = len(modes) == 1 and all(
        type(one) in NATIVE and is_library(model) for one, model in leaves.items()
    )
    refused: LoihiEmuError | None = None
    if native and leaves:
        running = [*leaves, *(one for one in members if isinstance(one, Monitor))]
        running.sort(key=lambda one: one.id)
        try:
            return NativeRuntime(running, _FLOAT if modes == {True} else "fixed_pt")
        except WaitsForEverError:
            raise
        except (NotSupportedError, ParameterError) as error:
            refused = error
    return _python_runtime.PythonRuntime(members, leaves, refused)
