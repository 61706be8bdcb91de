"""A variable set at regular intervals: `Reset`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import RefPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

__getattr__ = refuse_names(__name__)


class Reset(AbstractProcess):
    """Sets a variable of another process.

    Parameters
    ----------
    reset_value : int or float
    interval, offset : int
        Steps between resets, and the first one's step, counted from 0.
    """

    def __init__(self, *, reset_value: float = 0, interval: int = 1, offset: int = 0) -> None:
        super().__init__(reset_value=reset_value, interval=interval, offset=offset)
        self.reset_value = Var((1,), init=reset_value)
        self.interval = Var((1,), init=interval)
        self.offset = Var((1,), init=offset % interval)
        self.state = RefPort((1,))

    def connect_var(self, var: Var) -> None:
        """Choose the variable."""
        self.state = RefPort(var.shape)
        self.state.connect_var(var)
        self._post_init()


class AbstractPyReset(PyLoihiProcessModel):
    """Writes after a step where the interval says so."""

    state: Any = None
    reset_value: Any = LavaPyType(np.ndarray, int)
    interval: Any = LavaPyType(np.ndarray, int)
    offset: Any = LavaPyType(np.ndarray, int)

    def post_guard(self) -> Any:
        """Whether it is time."""
        return (self.time_step - 1) % self.interval == self.offset

    def run_post_mgmt(self) -> None:
        """Write the value everywhere."""
        self.state.write(np.zeros(self.state._shape, self.state._d_type) + self.reset_value)


@implements(proc=Reset, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyResetFixed(AbstractPyReset):
    """`Reset` in fixed point."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, int)


@implements(proc=Reset, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyResetFloat(AbstractPyReset):
    """`Reset` in float."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, float)
