"""LIF neurons that learn a pattern in one shot: `PrototypeLIF`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort
from loihi_emu.lava.proc.lif.process import LearningLIF

__getattr__ = refuse_names(__name__)


class PrototypeLIF(LearningLIF):
    """A LearningLIF that the number of a neuron as third factor lets learn, with a reset.

    Parameters
    ----------
    shape, **kwargs
        As for `LearningLIF`.
    """

    def __init__(self, *, shape: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(shape=shape, **kwargs)
        self.reset_in = InPort(shape=shape)
