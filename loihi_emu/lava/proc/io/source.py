"""Data that enters: `RingBuffer(data=...)`, last dimension time, repeated for ever."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

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


class AbstractPyRingBuffer(PyLoihiProcessModel):
    """Sends a column of `data` in each step."""

    s_out: Any = None
    data: Any = None

    def run_spk(self) -> None:
        """Send the step's column."""
        self.s_out.send(self.data[..., (self.time_step - 1) % self.data.shape[-1]])


@implements(proc=RingBuffer, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PySendModelFloat(AbstractPyRingBuffer):
    """`RingBuffer` in float."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    data: Any = LavaPyType(np.ndarray, float)


@implements(proc=RingBuffer, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PySendModelFixed(AbstractPyRingBuffer):
    """`RingBuffer` in fixed point."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    data: Any = LavaPyType(np.ndarray, np.int32)
