"""What a graded spike does to x1: `GradedSpikeCfg`."""

from enum import IntEnum

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class GradedSpikeCfg(IntEnum):
    """Names and numbers of the graded modes, those of `loihi_emu.description.connections`."""

    USE_REGULAR_IMPULSE = 0
    OVERWRITE = 1
    ADD_WITH_SATURATION = 2
    ADD_WITHOUT_SATURATION = 3
