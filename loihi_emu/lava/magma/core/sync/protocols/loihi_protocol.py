"""Steps of phases: spikes, management before learning, learning, management after it, host."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.sync.protocol import AbstractSyncProtocol

__getattr__ = refuse_names(__name__)

Proc_Function_With_Guard = namedtuple("Proc_Function_With_Guard", "guard func")


class Phase:
    """The phases of a step, as one-element arrays."""

    SPK: Final = np.array([1.0])
    PRE_MGMT: Final = np.array([2.0])
    LRN: Final = np.array([3.0])
    POST_MGMT: Final = np.array([4.0])
    HOST: Final = np.array([5.0])


@dataclass
class LoihiProtocol(AbstractSyncProtocol):
    """In every step `run_spk`; where their guards say so, the methods of the other phases."""

    phases: ClassVar[list[Any]] = [
        Phase.SPK, Phase.PRE_MGMT, Phase.LRN, Phase.POST_MGMT, Phase.HOST,
    ]  # fmt: skip
    proc_functions: ClassVar[list[Any]] = [
        Proc_Function_With_Guard("pre_guard", "run_pre_mgmt"),
        Proc_Function_With_Guard("lrn_guard", "run_lrn"),
        Proc_Function_With_Guard("post_guard", "run_post_mgmt"),
        Proc_Function_With_Guard("host_guard", "run_host_mgmt"),
        Proc_Function_With_Guard(None, "run_spk"),
    ]
