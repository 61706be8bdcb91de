"""Models of `Readout` and `Allocator`."""

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
from loihi_emu.lava.proc.clp.nsm.process import Allocator, Readout

__getattr__ = refuse_names(__name__)


@implements(proc=Readout, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyReadoutModel(PyLoihiProcessModel):
    """`Readout`: a prototype without a label gets a negative one until the user names it."""

    inference_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    label_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    user_output: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    trigger_alloc: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    feedback: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    proto_labels: Any = LavaPyType(np.ndarray, np.int32)
    last_winner_id: Any = LavaPyType(np.ndarray, np.int32)

    def run_spk(self) -> None:
        """Receive spikes and the user's label, send label, feedback and trigger."""
        spiked = np.flatnonzero(self.inference_in.recv())
        given = self.label_in.recv()[0]
        label = self._inferred(spiked)
        right = 0
        if given != 0:
            known = self.proto_labels[self.last_winner_id]
            if known > 0:
                right = 1 if known == given else -1
            elif known < 0:
                self.proto_labels[self.last_winner_id] = given
                label = given
        self.user_output.send(np.array([label]))
        self.feedback.send(np.array([right]))
        self.trigger_alloc.send(np.array([int(right < 0)]))

    def _inferred(self, spiked: NDArray[Any]) -> Any:
        """The label of the first prototype that spiked; 0: none did."""
        if not spiked.size:
            return 0
        self.last_winner_id = spiked[0]
        if self.proto_labels[self.last_winner_id] == 0:
            self.proto_labels[self.last_winner_id] = -(self.last_winner_id + 1)
        return self.proto_labels[self.last_winner_id]


@implements(proc=Allocator, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyAllocatorModel(PyLoihiProcessModel):
    """`Allocator`: counts up."""

    trigger_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    allocate_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    next_alloc_id: Any = LavaPyType(np.ndarray, np.int32)
    n_protos: Any = LavaPyType(np.ndarray, np.int32)

    def run_spk(self) -> None:
        """Receive the trigger, send a number or 0."""
        sent = np.zeros(self.allocate_out.shape, np.int32)
        if self.trigger_in.recv()[0]:
            sent[0] = self.next_alloc_id.item()
            self.next_alloc_id += 1
        self.allocate_out.send(sent)
