"""Resonate-and-fire neurons that are reset by a spike: `RF_IZ`."""

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.proc.rf.process import RF

__getattr__ = refuse_names(__name__)


class RF_IZ(RF):  # noqa: N801
    """As `RF`, but a spike is an imaginary part of at least vth, and resets the state."""
