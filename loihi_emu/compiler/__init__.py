"""Rule text to microcode: product series, learning rules, rule files, lowering for a machine.

>>> str(parse_series("x0 * (3 - w)"))
'-x0*(w-3)'
"""

from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Microcode
from loihi_emu.compiler.products import Factor, Product, ProductSeries, describe, parse_series
from loihi_emu.compiler.rule import LearningRule, Trace

__all__ = [
    "Factor",
    "LearningRule",
    "Microcode",
    "Product",
    "ProductSeries",
    "Trace",
    "describe",
    "lower",
    "parse_series",
]
