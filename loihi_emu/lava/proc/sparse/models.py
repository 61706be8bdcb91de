"""Models of listed synapses in Python, for networks with a model of the user's own.

As proc/dense/models.py with scipy's csr_matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.connection import (
    LearningConnectionModelBitApproximate,
    LearningConnectionModelFloat,
)
from loihi_emu.lava.magma.core.model.py.ports import PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.dense.models import (
    PyConnectionModel,
    PyFixedConnectionModel,
    check_delays,
)
from loihi_emu.lava.proc.sparse.process import DelaySparse, LearningSparse, Sparse
from loihi_emu.lava.utils.weightutils import truncate_weights

__getattr__ = refuse_names(__name__)


class AbstractPySparseModelFloat(PyConnectionModel):
    """Synapses in float."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    a_buff: Any = LavaPyType(np.ndarray, float)
    weights: Any = LavaPyType(csr_matrix, float)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives."""
        self.a_out.send(self.a_buff)
        self.a_buff = self._weighed(self._received())


@implements(proc=Sparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PySparseModelFloat(AbstractPySparseModelFloat):
    """`Sparse` in float."""


class AbstractPySparseModelBitAcc(PyFixedConnectionModel):
    """Synapses in fixed point."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=16)
    a_buff: Any = LavaPyType(np.ndarray, np.int32, precision=16)
    weights: Any = LavaPyType(csr_matrix, np.int32, precision=8)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives."""
        self._begin()
        self.a_out.send(self.a_buff)
        self.a_buff = self._shifted(self._weighed(self._received()))


@implements(proc=Sparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PySparseModelBitAcc(AbstractPySparseModelBitAcc):
    """`Sparse` in fixed point."""


@implements(proc=LearningSparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyLearningSparseModelFloat(LearningConnectionModelFloat, AbstractPySparseModelFloat):
    """`LearningSparse` in float."""

    tag_1: Any = LavaPyType(csr_matrix, float)
    tag_2: Any = LavaPyType(csr_matrix, float)

    def run_spk(self) -> None:
        """Send what has been weighed, weigh what arrives, note spikes and traces."""
        self.a_out.send(self.a_buff)
        spikes = self._received()
        self.a_buff = self._weighed(spikes)
        self.recv_traces(spikes)


@implements(proc=LearningSparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_approximate_loihi", "fixed_pt")
class PyLearningSparseModelBitApproximate(
    LearningConnectionModelBitApproximate, AbstractPySparseModelBitAcc
):
    """`LearningSparse` in fixed point."""

    tag_1: Any = LavaPyType(csr_matrix, int, precision=8)
    tag_2: Any = LavaPyType(csr_matrix, int, precision=6)

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


class AbstractPyDelaySparseModel(PyConnectionModel):
    """Synapses with delays: `a_buff` has a column for each step to come."""

    delays: Any = None

    @staticmethod
    def get_delay_wgts_mat(weights: Any, delays: Any, max_delay: int) -> Any:
        """Weights of delay 0 above those of delay 1 and so on, [delay * post, pre]."""
        if max_delay == 0:
            return weights
        later = [weights.multiply(delays == k) for k in range(1, max_delay + 1)]
        at_once = (weights - weights.multiply(delays != 0)).tocsr()
        at_once.eliminate_zeros()
        return vstack([at_once, *later])

    def calc_act(self, s_in: NDArray[Any]) -> NDArray[Any]:
        """What arrives in each step to come, [post, delay]."""
        n_post, n_steps = self.a_buff.shape
        stacked = self.get_delay_wgts_mat(self.weights, self.delays, n_steps - 1)
        return np.asarray(stacked.dot(s_in)).reshape(n_steps, n_post).T

    def _next(self, total: NDArray[Any]) -> None:
        """Move on by a step and add what arrives."""
        self.a_buff[:, 0] = 0
        self.a_buff = np.roll(self.a_buff, -1) + total


@implements(proc=DelaySparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyDelaySparseModelFloat(AbstractPyDelaySparseModel):
    """`DelaySparse` in float."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    a_buff: Any = LavaPyType(np.ndarray, float)
    weights: Any = LavaPyType(csr_matrix, float)
    delays: Any = LavaPyType(csr_matrix, int)

    def run_spk(self) -> None:
        """Send what is due, spread what arrives over the steps to come."""
        self.a_out.send(self.a_buff[:, 0])
        self._next(self.calc_act(self._received()))


@implements(proc=DelaySparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class PyDelaySparseModelBitAcc(AbstractPyDelaySparseModel, PyFixedConnectionModel):
    """`DelaySparse` in fixed point."""

    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=16)
    a_buff: Any = LavaPyType(np.ndarray, np.int32, precision=16)
    weights: Any = LavaPyType(csr_matrix, np.int32, precision=8)
    delays: Any = LavaPyType(csr_matrix, np.int32, precision=6)

    def run_spk(self) -> None:
        """Send what is due, spread what arrives over the steps to come."""
        if not self.weights_set:
            check_delays(int(self.delays.max()))
        self._begin()
        self.a_out.send(self.a_buff[:, 0])
        self._next(self._shifted(self.calc_act(self._received())))
