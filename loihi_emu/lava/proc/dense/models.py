"""Models of all-to-all synapses in Python, for networks with a model of the user's own.

Networks of library processes alone do not use them: those run compiled. Authority: the spec's
"One time step". What arrives in a step is sent in the next, so that loops need no order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.connection import (
    LearningConnectionModelBitApproximate,
    LearningConnectionModelFloat,
)
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.dense.process import DelayDense, Dense, LearningDense
from loihi_emu.lava.utils.weightutils import (
    SignMode,
    clip_weights,
    determine_sign_mode,
    truncate_weights,
)

__getattr__ = refuse_names(__name__)


class PyConnectionModel(PyLoihiProcessModel):
    """What models of synapses share: send the last step's input, receive spikes, weigh them."""

    s_in: Any = LavaPyType(PyInPort.VEC_DENSE, bool, precision=1)
    a_out: Any = None
    a_buff: Any = None
    weights: Any = None
    num_message_bits: Any = LavaPyType(np.ndarray, int, precision=5)

    def _received(self) -> NDArray[Any]:
        """Payloads, or whether there were spikes."""
        spikes = self.s_in.recv()
        return np.asarray(spikes if self.num_message_bits.item() > 0 else spikes.astype(bool))

    def _weighed(self, spikes: NDArray[Any]) -> NDArray[Any]:
        """The sum of weights of those that spiked, or times their payloads."""
        if spikes.dtype == bool and self.num_message_bits.item() == 0:
            return np.asarray(self.weights[:, spikes].sum(axis=1)).ravel()
        return np.asarray(self.weights.dot(spikes)).ravel()


class AbstractPyDenseModelFloat(PyConnectionModel):
    """Synapses in float."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    a_buff: Any = LavaPyType(np.ndarray, float)
    weights: Any = LavaPyType(np.ndarray, float)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives."""
        self.a_out.send(self.a_buff)
        self.a_buff = self._weighed(self._received())


@implements(proc=Dense, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyDenseModelFloat(AbstractPyDenseModelFloat):
    """`Dense` in float."""


class PyFixedConnectionModel(PyConnectionModel):
    """Synapses in fixed point: weights are cut to their bits once, input is shifted.

    Attributes
    ----------
    weights_set : bool
        Whether weights have been cut.
    weight_exp : int
    """

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.weights_set = False
        self.weight_exp: int = self.proc_params.get("weight_exp", 0)

    def _cut_weights(self) -> None:
        """Clip weights to the range of their sign mode and cut their low bits."""
        bits = self.proc_params.get("num_weight_bits", 8)
        sign: SignMode = self.proc_params.get("sign_mode") or determine_sign_mode(self.weights)
        clipped = clip_weights(self.weights, sign, num_bits=formats.WEIGHT.bits)
        self.weights = truncate_weights(clipped, sign, bits)

    def _shifted(self, total: NDArray[Any]) -> NDArray[Any]:
        """Input shifted by the weight's exponent."""
        exponent = self.proc_params.get("weight_exp", 0)
        if exponent > 0:
            return np.asarray(np.left_shift(total, exponent))
        return np.asarray(np.right_shift(total, -exponent))

    def _begin(self) -> None:
        """Cut weights in the first step."""
        if not self.weights_set:
            self._cut_weights()
            self.weights_set = True


class AbstractPyDenseModelBitAcc(PyFixedConnectionModel):
    """Synapses in fixed point."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=16)
    a_buff: Any = LavaPyType(np.ndarray, np.int32, precision=16)
    weights: Any = LavaPyType(np.ndarray, np.int32, precision=8)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives."""
        self._begin()
        self.a_out.send(self.a_buff)
        self.a_buff = self._shifted(self._weighed(self._received()))


@implements(proc=Dense, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyDenseModelBitAcc(AbstractPyDenseModelBitAcc):
    """`Dense` in fixed point."""


@implements(proc=LearningDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLearningDenseModelFloat(LearningConnectionModelFloat, AbstractPyDenseModelFloat):
    """`LearningDense` in float."""

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives, note spikes and traces."""
        self.a_out.send(self.a_buff)
        spikes = self._received()
        self.a_buff = self._weighed(spikes)
        self.recv_traces(spikes)


@implements(proc=LearningDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_approximate_loihi", "fixed_pt")
class PyLearningDenseModelBitApproximate(
    LearningConnectionModelBitApproximate, AbstractPyDenseModelBitAcc
):
    """`LearningDense` in fixed point."""

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.num_weight_bits: int = self.proc_params.get("num_weight_bits", 8)

    def _cut_weights(self) -> None:
        """Cut the weights' low bits; a learning connection does not clip them."""
        self.weights = truncate_weights(self.weights, self.sign_mode, self.num_weight_bits)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives, note spikes and traces."""
        self._begin()
        self.a_out.send(self.a_buff)
        spikes = self._received()
        self.a_buff = self._shifted(self._weighed(spikes))
        self.recv_traces(spikes)


class AbstractPyDelayDenseModel(PyConnectionModel):
    """Synapses with delays: `a_buff` has a column for each step to come."""

    delays: Any = None

    @staticmethod
    def get_delay_wgts_mat(weights: Any, delays: Any, max_delay: int) -> NDArray[Any]:
        """Weights of delay 0 above those of delay 1 and so on, [delay * post, pre]."""
        return np.vstack([np.where(delays == k, weights, 0) for k in range(max_delay + 1)])

    def calc_act(self, s_in: NDArray[Any]) -> NDArray[Any]:
        """What arrives in each step to come, [post, delay]."""
        n_post, n_steps = self.a_buff.shape
        stacked = self.get_delay_wgts_mat(self.weights, self.delays, n_steps - 1)
        return np.asarray(np.sum(stacked * s_in, axis=1)).reshape(n_steps, n_post).T

    def _next(self, total: NDArray[Any]) -> None:
        """Move on by a step and add what arrives."""
        self.a_buff[:, 0] = 0
        self.a_buff = np.roll(self.a_buff, -1) + total


@implements(proc=DelayDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyDelayDenseModelFloat(AbstractPyDelayDenseModel):
    """`DelayDense` in float."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    a_buff: Any = LavaPyType(np.ndarray, float)
    weights: Any = LavaPyType(np.ndarray, float)
    delays: Any = LavaPyType(np.ndarray, int)

    def run_spk(self) -> None:
        """Send what is due, spread what arrives over the steps to come."""
        self.a_out.send(self.a_buff[:, 0])
        self._next(self.calc_act(self._received()))


@implements(proc=DelayDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyDelayDenseModelBitAcc(AbstractPyDelayDenseModel, PyFixedConnectionModel):
    """`DelayDense` in fixed point."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=16)
    a_buff: Any = LavaPyType(np.ndarray, np.int32, precision=16)
    weights: Any = LavaPyType(np.ndarray, np.int32, precision=8)
    delays: Any = LavaPyType(np.ndarray, np.int32, precision=6)

    def run_spk(self) -> None:
        """Send what is due, spread what arrives over the steps to come."""
        if not self.weights_set:
            check_delays(self.delays.max())
        self._begin()
        self.a_out.send(self.a_buff[:, 0])
        self._next(self._shifted(self.calc_act(self._received())))


def check_delays(longest: int) -> None:
    """Refuse a delay that the chip does not have.

    Raises
    ------
    ParameterError
    """
    if longest not in formats.DELAYS:
        raise ParameterError(
            f"delays hold {longest}; allowed: {formats.DELAYS.start}..{formats.DELAYS.stop - 1}"
        )
