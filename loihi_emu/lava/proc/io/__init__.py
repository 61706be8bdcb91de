"""Names of Lava's `lava.proc.io`."""

from loihi_emu.lava.proc.io import dataloader, extractor, injector, reset, sink, source

__all__ = ["dataloader", "extractor", "injector", "reset", "sink", "source"]
