"""What `process.compile(run_cfg)` gives: processes and the models chosen for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


@dataclass
class Executable:
    """Processes that are connected, and their models.

    Parameters
    ----------
    processes : list of AbstractProcess
        Monitors and those made of others included.
    proc_builders : dict of process to model class
        Of all that have one.
    """

    processes: list[Any] = field(default_factory=list)
    proc_builders: dict[Any, Any] = field(default_factory=dict)

    @property
    def process_list(self) -> list[Any]:
        """The processes."""
        return self.processes

    def assign_runtime_to_all_processes(self, runtime: Any) -> None:
        """Let processes be run by a runtime."""
        for process in self.processes:
            process.runtime = runtime
