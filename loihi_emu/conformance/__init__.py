"""Recorded cases: read, replay on the engine, compare with what was recorded."""

from loihi_emu.conformance.cases import Disagreement, first_disagreement, read_cases
from loihi_emu.conformance.replay import replay

__all__ = ["Disagreement", "first_disagreement", "read_cases", "replay"]
