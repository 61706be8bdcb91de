"""The model of `NoveltyDetector`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.clp.novelty_detector.process import NoveltyDetector

__getattr__ = refuse_names(__name__)


@implements(proc=NoveltyDetector, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "bit_accurate_loihi")
class PyNoveltyDetectorModel(PyLoihiProcessModel):
    """`NoveltyDetector`: a clock that input starts and output stops."""

    input_aval_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    output_aval_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    novelty_detected_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    t_wait: Any = LavaPyType(np.ndarray, np.int32, precision=32)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.waiting = False
        self.t_passed = 0

    def run_spk(self) -> None:
        """Receive, move the clock, send whether it ran out."""
        if self._arrived(self.input_aval_in.recv()):
            self.waiting, self.t_passed = True, 0
        novel = False
        if self._arrived(self.output_aval_in.recv()):
            self.waiting, self.t_passed = False, 0
        elif self.t_passed > self.t_wait:
            novel = True
            self.waiting, self.t_passed = False, 0
        self.t_passed += int(self.waiting)
        self.novelty_detected_out.send(np.array([int(novel)]))

    @staticmethod
    def _arrived(received: NDArray[Any]) -> bool:
        """Whether there is a signal."""
        return bool(received != 0)
