"""The model of `ProdNeuron`, in fixed point alone, as in Lava 0.10."""

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
from loihi_emu.lava.proc.prodneuron.process import ProdNeuron

__getattr__ = refuse_names(__name__)


@implements(proc=ProdNeuron, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyProdNeuronModelFixed(PyLoihiProcessModel):
    """`ProdNeuron` in fixed point; v stays 0, as in Lava."""

    a_in1: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    a_in2: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    v: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    vth: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    exp: Any = LavaPyType(np.ndarray, np.int32, precision=24)

    def run_spk(self) -> None:
        """Receive, multiply, send."""
        product = self._shifted(self.a_in1.recv() * self.a_in2.recv())
        self.s_out.send(product * (np.abs(product) > self.vth))

    def _shifted(self, product: NDArray[Any]) -> NDArray[Any]:
        """Without the bits of the fixed point."""
        return np.asarray(product >> self.exp)
