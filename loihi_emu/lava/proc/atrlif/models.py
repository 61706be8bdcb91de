"""Models of `ATRLIF` in float and in fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.atrlif.process import ATRLIF

__getattr__ = refuse_names(__name__)


class _ATRLIF(PyLoihiProcessModel):
    """Spikes and what follows them, alike in both modes."""

    a_in: Any
    s_out: Any
    i: Any
    v: Any
    theta: Any
    r: Any
    s: Any
    theta_step: Any

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Decay the states and add the input and the bias."""
        raise NotImplementedError

    def post_spike(self, spike_vector: NDArray[Any]) -> None:
        """Raise r by twice the threshold, and the threshold by its step."""
        self.r[spike_vector] += 2 * self.theta[spike_vector]
        self.theta[spike_vector] += self.theta_step

    def run_spk(self) -> None:
        """Receive, decay, spike, send."""
        self.subthr_dynamics(activation_in=self.a_in.recv())
        self.s[:] = (self.v - self.r) >= self.theta
        self.post_spike(spike_vector=self.s)
        self.s_out.send(self.s)


@implements(proc=ATRLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyATRLIFModelFloat(_ATRLIF):
    """`ATRLIF` in float."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    i: Any = LavaPyType(np.ndarray, float)
    v: Any = LavaPyType(np.ndarray, float)
    theta: Any = LavaPyType(np.ndarray, float)
    r: Any = LavaPyType(np.ndarray, float)
    s: Any = LavaPyType(np.ndarray, bool)
    bias_mant: Any = LavaPyType(np.ndarray, float)
    bias_exp: Any = LavaPyType(np.ndarray, float)
    delta_i: Any = LavaPyType(float, float)
    delta_v: Any = LavaPyType(float, float)
    delta_theta: Any = LavaPyType(float, float)
    delta_r: Any = LavaPyType(float, float)
    theta_0: Any = LavaPyType(float, float)
    theta_step: Any = LavaPyType(float, float)

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Decay i, v, theta toward theta_0, and r."""
        self.i[:] = (1 - self.delta_i) * self.i + activation_in
        self.v[:] = (1 - self.delta_v) * self.v + self.i + self.bias_mant
        self.theta[:] = (1 - self.delta_theta) * (self.theta - self.theta_0) + self.theta_0
        self.r[:] = (1 - self.delta_r) * self.r


@implements(proc=ATRLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyATRLIFModelFixed(_ATRLIF):
    """`ATRLIF` in fixed point; decays are fractions, thresholds and input are shifted by 6 bits."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int16, precision=16)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    i: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    v: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    theta: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    r: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    s: Any = LavaPyType(np.ndarray, bool)
    bias_mant: Any = LavaPyType(np.ndarray, np.int16, precision=13)
    bias_exp: Any = LavaPyType(np.ndarray, np.int16, precision=3)
    delta_i: Any = LavaPyType(int, np.uint16, precision=12)
    delta_v: Any = LavaPyType(int, np.uint16, precision=12)
    delta_theta: Any = LavaPyType(int, np.uint16, precision=12)
    delta_r: Any = LavaPyType(int, np.uint16, precision=12)
    theta_0: Any = LavaPyType(int, np.uint16, precision=12)
    theta_step: Any = LavaPyType(int, np.uint16, precision=12)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.ds_offset = 1
        self.isthrscaled = False
        self.effective_bias: Any = 0
        self.iv_bitwidth = formats.CURRENT.bits + 1
        self.max_iv_val = formats.CURRENT.size
        self.decay_shift, self.decay_unity = formats.DECAY.bits, formats.DECAY.size
        self.theta_unity = self.act_unity = 1 << formats.STATE_SHIFT

    def scale_bias(self) -> None:
        """The bias's mantissa shifted by its exponent."""
        mantissa = self.bias_mant.astype(np.int32)
        up, down = np.maximum(self.bias_exp, 0), np.maximum(-self.bias_exp, 0)
        self.effective_bias = np.where(self.bias_exp >= 0, mantissa << up, mantissa >> down)

    def scale_threshold(self) -> None:
        """Thresholds in the unit of v; theta begins at theta_0 whatever its first value was."""
        self.theta_0 = np.int32(self.theta_0 * self.theta_unity)
        self.theta = np.full(self.theta.shape, self.theta_0)
        self.theta_step = np.int32(self.theta_step * self.theta_unity)
        self.isthrscaled = True

    def _decayed(self, product: Any) -> NDArray[np.int64]:
        """A product with a 12-bit factor, cut toward zero."""
        whole = np.int64(product)
        return np.asarray(np.sign(whole) * np.right_shift(np.abs(whole), self.decay_shift))

    def _kept(self, delta: Any) -> Any:
        """The factor that a decay leaves, before it is cut to a whole number."""
        return self.decay_unity - delta * self.decay_unity

    def subthr_dynamics(self, activation_in: NDArray[Any]) -> None:
        """Decay i, v, theta toward theta_0, and r; i wraps around, v is held within its ends."""
        end = self.max_iv_val
        # Lava cuts the product of i with its whole factor, of the others the factor alone
        decayed = self._decayed(self.i * (self._kept(self.delta_i) - self.ds_offset))
        current = np.int32(decayed + activation_in * self.act_unity)
        wrapped = np.where(current > end, current - 2 * end, current)
        self.i[:] = np.where(wrapped <= -end, current + 2 * end, wrapped)
        voltage = self._decayed(np.int64(self.v) * np.int64(self._kept(self.delta_v)))
        raised = np.int32(voltage + self.i + self.effective_bias)
        self.v[:] = np.clip(raised, 1 - end, end - 1)
        above = np.int64(self.theta - self.theta_0) * np.int64(self._kept(self.delta_theta))
        self.theta[:] = np.int32(self._decayed(above)) + self.theta_0
        self.r[:] = self._decayed(np.int64(self.r) * np.int64(self._kept(self.delta_r)))

    def run_spk(self) -> None:
        """As in float, with bias and thresholds scaled first."""
        self.scale_bias()
        if not self.isthrscaled:
            self.scale_threshold()
        super().run_spk()
