"""Neurons that multiply two graded inputs: `ProdNeuron`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class ProdNeuron(AbstractProcess):
    """Sends (a_in1 * a_in2) >> exp where its magnitude exceeds vth, else 0.

    Parameters
    ----------
    shape : tuple of int
    vth, exp : int
    """

    def __init__(self, shape: tuple[int, ...], vth: int = 1, exp: int = 0) -> None:
        super().__init__(shape=shape)
        self.a_in1, self.a_in2 = InPort(shape=shape), InPort(shape=shape)
        self.s_out = OutPort(shape=shape)
        self.vth, self.exp = Var(shape=(1,), init=vth), Var(shape=(1,), init=exp)
        self.v: Any = Var(shape=shape, init=0)

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        shape: tuple[int, ...] = self.proc_params["shape"]
        return shape
