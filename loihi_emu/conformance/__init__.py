"""Recorded cases: reading, replay and comparison; the parity score of recorded series."""

from loihi_emu.conformance.cases import Disagreement, first_disagreement, read_cases
from loihi_emu.conformance.replay import replay
from loihi_emu.conformance.score_machine import score
from loihi_emu.conformance.score_series import load_series

__all__ = ["Disagreement", "first_disagreement", "load_series", "read_cases", "replay", "score"]
