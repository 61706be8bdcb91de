"""What a number written into a learning rule may be: ranges, each with its source.

A rule's text holds scales `mantissa * 2^exponent`, constants `(v + c)` and the k of u_k; beside the
text stand impulses and the epoch's length. Authority: Lava 0.10 `magma/core/learning`
(`product_series.py`, `constants.py`), held to its recorded parses.

>>> str(MANTISSA)
'-8..7'
>>> normalise(32, 0)
(4, 3)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from loihi_emu.chip import formats


@dataclass(frozen=True)
class Range:
    """Closed range of numbers that a field holds, and who says so."""

    lowest: int
    highest: int
    source: str

    def __contains__(self, value: float) -> bool:
        return self.lowest <= value <= self.highest

    def __str__(self) -> str:
        return f"{self.lowest}..{self.highest}"


MANTISSA: Final = Range(-8, 7, "Lava W_S_MANT=4, signed; nengo-loihi mantissa_bits=3 and sign")
EXPONENT: Final = Range(-7, 8, "Lava product_series.py; Brian2Loihi takes 2^9 as well")
DECIMATION: Final = Range(0, 9, "k of u_k: one digit in Lava symbolic_equation.py and Brian2Loihi")
CONSTANT: Final = Range(
    formats.WEIGHT.lowest,
    formats.WEIGHT.highest,
    "8 signed bits (Lava W_CONST, Davies 2018), doubled beside w and t (Lava's `w+2C`); Lava "
    "itself refuses none, so every variable has the wider range",
)
IMPULSE: Final = Range(0, formats.TRACE.highest, "a trace's own range; a fraction is allowed")
EPOCH_STEPS: Final = Range(1, formats.EPOCH_TIME.highest, formats.EPOCH_TIME.source)


def normalise(mantissa: int, exponent: int) -> tuple[int, int]:
    """`mantissa * 2^exponent` with an even mantissa halved for as long as it is too large.

    Too large is a magnitude above 7, so -8 becomes -4 * 2^1 although it would fit; the exponent
    stops at 8. The result may still be out of range: 9 is odd and stays. Source: Lava's parser.
    """
    while abs(mantissa) > MANTISSA.highest and mantissa % 2 == 0 and exponent < EXPONENT.highest:
        mantissa //= 2
        exponent += 1
    return mantissa, exponent


def nearest(value: Fraction) -> tuple[int, int]:
    """The mantissa and exponent whose product is closest to `value`, the smallest exponent first.

    >>> nearest(Fraction(1, 2))
    (1, -1)
    """
    scales = [
        (mantissa, exponent)
        for exponent in range(EXPONENT.lowest, EXPONENT.highest + 1)
        for mantissa in range(MANTISSA.lowest, MANTISSA.highest + 1)
    ]
    best = min(scales, key=lambda scale: (abs(_value(*scale) - value), abs(scale[0])))
    return normalise(*best)


def _value(mantissa: int, exponent: int) -> Fraction:
    return mantissa * Fraction(2) ** exponent


def format_scale(mantissa: int, exponent: int) -> str:
    """The scale as rule text, as short as it gets: `3`, `2^-1`, `-3*2^-1`.

    >>> format_scale(-1, -2)
    '-2^-2'
    """
    if exponent == 0:
        return str(mantissa)
    if abs(mantissa) == 1:
        return f"{'-' if mantissa < 0 else ''}2^{exponent}"
    return f"{mantissa}*2^{exponent}"
