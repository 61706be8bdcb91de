"""Models of LIF neurons in Python, for networks with a model of the user's own and to inherit from.

Networks of library processes alone do not use them: those run compiled. Authority: the
spec's "LIF" section; both give the same numbers, bit for bit in fixed point.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.neuron import (
    LearningNeuronModelFixed,
    LearningNeuronModelFloat,
)
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.lif.process import (
    LIF,
    LearningLIF,
    LIFRefractory,
    LIFReset,
    TernaryLIF,
)

__getattr__ = refuse_names(__name__)


class AbstractPyLifModelFloat(PyLoihiProcessModel):
    """LIF neurons in float; a model of one's own says when they spike."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = None
    u: Any = LavaPyType(np.ndarray, float)
    v: Any = LavaPyType(np.ndarray, float)
    bias_mant: Any = LavaPyType(np.ndarray, float)
    bias_exp: Any = LavaPyType(np.ndarray, float)
    du: Any = LavaPyType(float, float)
    dv: Any = LavaPyType(float, float)

    def spiking_activation(self) -> Any:
        """What each neuron sends; of an inheriting model."""
        raise NotImplementedError(f"{type(self).__name__} has no spiking_activation")

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Decay u and v, and add the input and the bias."""
        self.u[:] = self.u * (1 - self.du) + activation_in
        self.v[:] = self.v * (1 - self.dv) + self.u + self.bias_mant

    def reset_voltage(self, spike_vector: NDArray[Any]) -> None:
        """Set v of neurons that spiked to 0."""
        self.v[spike_vector] = 0

    def run_spk(self) -> None:
        """Receive, integrate, spike, send."""
        self.subthr_dynamics(activation_in=self.a_in.recv())
        self.s_out_buff = self.spiking_activation()
        self.reset_voltage(spike_vector=self.s_out_buff)
        self.s_out.send(self.s_out_buff)


class AbstractPyLifModelFixed(PyLoihiProcessModel):
    """LIF neurons in the chip's integers; a model of one's own scales thresholds and spikes.

    Attributes
    ----------
    ds_offset, dm_offset : int
        Added to du and dv.
    max_uv_val : int
        u wraps beyond it, v is held within.
    decay_shift, decay_unity, vth_shift, act_shift : int
        Bits of decays, of thresholds and of input.
    effective_bias : array
    """

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int16, precision=16)
    s_out: Any = None
    u: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    v: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    du: Any = LavaPyType(int, np.uint16, precision=12)
    dv: Any = LavaPyType(int, np.uint16, precision=12)
    bias_mant: Any = LavaPyType(np.ndarray, np.int16, precision=13)
    bias_exp: Any = LavaPyType(np.ndarray, np.int16, precision=3)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.ds_offset, self.dm_offset = 1, 0
        self.isbiasscaled = self.isthrscaled = False
        self.effective_bias: Any = 0
        self.uv_bitwidth = formats.CURRENT.bits + 1
        self.max_uv_val = formats.CURRENT.size
        self.decay_shift = formats.DECAY.bits
        self.decay_unity = formats.DECAY.size
        self.vth_shift = self.act_shift = formats.STATE_SHIFT

    def scale_bias(self) -> None:
        """The bias's mantissa shifted by its exponent."""
        mantissa = self.bias_mant.astype(np.int32)
        up, down = np.maximum(self.bias_exp, 0), np.maximum(-self.bias_exp, 0)
        self.effective_bias = np.where(self.bias_exp >= 0, mantissa << up, mantissa >> down)
        self.isbiasscaled = True

    def scale_threshold(self) -> None:
        """Thresholds as v is compared with them; of an inheriting model."""
        raise NotImplementedError(f"{type(self).__name__} has no scale_threshold")

    def spiking_activation(self) -> Any:
        """What each neuron sends; of an inheriting model."""
        raise NotImplementedError(f"{type(self).__name__} has no spiking_activation")

    def _decayed(self, state: NDArray[Any], decay: int) -> NDArray[np.int32]:
        """What a step leaves of u or v, cut toward zero."""
        product = state.astype(np.int64) * (self.decay_unity - decay)
        cut = np.sign(product) * (np.abs(product) >> self.decay_shift)
        return np.asarray(cut, np.int32)

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Decay u and v, add the input and the bias; u wraps around, v is held within its ends."""
        current = self._decayed(self.u, self.du + self.ds_offset)
        current = current + np.left_shift(activation_in, self.act_shift)
        end = self.max_uv_val
        # the second wrap begins from the sum, as the first does
        wrapped = np.where(current > end, current - 2 * end, current)
        self.u[:] = np.where(wrapped <= -end, current + 2 * end, wrapped)
        voltage = self._decayed(self.v, self.dv + self.dm_offset)
        self.v[:] = np.clip(voltage + self.u + self.effective_bias, 1 - end, end - 1)

    def reset_voltage(self, spike_vector: NDArray[Any]) -> None:
        """Set v of neurons that spiked to 0."""
        self.v[spike_vector] = 0

    def run_spk(self) -> None:
        """Receive, integrate, spike, send."""
        received = self.a_in.recv()
        self.scale_bias()
        if not self.isthrscaled:
            self.scale_threshold()
        self.subthr_dynamics(activation_in=received)
        self.s_out_buff = self.spiking_activation()
        self.reset_voltage(spike_vector=self.s_out_buff)
        self.s_out.send(self.s_out_buff)


class _OneThresholdFloat(AbstractPyLifModelFloat):
    """Neurons that spike above vth."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    vth: Any = LavaPyType(float, float)

    def spiking_activation(self) -> Any:
        """Whether v exceeds vth."""
        return self.v > self.vth


class _OneThresholdFixed(AbstractPyLifModelFixed):
    """Neurons that spike above vth, which v is compared with in its own unit."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    vth: Any = LavaPyType(int, np.int32, precision=17)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.effective_vth: Any = 0

    def scale_threshold(self) -> None:
        """Shift vth to the unit of v."""
        self.effective_vth = np.left_shift(self.vth, self.vth_shift)
        self.isthrscaled = True

    def spiking_activation(self) -> Any:
        """Whether v exceeds vth."""
        return self.v > self.effective_vth


@implements(proc=LIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLifModelFloat(_OneThresholdFloat):
    """`LIF` in float."""


@implements(proc=LIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyLifModelBitAcc(_OneThresholdFixed):
    """`LIF` in fixed point."""


@implements(proc=TernaryLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyTernLifModelFloat(AbstractPyLifModelFloat):
    """`TernaryLIF` in float."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float, precision=2)
    vth_hi: Any = LavaPyType(float, float)
    vth_lo: Any = LavaPyType(float, float)

    def spiking_activation(self) -> Any:
        """1 above vth_hi, -1 below vth_lo."""
        return (self.v > self.vth_hi) - 1 * (self.v < self.vth_lo)

    def reset_voltage(self, spike_vector: NDArray[Any]) -> None:
        """Set v of neurons that spiked either way to 0."""
        self.v[spike_vector != 0] = 0


@implements(proc=TernaryLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyTernLifModelFixed(AbstractPyLifModelFixed):
    """`TernaryLIF` in fixed point."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, int, precision=2)
    vth_hi: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    vth_lo: Any = LavaPyType(np.ndarray, np.int32, precision=24)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.effective_vth_hi: Any = 0
        self.effective_vth_lo: Any = 0

    def scale_threshold(self) -> None:
        """Shift both thresholds to the unit of v."""
        self.effective_vth_hi = np.left_shift(self.vth_hi, self.vth_shift)
        self.effective_vth_lo = np.left_shift(self.vth_lo, self.vth_shift)
        self.isthrscaled = True

    def spiking_activation(self) -> Any:
        """1 above vth_hi, -1 below vth_lo."""
        return (self.v > self.effective_vth_hi) - 1 * (self.v < self.effective_vth_lo)

    def reset_voltage(self, spike_vector: NDArray[Any]) -> None:
        """Set v of neurons that spiked either way to 0."""
        self.v[spike_vector != 0] = 0


class _Resetting(PyLoihiProcessModel):
    """Sets u and v to 0 at regular intervals, before a step; a mixin before a LIF model."""

    u: Any
    v: Any

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.reset_interval = proc_params["reset_interval"]
        self.reset_offset = proc_params["reset_offset"] % self.reset_interval

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Reset where it is time, then as the LIF model."""
        if self.time_step % self.reset_interval == self.reset_offset:
            self.u[:] = 0
            self.v[:] = 0
        super().subthr_dynamics(activation_in)  # type: ignore[misc]


@implements(proc=LIFReset, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLifResetModelFloat(_Resetting, _OneThresholdFloat):
    """`LIFReset` in float."""


@implements(proc=LIFReset, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyLifResetModelBitAcc(_Resetting, _OneThresholdFixed):
    """`LIFReset` in fixed point."""


@implements(proc=LIFRefractory, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLifRefractoryModelFloat(_OneThresholdFloat):
    """`LIFRefractory` in float: v rests after a spike."""

    refractory_period_end: Any = LavaPyType(np.ndarray, int)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.refractory_period = proc_params["refractory_period"]

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """As LIF, but v of neurons that rest stays."""
        self.u[:] = self.u * (1 - self.du) + activation_in
        awake = self.refractory_period_end < self.time_step
        self.v[awake] = (self.v * (1 - self.dv) + self.u + self.bias_mant)[awake]

    def reset_voltage(self, spike_vector: NDArray[Any]) -> None:
        """Set v of neurons that spiked to 0 and let them rest."""
        self.refractory_period_end[spike_vector] = self.time_step + self.refractory_period
        super().reset_voltage(spike_vector)


@implements(proc=LearningLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyLearningLIFModelFixed(LearningNeuronModelFixed, _OneThresholdFixed):
    """`LearningLIF` in fixed point; its learning ports send nothing, as in Lava 0.10."""


@implements(proc=LearningLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLearningLifModelFloat(LearningNeuronModelFloat, _OneThresholdFloat):
    """`LearningLIF` in float; its learning ports send nothing, as in Lava 0.10."""
