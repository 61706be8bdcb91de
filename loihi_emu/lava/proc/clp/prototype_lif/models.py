"""The model of `PrototypeLIF`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.neuron import LearningNeuronModelFixed
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.clp.prototype_lif.process import PrototypeLIF
from loihi_emu.lava.proc.lif.models import AbstractPyLifModelFixed

__getattr__ = refuse_names(__name__)


@implements(proc=PrototypeLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PrototypeLIFBitAcc(LearningNeuronModelFixed, AbstractPyLifModelFixed):
    """`PrototypeLIF` in fixed point: the third factor numbers the neuron that learns, from 1."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    reset_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=1)
    vth: Any = LavaPyType(int, np.int32, precision=17)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.effective_vth: Any = 0
        self.s_out_buff: Any = np.zeros(proc_params["shape"])

    def scale_threshold(self) -> None:
        """Shift vth to the unit of v."""
        self.effective_vth = np.left_shift(self.vth, self.vth_shift)
        self.isthrscaled = True

    def spiking_activation(self) -> Any:
        """Whether v exceeds vth."""
        return self.v > self.effective_vth

    def run_spk(self) -> None:
        """As a LIF; a neuron that is named spikes alone and sends the largest y1 from then on."""
        received = self.a_in.recv()
        named = self.a_third_factor_in.recv().astype(np.int32)
        reset = self.reset_in.recv() > 0
        self.scale_bias()
        if not self.isthrscaled:
            self.scale_threshold()
        self.subthr_dynamics(activation_in=received)
        self.v[reset] = 0
        self.u[reset] = 0
        learns = self._learning(named)
        self.s_out_buff = self.spiking_activation()
        if learns.any():
            self.y1 = learns * formats.TRACE.highest
            self.s_out_buff = learns.copy()
        self.s_out.send(self.s_out_buff)
        self.s_out_bap.send(learns)
        self.s_out_y1.send(self.y1)
        self.reset_voltage(spike_vector=self.s_out_buff)

    def _learning(self, named: NDArray[Any]) -> NDArray[np.bool_]:
        """Which neuron is to learn, if any."""
        learns = np.zeros(self.s_out_bap.shape, bool)
        if named[0] != 0:
            learns[named[0] - 1] = True
        return learns
