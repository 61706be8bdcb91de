"""Processes: things with ports and variables that run together with all they are connected to.

Example: `lif.run(RunSteps(10), Loihi2SimCfg(select_tag="fixed_pt"))`, then `lif.v.get()`.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import NotSupportedError, refuse_names
from loihi_emu.lava.magma.core.process.interfaces import AbstractProcessMember
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi1SimCfg

if TYPE_CHECKING:
    from loihi_emu.lava._runtime import Runtime

__getattr__ = refuse_names(__name__)

Member = TypeVar("Member", bound=AbstractProcessMember)

FLOAT, FIXED, LIKE_LOIHI = "floating_pt", "fixed_pt", "bit_accurate_loihi"


@dataclass
class LogConfig:
    """Kept for scripts: nothing is logged."""

    file: str = ""
    level: int = logging.WARNING
    level_console: int = logging.ERROR
    logs_to_file: bool = False
    format: str = ""
    date_format: str = ""


class ProcessParameters(dict[str, Any]):
    """Keyword arguments of a process."""

    def overwrite(self, key: str, value: Any) -> None:
        """Set a value."""
        self[key] = value


class Collection(list[Member]):
    """Ports or variables of a process, also by name: `process.vars.u`."""

    @property
    def members(self) -> list[Member]:
        """All of them."""
        return list(self)

    @property
    def member_names(self) -> list[str]:
        """Their names."""
        return [member.name for member in self]

    def __getattr__(self, name: str) -> Member:
        for member in self:
            if member.name == name:
                return member
        raise AttributeError(f"no member {name!r}; there are {', '.join(self.member_names)}")


class AbstractProcess:
    """What all processes share.

    Parameters
    ----------
    name : str, optional
        `Process_<id>` by default.
    log_config : LogConfig, optional
    **proc_params
        Kept in `proc_params`.

    Attributes
    ----------
    id : int
        Number in the order of construction.
    name : str
    proc_params : dict
    """

    _ids: ClassVar[Iterator[int]] = itertools.count()
    _tags: ClassVar[frozenset[str]] = frozenset({FLOAT, FIXED})
    name: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith("loihi_emu.lava."):
            raise NotSupportedError(
                f"{cls.__name__}: custom processes are not mirrored; describe neurons, synapses "
                "and rules with loihi_emu.LIF, Dense, Sparse and LearningRule, or use Lava"
            )

    def __init__(
        self, *, name: str | None = None, log_config: LogConfig | None = None, **proc_params: Any
    ) -> None:
        self.id = next(AbstractProcess._ids)
        self.name = name or f"Process_{self.id}"
        self.proc_params = ProcessParameters(proc_params, name=name, log_config=log_config)
        self.runtime: Runtime | None = None
        self.monitors: list[AbstractProcess] = []

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, AbstractProcessMember):
            value.name, value.process = name, self
        super().__setattr__(name, value)

    def __enter__(self) -> AbstractProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _members(self, kind: type[Member]) -> Collection[Member]:
        """Members of one kind, by name."""
        found = [member for member in vars(self).values() if isinstance(member, kind)]
        return Collection(sorted(found, key=lambda member: member.name))

    @property
    def in_ports(self) -> Collection[InPort]:
        """Ports that receive."""
        return self._members(InPort)

    @property
    def out_ports(self) -> Collection[OutPort]:
        """Ports that send."""
        return self._members(OutPort)

    @property
    def vars(self) -> Collection[Var]:
        """Variables."""
        return self._members(Var)

    @property
    def is_compiled(self) -> bool:
        """Whether the process has been run."""
        return self.runtime is not None

    def create_runtime(self, run_cfg: Loihi1SimCfg | None = None, **ignored: Any) -> None:
        """Build the native network of this process and all that it is connected to."""
        from loihi_emu.lava._runtime import Runtime

        if ignored.get("executable") is not None:
            raise NotSupportedError("executable is not mirrored; give run_cfg alone")
        if run_cfg is None:
            raise ParameterError(
                f"{self.name} has not run before; give run_cfg, such as "
                "Loihi2SimCfg(select_tag='fixed_pt')"
            )
        Runtime(self, run_cfg)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Refused: there is no executable to hold."""
        del args, kwargs
        raise NotSupportedError("compile is not mirrored; use create_runtime(run_cfg) or run()")

    def run(
        self, condition: RunSteps, run_cfg: Loihi1SimCfg | None = None, compile_config: Any = None
    ) -> None:
        """Run this process and all that it is connected to; a later run goes on.

        Parameters
        ----------
        condition : RunSteps
        run_cfg : Loihi1SimCfg or Loihi2SimCfg
            Needed by the first run, unused by later ones.
        compile_config : optional
            Kept for scripts.

        Raises
        ------
        ParameterError
            No run_cfg in the first run, or a value that the machine cannot hold.
        NotSupportedError
            A connection that cannot be run.
        RunError
            The process has stopped, or a monitor is too short.
        """
        del compile_config
        if not isinstance(condition, RunSteps):
            raise ParameterError(f"condition is {condition!r}; allowed: RunSteps(n)")
        if self.runtime is None:
            self.create_runtime(run_cfg)
        assert self.runtime is not None
        self.runtime.run(condition.num_steps)

    def wait(self) -> None:
        """Nothing: a run is finished when `run` returns."""

    def pause(self) -> None:
        """Nothing: a run is finished when `run` returns."""

    def stop(self) -> None:
        """End: variables can no longer be read, as in Lava."""
        if self.runtime is not None:
            self.runtime.stopped = True
