"""Processes: things with ports and variables that run together with all they are connected to.

Example: `lif.run(RunSteps(10), Loihi2SimCfg(select_tag="fixed_pt"))`, then `lif.v.get()`.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import (
    KnownKeyError,
    MemberError,
    NotSupportedError,
    PortError,
    refuse_names,
)
from loihi_emu.lava.magma.core.process.interfaces import (
    AbstractProcessMember,
    IdGeneratorSingleton,
)
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort, RefPort, VarPort
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.run_conditions import AbstractRunCondition

__getattr__ = refuse_names(__name__)


@dataclass
class LogConfig:
    """Where a process logs.

    Raises
    ------
    ParameterError
        `logs_to_file` without a file.
    """

    file: str = ""
    level: int = logging.WARNING
    level_console: int = logging.ERROR
    logs_to_file: bool = False
    format: str = "%(asctime)s:%(levelname)s: %(name)s - %(message)s"
    date_format: str = "%m/%d/%Y %I:%M:%S%p"

    def __post_init__(self) -> None:
        if self.logs_to_file and not self.file:
            raise ParameterError("logs_to_file is True and file is ''; allowed: a file's name")


class ProcessParameters(Mapping[str, Any]):
    """Keyword arguments of a process, which its models see; a key is set once.

    Parameters
    ----------
    initial_parameters : dict, optional
    """

    def __init__(self, initial_parameters: dict[str, Any] | None = None) -> None:
        self._parameters = dict(initial_parameters or {})

    def __getitem__(self, key: str) -> Any:
        return self._parameters[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self:
            raise KnownKeyError(f"{key!r} has a value already; overwrite(key, value) sets it")
        self._parameters[key] = value

    def overwrite(self, key: str, value: Any) -> None:
        """Set a value, new or not."""
        self._parameters[key] = value


class Collection:
    """Ports, variables or sub-processes of a process, also by name: `process.vars.u`.

    Parameters
    ----------
    process : AbstractProcess
    name : str
        Of the kind.
    """

    def __init__(self, process: Any, name: str) -> None:
        self.process, self.name = process, name
        self._members: dict[str, Any] = {}

    @property
    def members(self) -> list[Any]:
        """All of them."""
        return list(self._members.values())

    @property
    def member_names(self) -> list[str]:
        """Their names."""
        return list(self._members)

    def add_members(self, members: dict[str, Any]) -> None:
        """Add some, by name."""
        self._members.update(members)

    def is_empty(self) -> bool:
        """Whether there are none."""
        return not self._members

    def has(self, obj: Any) -> bool:
        """Whether there is one of an object's name."""
        return obj.name in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self._members)

    def __getattr__(self, name: str) -> Any:
        members = self.__dict__.get("_members", {})
        if name in members:
            return members[name]
        if name.startswith("__"):
            raise AttributeError(name)
        raise MemberError(
            f"{name!r} is no {self.name} of {self.process.name}; "
            f"there are {', '.join(members) or 'none'}"
        )


class ProcessServer(IdGeneratorSingleton):
    """Numbers processes."""

    @property
    def processes(self) -> list[Any]:
        """All processes that somebody holds."""
        return self._alive()

    @property
    def num_processes(self) -> int:
        """How many there are."""
        return len(self.processes)

    def register(self, process: Any) -> int:
        """Number a process."""
        if not isinstance(process, AbstractProcess):
            raise PortError(f"{process!r} is no process")
        return super().register(process)


class ProcessPostInitCaller(type):
    """Names members of a process once it is constructed."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Construct a process, then name its members."""
        made = super().__call__(*args, **kwargs)
        made._post_init()
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        """That of `__init__`, for help and tools."""
        parameters = list(inspect.signature(cls.__init__).parameters.values())  # type: ignore[misc]
        return inspect.Signature(parameters[1:])


class AbstractProcess(metaclass=ProcessPostInitCaller):
    """What all processes share.

    Parameters
    ----------
    name : str, optional
        `Process_<id>` by default.
    log_config : LogConfig, optional
    **proc_params
        Kept in `proc_params`, where models find them.

    Attributes
    ----------
    id : int
        Number in the order of construction.
    name : str
    proc_params : ProcessParameters
    in_ports, out_ports, ref_ports, var_ports, vars, procs : Collection
        Members by kind, sorted by name.
    parent_proc : AbstractProcess or None
        Of a sub-process.
    model_class : type or None
        The chosen process model, once there is a runtime.
    """

    _KINDS: ClassVar[dict[str, tuple[str, Any]]] = {
        "out_ports": ("OutPort", OutPort),
        "in_ports": ("InPort", InPort),
        "ref_ports": ("RefPort", RefPort),
        "var_ports": ("VarPort", VarPort),
        "vars": ("Var", Var),
    }
    id: int
    name: str
    out_ports: Collection
    in_ports: Collection
    ref_ports: Collection
    var_ports: Collection
    vars: Collection
    procs: Collection

    def __init__(self, **proc_params: Any) -> None:
        self.proc_params = ProcessParameters(proc_params)
        self.id = ProcessServer().register(self)
        self.name = proc_params.get("name") or f"Process_{self.id}"
        self.log = logging.getLogger()
        self._log_config = proc_params.get("log_config") or LogConfig()
        if self._log_config.logs_to_file:
            logging.basicConfig(
                filename=self._log_config.file, level=self._log_config.level,
                format=self._log_config.format, datefmt=self._log_config.date_format,
            )  # fmt: skip
        for name, (kind, _) in self._KINDS.items():
            setattr(self, name, Collection(self, kind))
        self.procs = Collection(self, "SubProcess")
        self.parent_proc: AbstractProcess | None = None
        self.monitors: list[AbstractProcess] = []
        self._model_class: Any = None
        self._runtime: Any = None

    def _post_init(self) -> None:
        """Give members their names and put them into collections."""
        for name, (_, kind) in self._KINDS.items():
            found = self._find_attr_by_type(kind)
            for key, member in found.items():
                member.name, member.process = key, self
            getattr(self, name).add_members(found)
        for key, process in self._find_attr_by_type(AbstractProcess).items():
            if key != "parent_proc":
                self.procs.add_members({key: process})

    def _find_attr_by_type(self, kind: Any) -> dict[str, Any]:
        """Attributes of a kind, sorted by name; properties are not asked."""
        found: dict[str, Any] = {}
        for base in reversed(type(self).__mro__):
            found |= vars(base)
        found |= vars(self)
        return {name: one for name, one in sorted(found.items()) if isinstance(one, kind)}

    def __enter__(self) -> AbstractProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def register_sub_procs(self, procs: dict[str, AbstractProcess]) -> None:
        """Make processes sub-processes of this one."""
        for process in procs.values():
            if not isinstance(process, AbstractProcess):
                raise PortError(f"{process!r} is no process")
            process.parent_proc = self
        self.procs.add_members(procs)

    def is_sub_proc_of(self, process: AbstractProcess) -> bool:
        """Whether this is a sub-process of another, directly or by others."""
        parent = self.parent_proc
        return parent is not None and (parent == process or parent.is_sub_proc_of(process))

    def validate_var_aliases(self) -> None:
        """Refuse variables aliased to those of other than sub-processes."""
        for var in self.vars:
            var.validate_alias()

    @property
    def runtime(self) -> Any:
        """What runs this process; None before the first run."""
        return self._runtime

    @runtime.setter
    def runtime(self, runtime: Any) -> None:
        self._runtime = runtime

    @property
    def model_class(self) -> Any:
        """The process model's class; None before the first run."""
        return self._model_class

    @property
    def is_compiled(self) -> bool:
        """Whether there is a runtime."""
        return self._runtime is not None

    def create_runtime(self, run_cfg: Any = None, **ignored: Any) -> None:
        """Get ready to run this process and all that it is connected to.

        Parameters
        ----------
        run_cfg : RunConfig
            Chooses models.
        **ignored
            executable, what `compile` gave, in place of run_cfg; compile_config, kept for scripts.

        Raises
        ------
        ParameterError, NotSupportedError, ModelError
        """
        from loihi_emu.lava._runtime import compiled, start

        executable = ignored.get("executable")
        if run_cfg is None and executable is None:
            raise ParameterError(
                f"{self.name} has not run before; give run_cfg, such as "
                "Loihi2SimCfg(select_tag='fixed_pt')"
            )
        start(executable if executable is not None else compiled(self, run_cfg))

    def compile(self, run_cfg: Any, compile_config: Any = None) -> Any:
        """Choose models for this process and all that it is connected to.

        Parameters
        ----------
        run_cfg : RunConfig
        compile_config : optional
            Kept for scripts.

        Returns
        -------
        Executable
            What `create_runtime(executable=...)` takes.
        """
        from loihi_emu.lava._runtime import compiled

        del compile_config
        return compiled(self, run_cfg)

    def run(self, condition: Any, run_cfg: Any = None, compile_config: Any = None) -> None:
        """Run this process and all that it is connected to; a later run goes on.

        Parameters
        ----------
        condition : RunSteps or RunContinuous
        run_cfg : RunConfig
            Needed by the first run, unused by later ones.
        compile_config : optional
            Kept for scripts.

        Raises
        ------
        ParameterError
            No run_cfg in the first run, or a value that a model cannot hold.
        NotSupportedError
            A connection that cannot be run.
        ModelError
            A process without a fitting model.
        RunError
            The processes have stopped, a model raised an exception, or all wait for one another.
        """
        del compile_config
        if not isinstance(condition, AbstractRunCondition):
            raise ParameterError(f"condition is {condition!r}; allowed: RunSteps, RunContinuous")
        if self.runtime is None:
            self.create_runtime(run_cfg)
        self.runtime.start(condition)

    def wait(self) -> None:
        """Wait until a run that does not block has ended."""
        if self.runtime is not None:
            self.runtime.wait()

    def pause(self) -> None:
        """End a run after the step that it is in; a later run goes on."""
        if self.runtime is not None:
            self.runtime.pause()

    def stop(self) -> None:
        """End: variables can no longer be read, as in Lava."""
        if self.runtime is not None:
            self.runtime.stop()

    def save(self, path: str) -> None:
        """Refused, as in Lava 0.10."""
        raise NotSupportedError(f"save({path!r}): use lava.utils.serialization.save")

    def load(self, path: str) -> None:
        """Refused, as in Lava 0.10."""
        raise NotSupportedError(f"load({path!r}): use lava.utils.serialization.load")


__all__ = [
    "AbstractProcess",
    "AbstractProcessMember",
    "Collection",
    "LogConfig",
    "ProcessParameters",
    "ProcessPostInitCaller",
    "ProcessServer",
]
