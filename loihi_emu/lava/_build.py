"""Process classes and models -> model objects with their variables, ports and channels.

Authority: what Lava 0.10's builder makes of a LavaPyType: arrays of its type filled from `init`,
other values as they are.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._channels import Channel, Link, Tap
from loihi_emu.lava._pipe import Pipe, PipeEnd
from loihi_emu.lava._refusals import ModelError, NotSupportedError
from loihi_emu.lava._scheduler import Scheduler
from loihi_emu.lava.magma.core.learning.learning_rule import LoihiLearningRule
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort, PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import (
    AbstractVirtualPort,
    OutPort,
    RefPort,
    VarPort,
    sources,
)
from loihi_emu.lava.magma.core.process.process import AbstractProcess, ProcessParameters
from loihi_emu.lava.magma.core.process.variable import Var

_OWN = (np.ndarray, list, dict, LoihiLearningRule)
"""Parameters that a model may change and has to itself, as if it ran in another process."""


@dataclass
class Built:
    """Models ready to run.

    Parameters
    ----------
    models : dict of process to model
    processes : dict of model to process
    senders : dict of OutPort to its port in the model
    pipes : list of Pipe
        Between flagged ports and code outside.
    edges : set of (process, process)
        Who sends to whom.
    """

    def in_order(self) -> list[Any]:
        """Models, senders before receivers as far as loops let them: so fewer calls wait.

        A loop begins with the first that is given; connections of the library send before they
        receive, so that one of them does well.
        """
        left, order = dict(self.models), []
        while left:
            fed = {to for sender, to in self.edges if sender in left and sender is not to}
            ready = [one for one in left if one not in fed]
            sends_first = [one for one in left if hasattr(left[one], "a_buff")]
            for process in ready or sends_first[:1] or list(left)[:1]:
                order.append(left.pop(process))
        return order

    models: dict[AbstractProcess, Any] = field(default_factory=dict)
    processes: dict[Any, AbstractProcess] = field(default_factory=dict)
    senders: dict[OutPort, Any] = field(default_factory=dict)
    pipes: list[Pipe] = field(default_factory=list)
    edges: set[tuple[AbstractProcess, AbstractProcess]] = field(default_factory=set)

    def place(self, var: Var) -> tuple[Any, str]:
        """The model that holds a variable, and its name there.

        Raises
        ------
        ModelError
            No model has it.
        """
        while var.aliased_var is not None:
            var = var.aliased_var
        model = self.models.get(var.process)
        if model is None:
            raise ModelError(
                f"{var.label}: no model holds it; alias it to a variable of a sub-process"
            )
        return model, var.name

    def tap(self, port: OutPort) -> Tap:
        """Keep what a port sends from now on."""
        ends = [source for source, _ in sources(port) if source in self.senders]
        if not ends:
            raise ModelError(f"{port.label}: no model sends it")
        sender = self.senders[ends[0]]
        made = Tap(port, sender._d_type)
        sender._channels.append(made)
        return made


def build(classes: dict[AbstractProcess, Any], scheduler: Scheduler) -> Built:
    """Models of processes, connected.

    Parameters
    ----------
    classes : dict of process to model class
    scheduler : Scheduler
        That calls of models wait at.

    Raises
    ------
    ModelError
        A model lacks a variable or port of its process, or the other way round.
    """
    built = Built()
    for process, kind in classes.items():
        _check(process, kind)
        model = kind(_parameters(process))
        built.models[process], built.processes[model] = model, process
        model.model_id = process.id
        for var in process.vars:
            _add_variable(model, var)
        for port in process.out_ports:
            declared = getattr(kind, port.name)
            made = declared.cls([], model, port.shape, declared.d_type)
            built.senders[port] = made
            setattr(model, port.name, made)
    for process, model in built.models.items():
        for port in process.in_ports:
            declared = getattr(type(model), port.name)
            channels: list[Any] = [*_channels(built, scheduler, port)]
            channels += _piped(built, scheduler, port)
            setattr(model, port.name, declared.cls(channels, model, port.shape, declared.d_type))
        for port in process.out_ports:
            built.senders[port]._channels.extend(_piped(built, scheduler, port))
        for port in process.ref_ports:
            declared = getattr(type(model), port.name)
            links = _links(built, port)
            setattr(model, port.name, declared.cls(links, model, port.shape, declared.d_type))
    return built


def _parameters(process: AbstractProcess) -> ProcessParameters:
    """Parameters of a process as its model has them."""
    given = process.proc_params
    return ProcessParameters(
        {key: copy.deepcopy(one) if isinstance(one, _OWN) else one for key, one in given.items()}
    )


def _check(process: AbstractProcess, kind: Any) -> None:
    """Refuse a model whose declarations are not its process's members."""
    members = {
        one.name: one
        for group in (process.vars, process.in_ports, process.out_ports, process.ref_ports)
        for one in group
    }
    declared = {name for name in dir(kind) if isinstance(getattr(kind, name, None), LavaPyType)}
    known = {*members, *process.var_ports.member_names}
    if declared - known:
        raise ModelError(
            f"{kind.__name__} declares {', '.join(sorted(declared - known))}, and "
            f"{type(process).__name__} has no such variable or port"
        )
    if set(members) - declared:
        raise ModelError(
            f"{kind.__name__} has no LavaPyType for {', '.join(sorted(set(members) - declared))} "
            f"of {type(process).__name__}"
        )
    kinds = (
        (process.in_ports, PyInPort),
        (process.out_ports, PyOutPort),
        (process.ref_ports, PyRefPort),
    )
    for group, wanted in kinds:
        for port in group:
            given = getattr(kind, port.name).cls
            if not isinstance(given, type) or not issubclass(given, wanted) or given is wanted:
                raise ModelError(
                    f"{kind.__name__}.{port.name} is declared as {given!r}; allowed: a kind of "
                    f"{wanted.__name__}, such as {wanted.__name__}.VEC_DENSE"
                )


def _add_variable(model: Any, var: Var) -> None:
    """A variable as its LavaPyType says."""
    declared = getattr(type(model), var.name)
    setattr(model, var.name, _value(declared, var))
    setattr(model, f"_{var.name}_p", declared.precision)
    model.var_id_to_var_map[var.id] = var.name


def _value(declared: LavaPyType, var: Var) -> Any:
    """The first value of a variable in a model.

    Raises
    ------
    NotSupportedError
        A class that Lava does not build either.
    """
    kind, init = declared.cls, var.init
    if issubclass(kind, np.ndarray):
        made = np.empty(var.shape, declared.d_type)
        # numbers beyond the type wrap, as those of arrays do
        made[...] = np.asarray(init).astype(declared.d_type)
        return made
    if issubclass(kind, (int, float, str)):
        return init
    if kind.__name__ == "csr_matrix":
        if isinstance(init, int):
            made = np.full(var.shape, init, declared.d_type)
            return kind(made)
        return init.tocsr(copy=True)
    raise NotSupportedError(
        f"{var.label} is declared as {kind.__name__}; allowed: np.ndarray, int, float, str, "
        "csr_matrix"
    )


def _channels(built: Built, scheduler: Scheduler, port: Any) -> list[Channel]:
    """Channels to an InPort from all models behind it."""
    made = []
    for source, order in sources(port):
        if source in built.senders:
            sender = built.senders[source]
            channel = Channel(scheduler, source, port, order, sender._d_type)
            built.edges.add((source.process, port.process))
            sender._channels.append(channel)
            made.append(channel)
    return made


def _piped(built: Built, scheduler: Scheduler, port: Any) -> list[PipeEnd]:
    """The models' end of a pipe, where a port is flagged; the port keeps the other end."""
    if not port.external_pipe_flag:
        return []
    pipe = Pipe(port, port.external_pipe_buffer_size, scheduler)
    built.pipes.append(pipe)
    port.pipe = pipe.outer()
    return [pipe.inner()]


def _links(built: Built, port: RefPort) -> list[Link]:
    """The link of a RefPort to the variable it reaches, if any."""
    found = _reached(port, np.arange(port.size))
    return [Link(*built.place(end.var), order, port.shape) for end, order in found]


def _reached(port: Any, order: NDArray[np.int64]) -> list[tuple[VarPort, NDArray[np.int64]]]:
    """VarPorts that a port reaches, with the element of each that every one of its own is."""
    ends = []
    for target in port.out_connections:
        beyond = order
        if isinstance(target, AbstractVirtualPort):
            # element k of the view is element order[k] of the port, so a port's is found inversely
            beyond = order[target._order(order.size)]
        if isinstance(target, VarPort) and not target.out_connections:
            ends.append((target, np.argsort(beyond)))
        else:
            ends += _reached(target, beyond)
    return ends
