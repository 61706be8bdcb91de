"""Data that enters: `RingBuffer(data=...)`, last dimension time, repeated for ever."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class RingBuffer(AbstractProcess):
    """Sends data[..., (t - 1) % steps] in step t.

    Parameters
    ----------
    data : [*shape, steps] array
    """

    def __init__(self, *, data: Any) -> None:
        super().__init__(data=data)
        self.data = Var(shape=data.shape, init=data)
        self.s_out = OutPort(shape=data.shape[:-1])
