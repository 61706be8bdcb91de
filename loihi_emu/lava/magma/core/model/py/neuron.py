"""What models of learning neurons share: ports for spikes and traces, in fixed point or float."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType

__getattr__ = refuse_names(__name__)


class LearningNeuronModel(PyLoihiProcessModel):
    """A neuron that sends its spikes and up to three traces to learning connections."""

    a_third_factor_in: Any = None
    s_out_bap: Any = None
    s_out_y1: Any = None
    s_out_y2: Any = None
    s_out_y3: Any = None
    y1: Any = None
    y2: Any = None
    y3: Any = None

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self._shape = self.proc_params["shape"]
        self._learning_rule = self.proc_params["learning_rule"]


class LearningNeuronModelFixed(LearningNeuronModel):
    """In fixed point."""

    a_third_factor_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    s_out_bap: Any = LavaPyType(PyOutPort.VEC_DENSE, bool, precision=1)
    s_out_y1: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=7)
    s_out_y2: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=7)
    s_out_y3: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=7)
    y1: Any = LavaPyType(np.ndarray, np.int32, precision=7)
    y2: Any = LavaPyType(np.ndarray, np.int32, precision=7)
    y3: Any = LavaPyType(np.ndarray, np.int32, precision=7)


class LearningNeuronModelFloat(LearningNeuronModel):
    """In float."""

    a_third_factor_in: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_out_bap: Any = LavaPyType(PyOutPort.VEC_DENSE, bool)
    s_out_y1: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    s_out_y2: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    s_out_y3: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    y1: Any = LavaPyType(np.ndarray, float)
    y2: Any = LavaPyType(np.ndarray, float)
    y3: Any = LavaPyType(np.ndarray, float)
