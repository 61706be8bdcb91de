"""Models of `Sigma`, `Delta` and `SigmaDelta` in float and in fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import NotSupportedError, refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.sdn.process import ActivationMode, Delta, Sigma, SigmaDelta

__getattr__ = refuse_names(__name__)


class AbstractSigmaModel(PyLoihiProcessModel):
    """Adds up what arrives."""

    a_in: Any = None
    s_out: Any = None
    sigma: Any = None

    def sigma_dynamics(self, a_in_data: NDArray[Any]) -> Any:
        """The new sum."""
        return a_in_data + self.sigma

    def run_spk(self) -> None:
        """Receive, add, send."""
        self.sigma = self.sigma_dynamics(self.a_in.recv())
        self.s_out.send(self.sigma)


class AbstractDeltaModel(PyLoihiProcessModel):
    """Sends changes that reach the threshold and keeps the rest."""

    a_in: Any = None
    s_out: Any = None
    vth: Any = None
    act: Any = None
    residue: Any = None
    error: Any = None
    spike_exp: Any = None
    state_exp: Any = None
    cum_error: Any = None

    def delta_dynamics(self, act_data: NDArray[Any]) -> Any:
        """The changes to be sent."""
        delta = act_data - self.act + self.residue
        if self.cum_error:
            self.error += delta
            sent = np.where(np.abs(self.error) >= self.vth, delta, 0)
            self.error *= 1 - (np.abs(sent) > 0)
        else:
            sent = np.where(np.abs(delta) >= self.vth, delta, 0)
        self.residue = delta - sent
        return sent


class AbstractSigmaDeltaModel(AbstractSigmaModel, AbstractDeltaModel):
    """Adds up, activates, sends changes."""

    bias: Any = None

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.act_mode = self.proc_params["act_mode"]

    def activation_dynamics(self, sigma_data: NDArray[Any]) -> Any:
        """The activation of a sum."""
        if self.act_mode == ActivationMode.UNIT:
            return sigma_data + self.bias
        if self.act_mode == ActivationMode.RELU:
            return np.maximum(sigma_data + self.bias, 0)
        raise NotSupportedError(f"act_mode is {self.act_mode}; allowed: ActivationMode")

    def dynamics(self, a_in_data: NDArray[Any]) -> Any:
        """The changes to be sent."""
        self.sigma = self.sigma_dynamics(a_in_data)
        act = self.activation_dynamics(self.sigma)
        sent = self.delta_dynamics(act)
        self.act = act
        return sent


@implements(proc=Sigma, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PySigmaModelFloat(AbstractSigmaModel):
    """`Sigma` in float."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    sigma: Any = LavaPyType(np.ndarray, float)


@implements(proc=Sigma, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PySigmaModelFixed(AbstractSigmaModel):
    """`Sigma` in fixed point."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    sigma: Any = LavaPyType(np.ndarray, np.int32, precision=24)


class _DeltaFloat(AbstractDeltaModel):
    """Types in float."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    vth: Any = LavaPyType(np.ndarray, float)
    sigma: Any = LavaPyType(np.ndarray, float)
    act: Any = LavaPyType(np.ndarray, float)
    residue: Any = LavaPyType(np.ndarray, float)
    error: Any = LavaPyType(np.ndarray, float)
    spike_exp: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    state_exp: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    cum_error: Any = LavaPyType(np.ndarray, bool, precision=1)


class _DeltaFixed(AbstractDeltaModel):
    """Types in fixed point."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    vth: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    sigma: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    act: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    residue: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    error: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    spike_exp: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    state_exp: Any = LavaPyType(np.ndarray, np.int32, precision=3)
    cum_error: Any = LavaPyType(np.ndarray, bool, precision=1)


@implements(proc=Delta, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyDeltaModelFloat(_DeltaFloat):
    """`Delta` in float."""

    def run_spk(self) -> None:
        """Receive, send changes."""
        received = self.a_in.recv()
        sent = self.delta_dynamics(received)
        self.act = received
        self.s_out.send(sent)


@implements(proc=Delta, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyDeltaModelFixed(_DeltaFixed):
    """`Delta` in fixed point."""

    def run_spk(self) -> None:
        """Receive, shift up, send changes shifted down."""
        received = np.left_shift(self.a_in.recv(), self.spike_exp + self.state_exp)
        sent = np.right_shift(self.delta_dynamics(received), self.state_exp)
        self.act = received
        self.s_out.send(sent)


@implements(proc=SigmaDelta, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PySigmaDeltaModelFloat(AbstractSigmaDeltaModel, _DeltaFloat):
    """`SigmaDelta` in float."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    sigma: Any = LavaPyType(np.ndarray, float)
    bias: Any = LavaPyType(np.ndarray, float)

    def run_spk(self) -> None:
        """Receive, send changes."""
        self.s_out.send(self.dynamics(self.a_in.recv()))


@implements(proc=SigmaDelta, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PySigmaDeltaModelFixed(AbstractSigmaDeltaModel, _DeltaFixed):
    """`SigmaDelta` in fixed point."""

    a_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    sigma: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    bias: Any = LavaPyType(np.ndarray, np.int32, precision=16)

    def run_spk(self) -> None:
        """Receive, send changes shifted down."""
        self.s_out.send(np.right_shift(self.dynamics(self.a_in.recv()), self.state_exp))
