"""The number formats of the chip: the bits of each quantity, and the source.

Every width that the emulator uses stands here once. Other modules ask a format for its limits.
Example: `TRACE.highest` is 127, `WEIGHT.lowest` is -256.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class IntFormat:
    """An integer format: `bits` of magnitude, and another bit for the sign if `signed`.

    Parameters
    ----------
    name : str
    bits : int
        Magnitude bits; a signed format has one bit more.
    signed : bool
    source : str
        Source of the width.

    Examples
    --------
    >>> TRACE.lowest, TRACE.highest
    (0, 127)
    >>> WEIGHT.lowest, WEIGHT.highest
    (-256, 255)
    """

    name: str
    bits: int
    signed: bool
    source: str

    @property
    def size(self) -> int:
        """Number of magnitudes, 2 ** bits."""
        return 1 << self.bits

    @property
    def lowest(self) -> int:
        """Smallest value: the two's-complement end, or 0."""
        return -self.size if self.signed else 0

    @property
    def highest(self) -> int:
        """Largest value, 2 ** bits - 1."""
        return self.size - 1

    def holds(self, value: int) -> bool:
        """Whether `value` is in the format's range."""
        return self.lowest <= value <= self.highest


TRACE: Final = IntFormat(
    "trace", 7, False, "Lava constants.py W_TRACE; nengo-loihi clip=127; Brian2Loihi clip(0, 127)"
)
WEIGHT: Final = IntFormat("weight", 8, True, "Lava W_WEIGHTS_U=8 and sign; Davies 2018 9b(S)")
TAG: Final = IntFormat("tag", 8, True, "Lava W_TAG_1_U=8 and sign; Davies 2018 9b(S)")
LEARNED_DELAY: Final = IntFormat("delay variable", 8, False, "Lava W_TAG_2_U=8, saturated 0..255")
SYNAPTIC_DELAY: Final = IntFormat("synaptic delay", 6, False, "Davies 2018 6b(U); Brian2Loihi")
ACCUMULATOR: Final = IntFormat(
    "learning accumulator", 15, True, "Lava W_ACCUMULATOR_U=15; nengo-loihi LEARN_BITS=15"
)
REWARD: Final = IntFormat("reward trace", 7, True, "Davies 2018: r1 is 8b(S)")
EPOCH_TIME: Final = IntFormat("spike time in epoch", 6, False, "Lava W_EPOCH_TIME=6")
CURRENT: Final = IntFormat("u", 23, True, "Lava uv_bitwidth=24; nengo-loihi U_BITS=23 and sign")
VOLTAGE: Final = IntFormat("v", 23, True, "Lava uv_bitwidth=24")
DECAY: Final = IntFormat("du, dv", 12, False, "Lava LIF; nengo-loihi DECAY_U_MAX=4095")
THRESHOLD: Final = IntFormat("vth", 17, False, "Lava LIF; nengo-loihi VTH_MAN_MAX=2^17-1")
BIAS_MANTISSA: Final = IntFormat("bias_mant", 12, True, "Lava LIF; nengo-loihi BIAS_MAN_MAX")
BIAS_EXPONENT: Final = IntFormat("bias_exp", 3, False, "Lava LIF; nengo-loihi BIAS_EXP_MAX=7")
PAYLOAD: Final = IntFormat("graded payload", 8, False, "Lava graded spikes, num_message_bits=8")
DRAW: Final = IntFormat("draw of a synaptic update", 16, False, "our choice: the widest any uses")

NEVER_UP: Final = DRAW.highest
"""The draw that rounds no fraction up."""

FRACTION_BITS: Final = ACCUMULATOR.bits - WEIGHT.bits
"""Fractional bits of a synaptic variable in the accumulator: 7 (Lava; nengo LEARN_FRAC=7)."""

STATE_SHIFT: Final = 6
"""Synaptic input and thresholds are aligned left by 6 bits (Lava act_shift; nengo VTH_EXP)."""

INPUT_BITS: Final = 21 - STATE_SHIFT
"""Magnitude bits of a step's input before its shift (nengo Q_BITS=21 after it; Brian2Loihi's limit
of one synapse, 2^21 - 2^6)."""

NOISE_EXPONENTS: Final = range(24)
"""Exponents of neuron noise (nengo-loihi rounds to at most 23)."""

NOISE_OFFSETS: Final = range(-128, 128)
"""Offsets of neuron noise, in steps of 64; the register's width is not public."""

REWARDS: Final = range(REWARD.lowest, REWARD.highest + 1)
"""What a reward may give in one step: as many impulses of r1."""

RECEIVED_TRACE_TAU: Final = 65535
"""Time constant of a y trace received from a third factor: the largest of 16 bits (Lava
Loihi3FLearningRule); the trace hardly decays within its epoch."""

WEIGHT_EXPONENTS: Final = range(-8, 8)
"""Weight exponents, 4 bits signed (Brian2Loihi -8..7; nengo-loihi)."""

WEIGHT_LIMITS: Final = range(16)
"""Mantissa and exponent of a weight limit: 4 bits each, as public scripts for Loihi 1 keep to."""

WEIGHT_BITS: Final = range(1, 9)
"""Bits of a stored weight; the chip's table has 0..6 and 8 (nengo WEIGHT_BITS_MAP)."""

DELAYS: Final = range(SYNAPTIC_DELAY.size)
"""Synaptic delays 0..63 (Lava DelayDense; Brian2Loihi leaves the 6-bit code 63 unused)."""
