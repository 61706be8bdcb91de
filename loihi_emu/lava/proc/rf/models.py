"""Models of `RF` in float and in fixed point, and what `RF_IZ` shares with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.chip import formats
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.rf.process import RF

__getattr__ = refuse_names(__name__)


class AbstractPyRFModelFloat(PyLoihiProcessModel):
    """A complex state in float."""

    a_real_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    a_imag_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, bool, precision=1)
    real: Any = LavaPyType(np.ndarray, float)
    imag: Any = LavaPyType(np.ndarray, float)
    sin_decay: Any = LavaPyType(float, float)
    cos_decay: Any = LavaPyType(float, float)
    state_exp: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    decay_bits: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    vth: Any = LavaPyType(float, float)

    def scale_volt(self, voltage: Any) -> Any:
        """A product with a decay, in the unit of the state."""
        return voltage

    def resonator_dynamics(
        self, a_real_in_data: Any, a_imag_in_data: Any, real: Any, imag: Any
    ) -> tuple[Any, Any]:
        """The state turned, decayed and with its input."""
        turned_real = self.scale_volt(self.cos_decay * real)
        turned_real = turned_real - self.scale_volt(self.sin_decay * imag)
        turned_imag = self.scale_volt(self.sin_decay * real)
        turned_imag = turned_imag + self.scale_volt(self.cos_decay * imag)
        return turned_real + a_real_in_data, turned_imag + a_imag_in_data

    def _next(self) -> tuple[Any, Any]:
        """The next state."""
        received = self.a_real_in.recv(), self.a_imag_in.recv()
        return self.resonator_dynamics(*received, self.real, self.imag)

    def _spikes(self, real: Any, imag: Any) -> Any:
        """Where the imaginary part rises through 0 at a large real part."""
        return (real >= self.vth) * (imag >= 0) * (self.imag < 0)


class AbstractPyRFModelFixed(AbstractPyRFModelFloat):
    """A complex state in fixed point."""

    a_real_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int16, precision=24)
    a_imag_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int16, precision=24)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    real: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    imag: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    sin_decay: Any = LavaPyType(int, np.uint16, precision=12)
    cos_decay: Any = LavaPyType(int, np.uint16, precision=12)
    vth: Any = LavaPyType(np.ndarray, np.int32, precision=24)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.ri_bitwidth = formats.CURRENT.bits + 1
        self.pos_voltage_limit = np.int32(formats.CURRENT.highest)
        self.neg_voltage_limit = -self.pos_voltage_limit

    def scale_volt(self, voltage: Any) -> Any:
        """A product with a decay, cut toward zero."""
        return np.sign(voltage) * np.right_shift(np.abs(voltage), self.decay_bits)

    def _next(self) -> tuple[Any, Any]:
        """The next state, its input shifted up, held within its ends."""
        real, imag = self.resonator_dynamics(
            np.left_shift(self.a_real_in.recv(), self.state_exp),
            np.left_shift(self.a_imag_in.recv(), self.state_exp),
            np.int64(self.real),
            np.int64(self.imag),
        )
        ends = self.neg_voltage_limit, self.pos_voltage_limit
        return np.clip(real, *ends), np.clip(imag, *ends)


class _RF(AbstractPyRFModelFloat):
    """What `RF` does with the next state."""

    def run_spk(self) -> None:
        """Receive, turn, spike, send."""
        real, imag = self._next()
        spikes = self._spikes(real, imag)
        self.real[:], self.imag[:] = real, imag
        self.s_out.send(spikes)


@implements(proc=RF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyRFModelFloat(_RF):
    """`RF` in float."""


@implements(proc=RF, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyRFModelFixed(_RF, AbstractPyRFModelFixed):
    """`RF` in fixed point."""
