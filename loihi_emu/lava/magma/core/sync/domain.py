"""Groups of processes with one protocol; processes here step together whatever their group."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import PortError, refuse_names
from loihi_emu.lava.magma.core.sync.protocol import AbstractSyncProtocol

__getattr__ = refuse_names(__name__)


class SyncDomain:
    """Processes and their protocol.

    Parameters
    ----------
    name : str
    protocol : AbstractSyncProtocol, optional
    processes : list of AbstractProcess, optional
    """

    def __init__(
        self,
        name: str,
        protocol: AbstractSyncProtocol | None = None,
        processes: list[Any] | None = None,
    ) -> None:
        self.name, self.protocol = name, protocol
        self.processes = [] if processes is None else processes

    def set_protocol(self, protocol: AbstractSyncProtocol) -> None:
        """Change the protocol."""
        if not isinstance(protocol, AbstractSyncProtocol):
            raise PortError(f"protocol is {protocol!r}; allowed: an AbstractSyncProtocol")
        self.protocol = protocol

    def add_process(self, process: Any) -> None:
        """Add a process."""
        self.processes.append(process)
