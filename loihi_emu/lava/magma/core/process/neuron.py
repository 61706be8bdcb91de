"""What learning neurons share: ports over which they send spikes and traces, and their traces."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class LearningNeuronProcess:
    """Ports and variables of a neuron that sends third factors; a mixin before a neuron class.

    Parameters
    ----------
    shape : tuple of int
    learning_rule : LoihiLearningRule
        Kept in `proc_params`, where a model finds it.
    """

    def __init__(
        self, shape: tuple[int, ...], learning_rule: Any, *args: Any, **kwargs: Any
    ) -> None:
        given = {"shape": shape, "learning_rule": learning_rule, **kwargs}
        super().__init__(*args, **given)
        self.a_third_factor_in = InPort(shape=(shape[0],))
        for name in ("s_out_bap", "s_out_y1", "s_out_y2", "s_out_y3"):
            setattr(self, name, OutPort(shape=(shape[0],)))
        for name in ("y1", "y2", "y3"):
            setattr(self, name, Var(shape=shape, init=0))
