"""How processes run in Lava; here all run in one."""

from enum import IntEnum

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class ActorType(IntEnum):
    """The one kind there is."""

    MultiProcessing = 0
