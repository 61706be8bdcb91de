"""Rule text to syntax tree: `grammar.lark` defines the language, `parse_tree` reads it.

>>> len(parse_tree("2^-2*x1*y0 - 2^-2*y1*x0").products)
2
"""

from loihi_emu.language.parse import MAX_LENGTH, check_amount, parse_tree, read_products
from loihi_emu.language.tree import Series, format_tree
from loihi_emu.language.wording import NAMES

__all__ = [
    "MAX_LENGTH",
    "NAMES",
    "Series",
    "check_amount",
    "format_tree",
    "parse_tree",
    "read_products",
]
