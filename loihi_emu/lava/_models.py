"""Which process model runs each process, and the processes that models of processes are made of.

Example: `choose([lif], Loihi2SimCfg(select_tag="fixed_pt"))` is {lif: PyLifModelBitAcc}.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from loihi_emu.lava._refusals import ModelError
from loihi_emu.lava.magma.core.model.model import AbstractProcessModel
from loihi_emu.lava.magma.core.model.sub.model import AbstractSubProcessModel
from loihi_emu.lava.magma.core.process.ports.ports import neighbours
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.proc.monitor.process import Monitor

_LIBRARY = "loihi_emu.lava."


def connected(processes: list[AbstractProcess]) -> list[AbstractProcess]:
    """Processes and all that ports and monitors connect them to, in the order of construction."""
    found, waiting = set(processes), list(processes)
    while waiting:
        one = waiting.pop()
        kinds = (one.in_ports, one.out_ports, one.ref_ports, one.var_ports)
        others = [other for ports in kinds for port in ports for other in neighbours(port)]
        others += one.monitors
        if isinstance(one, Monitor):
            others += [target.process for target, _ in one.probes]
        for other in others:
            if other is not None and other not in found:
                found.add(other)
                waiting.append(other)
    return sorted(found, key=lambda other: other.id)


def choose(processes: list[AbstractProcess], run_cfg: Any) -> dict[AbstractProcess, Any]:
    """Model classes of all processes that run, those that models made of processes have in place.

    Raises
    ------
    ModelError
        A process without a fitting model.
    """
    chosen: dict[AbstractProcess, Any] = {}
    waiting = list(processes)
    while waiting:
        process = waiting.pop(0)
        if process in chosen or isinstance(process, Monitor):
            continue
        model = run_cfg.select(process, models_of(process))
        if not isinstance(model, type) or not issubclass(model, AbstractProcessModel):
            raise ModelError(
                f"{type(run_cfg).__name__}.select gives {model!r} for {process.name}; "
                "allowed: a process model class"
            )
        chosen[process] = process._model_class = model
        if issubclass(model, AbstractSubProcessModel):
            waiting += _inside(process, model)
    order = sorted(chosen, key=lambda one: one.id)
    return {one: chosen[one] for one in order}


def _inside(process: AbstractProcess, model: Any) -> list[AbstractProcess]:
    """The processes that a model of a process is made of."""
    made = model(process)
    inner = made.find_sub_procs()
    process.register_sub_procs(inner)
    process.validate_var_aliases()
    return [one for one in connected(list(inner.values())) if one is not process]


def models_of(process: AbstractProcess) -> list[Any]:
    """Model classes that implement a process's class.

    Those of its module come first, then those beside it, then others, each in the order of
    definition.

    Raises
    ------
    ModelError
        There are none.
    """
    kind = type(process)
    home, _, _ = kind.__module__.rpartition(".")
    if kind.__module__.startswith(_LIBRARY):
        beside = f"{home}.models"
        if Path(sys.modules[home].__path__[0], "models.py").is_file():
            importlib.import_module(beside)
    found = [one for one in _defined(AbstractProcessModel) if one.implements_process is kind]
    if not found:
        raise ModelError(
            f"{process.name}: {kind.__name__} has no process model; write one with "
            f"@implements(proc={kind.__name__}, protocol=LoihiProtocol)"
        )
    ranks = [kind.__module__, home]

    def rank(model: Any) -> int:
        places = (model.__module__, model.__module__.rpartition(".")[0])
        return next((k for k, place in enumerate(places) if place == ranks[k]), len(ranks))

    return sorted(found, key=rank)


def _defined(base: type) -> list[Any]:
    """All classes below one, in the order of definition as far as one parent knows it."""
    found: dict[Any, None] = {}
    below: list[Any] = base.__subclasses__()
    for one in below:
        found[one] = None
        found |= dict.fromkeys(_defined(one))
    return list(found)


def is_library(model: Any) -> bool:
    """Whether a model class is one of this mirror's."""
    return bool(model.__module__.startswith(_LIBRARY))
