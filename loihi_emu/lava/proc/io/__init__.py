"""Names of Lava's `lava.proc.io`: source and sink."""

from loihi_emu.lava.proc.io import sink, source

__all__ = ["sink", "source"]
