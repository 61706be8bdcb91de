"""Lava's public names over loihi_emu: replace `from lava.` by `from loihi_emu.lava.` and run.

A script's processes become a `loihi_emu.Network`; nothing is computed here. Authority: the public
names, arguments and defaults of Lava 0.10.0; results equal its `fixed_pt` models bit for bit.
Example: `from loihi_emu.lava.proc.lif.process import LIF`.
"""

from loihi_emu.lava._refusals import NotMirroredError, refuse_unknown_modules

__all__ = ["NotMirroredError"]

refuse_unknown_modules(__name__)
