"""Data that leaves: `RingBuffer(shape=..., buffer=...)` and `Read(buffer=...)`; time is last."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import InPort, RefPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

__getattr__ = refuse_names(__name__)


class RingBuffer(AbstractProcess):
    """Keeps what arrives in step t in data[..., (t - 1) % buffer].

    Parameters
    ----------
    shape : tuple of int
    buffer : int
        Steps kept.
    """

    def __init__(self, *, shape: tuple[int, ...], buffer: int) -> None:
        super().__init__(shape=shape, buffer=buffer)
        self.shape = shape
        self.a_in = InPort(shape=shape)
        self.data = Var(shape=(*shape, buffer), init=np.zeros((*shape, buffer)))


class AbstractPyReceiveModel(PyLoihiProcessModel):
    """Keeps what arrives as a column of `data`."""

    a_in: Any = None
    data: Any = None

    def run_spk(self) -> None:
        """Receive the step's column."""
        self.data[..., (self.time_step - 1) % self.data.shape[-1]] = self.a_in.recv()


@implements(proc=RingBuffer, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyReceiveModelFloat(AbstractPyReceiveModel):
    """`RingBuffer` in float."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    data: Any = LavaPyType(np.ndarray, float)


@implements(proc=RingBuffer, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyReceiveModelFixed(AbstractPyReceiveModel):
    """`RingBuffer` in fixed point."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    data: Any = LavaPyType(np.ndarray, np.int32)


class Read(AbstractProcess):
    """Keeps the value of a variable of another process at regular intervals.

    Parameters
    ----------
    buffer : int
        Values kept; then the first are overwritten.
    interval, offset : int
        Steps between values, and the first one's step, counted from 0.
    """

    def __init__(self, *, buffer: int, interval: int = 1, offset: int = 0) -> None:
        super().__init__(buffer=buffer, interval=interval, offset=offset)
        self.interval = Var((1,), interval)
        self.offset = Var((1,), offset % interval)
        self.buffer = buffer
        self.state = RefPort((1,))
        self.data = Var(shape=(1, buffer), init=np.zeros((1, buffer)))

    def connect_var(self, var: Var) -> None:
        """Choose the variable."""
        self.state = RefPort(var.shape)
        self.state.connect_var(var)
        shape = (*var.shape, self.buffer)
        self.data = Var(shape=shape, init=np.zeros(shape))
        self._post_init()


class AbstractPyRead(PyLoihiProcessModel):
    """Reads after a step where the interval says so."""

    state: Any = None
    data: Any = None
    interval: Any = LavaPyType(np.ndarray, int)
    offset: Any = LavaPyType(np.ndarray, int)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.counter = 0

    def post_guard(self) -> Any:
        """Whether it is time."""
        return (self.time_step - 1) % self.interval == self.offset

    def run_post_mgmt(self) -> None:
        """Keep the value."""
        self.data[..., self.counter % self.data.shape[-1]] = self.state.read()
        self.counter += 1


@implements(proc=Read, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyReadFixed(AbstractPyRead):
    """`Read` in fixed point."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, np.int32)
    data: Any = LavaPyType(np.ndarray, np.int32)


@implements(proc=Read, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyReadFloat(AbstractPyRead):
    """`Read` in float."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, float)
    data: Any = LavaPyType(np.ndarray, float)
