"""The format of a synaptic variable: its limits before and after rounding, and how it is rounded.

Authority: the machine's fields. Kernels, ranges and parity scores take their numbers from here.
Example: an excitatory weight of LAVA is held at or above 0, rounded in 7 bits, clipped to 0..255.
"""

from __future__ import annotations

from typing import Final

from loihi_emu.chip import arithmetic, formats
from loihi_emu.chip.machines import Machine, SignMode

_UNLIMITED: Final = 1 << 30


def synapse_format(
    variable: str, machine: Machine, sign_mode: SignMode, num_weight_bits: int,
    weight_limit: tuple[int, int] | None = None,
) -> tuple[int, int, int, int, int]:  # fmt: skip
    """The five fields of `microcode.FORMAT_FIELDS` for w, d or t.

    Parameters
    ----------
    variable : {'w', 'd', 't'}
    machine : Machine
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
    num_weight_bits : int
        1..8.
    weight_limit : (int, int), optional
        Mantissa and exponent of the largest magnitude, for a machine that clips to it.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> synapse_format("t", LAVA, "MIXED", 8)[2:]
    (7, -257, 255)
    """
    low, high, absent = -_UNLIMITED, _UNLIMITED, 0
    if variable == "w":
        lowest, highest = weight_range(machine, sign_mode, weight_limit)
        low = 0 if sign_mode == "EXCITATORY" else low
        high = 0 if sign_mode == "INHIBITORY" else high
        bits = low_bits(machine, sign_mode, num_weight_bits)
        if machine.rounds_at == "stored":
            absent = bits
        if machine.weight_ends == "stored":
            lowest, highest = -(-lowest >> bits << bits), highest >> bits << bits
    elif variable == "d":
        low, (lowest, highest) = 0, machine.delay_range
    else:
        lowest, highest = machine.tag_range
    return low, high, formats.FRACTION_BITS + absent, lowest, highest


def weight_range(
    machine: Machine, sign_mode: SignMode, weight_limit: tuple[int, int] | None
) -> tuple[int, int]:
    """Lowest and highest weight of a sign mode, within the connection's limit if it clips."""
    lowest, highest = machine.weight_range(sign_mode)
    if weight_limit is None or machine.weight_limit == "ignored":
        return lowest, highest
    mantissa, exponent = weight_limit
    return max(lowest, -(mantissa << exponent)), min(highest, mantissa << exponent)


def low_bits(machine: Machine, sign_mode: SignMode, num_weight_bits: int) -> int:
    """Low bits that a stored weight lacks, at least 0."""
    sign_bit = sign_mode == "MIXED" and machine.mixed_sign_takes_bit
    return max(0, arithmetic.low_bits_absent(num_weight_bits, sign_bit))


def truncated(weight: int, machine: Machine, sign_mode: SignMode, num_weight_bits: int) -> int:
    """An initial weight as the machine stores it when the first step begins."""
    if machine.truncated != "stored":
        return weight
    low = low_bits(machine, sign_mode, num_weight_bits)
    floors = cut_floors(machine, sign_mode)
    return arithmetic.truncate_low_bits(weight, low, toward_zero=not floors)


def cut_floors(machine: Machine, sign_mode: SignMode) -> bool:
    """Whether truncation floors; the magnitude of a weight of one sign is cut toward zero."""
    return sign_mode == "MIXED" and machine.mixed_truncation == "floor"
