"""Settings of spikes that enter or leave a chip; kept for scripts, nothing here reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class SpikeIOInterface(IntEnum):
    """How spikes reach a chip."""

    ETHERNET = 0
    PIO = 1


class SpikeIOPort(Enum):
    """By which port spikes reach a chip."""

    PIO_NORTH = "n"
    PIO_SOUTH = "s"
    PIO_EAST = "e"
    PIO_WEST = "w"
    PIO_UP = "u"
    PIO_DOWN = "d"
    ETHERNET = "p"


class SpikeIOMode(Enum):
    """When spikes that reach a chip are delivered."""

    FREE_RUNNING = 0
    TIME_COMPARE = 1


@dataclass
class ConnectionConfig:
    """Settings of a link between a chip and its host, by the names that scripts use."""

    interface: SpikeIOInterface = SpikeIOInterface.ETHERNET
    num_probes: int = 4
    ethernet_packet_len: int = 256
    ethernet_interface: str = "enp2s0"
    max_messages: int = 1024
    max_message_size: int = 4096
    spike_io_port: SpikeIOPort = SpikeIOPort.ETHERNET
    spike_io_mode: SpikeIOMode = SpikeIOMode.TIME_COMPARE
    num_time_buckets: int = 1 << 16
    ethernet_mac_address: str = "0x90e2ba01214c"
    loihi_mac_address: str = "0x0015edbeefed"
    ethernet_chip_id: tuple[int, int, int] | None = None
    ethernet_chip_idx: int | None = None
