"""Names of Lava's `lava.proc.io`."""

from loihi_emu.lava.proc.io import extractor, injector, reset, sink, source

__all__ = ["extractor", "injector", "reset", "sink", "source"]
