"""The synapse that a rule file suggests: initial weight, sign mode, weight format, tags.

Ranges are those of `loihi_emu.chip.formats`; nothing here is part of the learning rule itself.

>>> SynapseSetting(w0=128, sign_mode="EXCITATORY").num_weight_bits
8
"""

from __future__ import annotations

from dataclasses import dataclass

from loihi_emu.chip import formats
from loihi_emu.chip.machines import SIGN_MODES
from loihi_emu.compiler.values import check_integer
from loihi_emu.errors import Problem, RuleError


@dataclass(frozen=True)
class SynapseSetting:
    """The synapse that a rule's source used, or one that shows the rule well.

    Parameters
    ----------
    w0 : int, optional
        Initial weight mantissa, -256..255; the sign mode may narrow the range.
    sign_mode : {"MIXED", "EXCITATORY", "INHIBITORY"}
    num_weight_bits : int
        1..8.
    weight_exp : int
        -8..7.
    tag_1, tag_2 : int
        Initial tag, -256..255, and initial delay, 0..255.

    Raises
    ------
    RuleError
    """

    w0: int | None = None
    sign_mode: str = "MIXED"
    num_weight_bits: int = 8
    weight_exp: int = 0
    tag_1: int = 0
    tag_2: int = 0

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        if self.sign_mode not in SIGN_MODES:
            message = f"found {self.sign_mode!r:.60}; allowed: {', '.join(SIGN_MODES)}"
            problems.append(Problem("sign_mode", message))
        lowest = 0 if self.sign_mode == "EXCITATORY" else formats.WEIGHT.lowest
        highest = 0 if self.sign_mode == "INHIBITORY" else formats.WEIGHT.highest
        if self.w0 is not None:
            problems += check_integer("w0", self.w0, lowest, highest)
        for name, allowed in _SYNAPSE_RANGES.items():
            problems += check_integer(name, getattr(self, name), allowed[0], allowed[-1])
        if problems:
            raise RuleError("synapse", problems)


_SYNAPSE_RANGES = {
    "num_weight_bits": formats.WEIGHT_BITS,
    "weight_exp": formats.WEIGHT_EXPONENTS,
    "tag_1": (formats.TAG.lowest, formats.TAG.highest),
    "tag_2": (formats.LEARNED_DELAY.lowest, formats.LEARNED_DELAY.highest),
}
