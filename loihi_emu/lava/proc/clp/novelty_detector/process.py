"""A signal where input is followed by no output in time: `NoveltyDetector`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class NoveltyDetector(AbstractProcess):
    """Sends 1 once output has not followed input within a time.

    Parameters
    ----------
    t_wait : int
        Steps that it waits.
    """

    def __init__(self, *, t_wait: int) -> None:
        super().__init__()
        self.input_aval_in, self.output_aval_in = InPort(shape=(1,)), InPort(shape=(1,))
        self.novelty_detected_out = OutPort(shape=(1,))
        self.t_wait: Any = Var(shape=(1,), init=t_wait)
