"""When process models run: the base class of protocols."""

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class AbstractSyncProtocol:
    """When the models of a domain run, and when they may exchange data."""
