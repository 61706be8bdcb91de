"""Which numbers a learning rule may contain: ranges, each with its source.

A rule's text holds scales `mantissa * 2^exponent`, constants `(v + c)` and the k of u_k; beside the
text stand impulses and the epoch's length. Authority: Lava 0.10 `magma/core/learning`
(`product_series.py`, `constants.py`), held to its recorded parses.

>>> str(MANTISSA)
'-8..7'
>>> normalise(32, 0)
(4, 3)
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from operator import itemgetter
from typing import Final

from loihi_emu.chip import formats


@dataclass(frozen=True)
class Range:
    """A closed range of numbers, and its source."""

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
    """Mantissa and exponent, in normal form, whose scale is closest to `value`.

    Of two equally close ones the smaller magnitude. 0 is close to nothing but 0: who writes 0.001
    means a small scale, not none.

    >>> nearest(Fraction(1, 2)), nearest(Fraction(9))
    ((1, -1), (4, 1))
    """
    if value == 0:
        return 0, 0
    values = _scales()
    place = bisect_left(values, value, key=itemgetter(0))
    _, mantissa, exponent = min(
        values[max(0, place - 1) : place + 1], key=lambda one: (abs(one[0] - value), abs(one[0]))
    )
    return mantissa, exponent


@cache
def _scales() -> list[tuple[Fraction, int, int]]:
    """Every scale but 0 in rising order: its value, and the mantissa and exponent that say it best.

    Best is the exponent closest to 0: `4` rather than `2^2`.
    """
    exponents = range(EXPONENT.lowest, EXPONENT.highest + 1)
    scales = {
        mantissa * Fraction(2) ** exponent: normalise(mantissa, exponent)
        for exponent in sorted(exponents, key=abs, reverse=True)  # of equal values the last stays
        for mantissa in range(MANTISSA.lowest, MANTISSA.highest + 1)
        if mantissa != 0
    }
    return [(value, *scale) for value, scale in sorted(scales.items())]


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
