"""Data that leaves: `RingBuffer(shape=..., buffer=...)`, last dimension time."""

from __future__ import annotations

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

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
