"""Labels of prototypes and where the next one goes: `Readout`, `Allocator`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class Readout(AbstractProcess):
    """Names the class of the prototype that spikes, learns labels and finds errors.

    Parameters
    ----------
    n_protos : int
        Prototypes.
    proto_labels : int array, optional
        Their labels; 0: none yet.
    """

    def __init__(self, *, n_protos: int, proto_labels: Any = None) -> None:
        labels = np.zeros(n_protos, int) if proto_labels is None else proto_labels
        super().__init__(proto_labels=labels, n_protos=n_protos)
        self.inference_in, self.label_in = InPort(shape=(n_protos,)), InPort(shape=(1,))
        self.user_output, self.feedback = OutPort(shape=(1,)), OutPort(shape=(1,))
        self.trigger_alloc = OutPort(shape=(1,))
        self.proto_labels = Var(shape=(n_protos,), init=labels)
        self.last_winner_id = Var(shape=(1,), init=0)


class Allocator(AbstractProcess):
    """Sends the number of the next free prototype where it is triggered, else 0.

    Parameters
    ----------
    n_protos : int
    next_alloc_id : int
        The first one's number; numbers begin at 1.
    """

    def __init__(self, *, n_protos: int, next_alloc_id: int = 1) -> None:
        super().__init__()
        self.trigger_in, self.allocate_out = InPort(shape=(1,)), OutPort(shape=(1,))
        self.next_alloc_id = Var(shape=(1,), init=next_alloc_id)
        self.n_protos = Var(shape=(1,), init=n_protos)
