"""What a core and a chip can hold; each number with its source.

Authority: the public record of the chip. If two generations differ, there are two numbers. Limits
that no public source states (products and factors of a rule, words of microcode) are not here.
Example: `LOIHI_1.neurons_a_core.most` is 1024.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.chip.literals import EXPONENT
from loihi_emu.errors import unknown_name


@dataclass(frozen=True)
class Limit:
    """A limit and its source.

    Parameters
    ----------
    most : int
    evidence : str
        Class of evidence and source; see `choices.EVIDENCE_KINDS`.
    """

    most: int
    evidence: str


@dataclass(frozen=True)
class ChipLimits:
    """The limits of one generation of chips.

    Parameters
    ----------
    name : str
    cores : Limit
        Neuro cores of a chip.
    neurons_a_core, neurons_a_chip : Limit
    synapse_bytes_a_core : Limit
    input_axons, output_axons : Limit
        Of a core.
    synapse_formats : Limit
        Of a core: combinations of bits, exponent, sign, delay and tag.
    rule_slots : Limit
        Learning rules with their traces, of a core.
    epoch_lengths : Limit
        Of a core.
    """

    name: str
    cores: Limit
    neurons_a_core: Limit
    neurons_a_chip: Limit
    synapse_bytes_a_core: Limit
    input_axons: Limit
    output_axons: Limit
    synapse_formats: Limit
    rule_slots: Limit
    epoch_lengths: Limit


_AXONS: Final = Limit(4096, "CODE: nengo-loihi block.py")
_FORMATS: Final = Limit(16, "CODE: nengo-loihi asserts 16, with 'TODO check', and uses 8")
_RULES: Final = Limit(3, "CODE: nengo-loihi asserts at most 3 stdpPreCfg a core")
_EPOCHS: Final = Limit(1, "CODE: nengo-loihi writes one tepoch a core; that it is one is inferred")

LOIHI_1: Final = ChipLimits(
    name="Loihi 1",
    cores=Limit(128, "SNIP: IEEE CAS Magazine 2022 Q2"),
    neurons_a_core=Limit(1024, "CODE: nengo-loihi block.py, compartments"),
    neurons_a_chip=Limit(131_072, "SNIP: 128 cores of 1024"),
    synapse_bytes_a_core=Limit(128 * 1024, "CODE: nengo-loihi block.py, 16384 words of 64 bits"),
    input_axons=_AXONS,
    output_axons=_AXONS,
    synapse_formats=_FORMATS,
    rule_slots=_RULES,
    epoch_lengths=_EPOCHS,
)
"""The first generation."""

LOIHI_2: Final = ChipLimits(
    name="Loihi 2",
    cores=Limit(128, "SNIP: IEEE CAS Magazine 2022 Q2; 122 usable in Hala Point"),
    neurons_a_core=Limit(8192, "RECALL"),
    neurons_a_chip=Limit(1_000_000, "SNIP: open-neuromorphic.org"),
    synapse_bytes_a_core=Limit(192 * 1024, "RECALL: shared with neurons"),
    input_axons=Limit(_AXONS.most, "UNKNOWN: Loihi 1's number"),
    output_axons=Limit(_AXONS.most, "UNKNOWN: Loihi 1's number"),
    synapse_formats=Limit(_FORMATS.most, "UNKNOWN: Loihi 1's number"),
    rule_slots=Limit(_RULES.most, "UNKNOWN: Loihi 1's number"),
    epoch_lengths=Limit(_EPOCHS.most, "UNKNOWN: Loihi 1's number"),
)
"""The second generation; much of it is not public."""

CHIPS: Final[Mapping[str, ChipLimits]] = MappingProxyType(
    {one.name: one for one in (LOIHI_1, LOIHI_2)}
)
"""Chips by name."""

EPOCH_STEPS: Final = Limit(formats.EPOCH_TIME.highest, f"CODE: {formats.EPOCH_TIME.source}")
DELAY_STEPS: Final = Limit(formats.DELAYS[-1], f"RECALL: {formats.SYNAPTIC_DELAY.source}")
REFRACTORY_STEPS: Final = Limit(63, "CODE: nengo-loihi 1..63; Brian2Loihi 1..64")
WEIGHT_EXPONENT: Final = Limit(
    formats.WEIGHT_EXPONENTS[-1], "CODE: 4 bits signed, Brian2Loihi -8..7; nengo-loihi"
)
SCALE_EXPONENT: Final = Limit(EXPONENT.highest, f"CODE: {EXPONENT.source}")
STORED_WEIGHT_BITS: Final = (0, 1, 2, 3, 4, 5, 6, 8)
"""Widths that a synapse format has (CODE: nengo-loihi WEIGHT_BITS_MAP)."""

TAG_BITS: Final = 8
"""Bits of a stored tag (CODE: public rules set numTagBits = 8)."""

MEMORY_WORD_BITS: Final = 64
"""A neuron's synapses fill whole words (CODE: nengo-loihi block.py)."""


def find_chip(name: str) -> ChipLimits:
    """Find the limits of 'Loihi 1' or 'Loihi 2'; case and blank do not matter.

    Raises
    ------
    UnknownNameError
        No chip has this name.
    """
    for chip in CHIPS.values():
        if chip.name.replace(" ", "").lower() == name.replace(" ", "").replace("_", "").lower():
            return chip
    raise unknown_name("chip", name, list(CHIPS))
