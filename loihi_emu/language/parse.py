"""Rule text to syntax tree, by the grammar in `grammar.lark`.

A text that does not parse is cut at the signs between its products and each piece is parsed by
itself, so that every product reports its own fault. Nothing in a text is ever evaluated.

>>> parse_tree("2^-2 * x0 * y1").products[0].terms[1].name
'x0'
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from loihi_emu.errors import Fault, ParameterError, RuleSyntaxError
from loihi_emu.language import tree
from loihi_emu.language.wording import describe_fault

if TYPE_CHECKING:
    from lark import Lark

MAX_LENGTH = 10_000
"""Characters in one rule text. The longest rule in public use has some 150."""

MAX_FAULTS = 100
"""Products that are described as faulty; reading ends there, so that it takes linear time."""


def parse_tree(text: str, target: str = "dw") -> tree.Series:
    """Syntax tree of `text`.

    Parameters
    ----------
    text : str
        A sum of products, at most `MAX_LENGTH` characters.
    target : str
        Name shown before the text in an error: dw, dd or dt.

    Returns
    -------
    tree.Series

    Raises
    ------
    RuleSyntaxError
        The text is not in the language; the error lists all its faults.
    ParameterError
        `text` is not a string.

    Examples
    --------
    >>> [term.name for term in parse_tree("x0 * y1").products[0].terms]
    ['x0', 'y1']
    """
    products, faults = read_products(text)
    if faults:
        raise RuleSyntaxError(text, faults, target)
    return tree.Series(text, products)


def check_amount(text: str, name: str) -> None:
    """Raise `RuleSyntaxError` unless `text` is one literal: `m`, `2^e` or `m*2^e`, perhaps signed.

    `name` is shown before the text in the error.
    """
    fault = _length_fault(text) or _read(text, 0, len(text), "amount")[1]
    if fault is not None:
        raise RuleSyntaxError(text, [fault], name)


def read_products(text: object) -> tuple[tuple[tree.Product, ...], list[Fault]]:
    """Every product of `text` that parses, and a fault for every one that does not.

    Reading ends at the fault of number `MAX_FAULTS`.

    Raises
    ------
    ParameterError
        `text` is not a string.
    """
    if not isinstance(text, str):
        found = f"{type(text).__name__} {text!r:.60}"
        raise ParameterError(f"rule text is {found}; it must be a string")
    too_long = _length_fault(text)
    if too_long is not None:
        return (), [too_long]
    whole, fault = _read_piece(text, 0, len(text))
    if fault is None:
        return whole, []
    readable: list[tree.Product] = []
    faults: list[Fault] = []
    for start, end in _pieces(text):
        products, piece_fault = _read_piece(text, start, end)
        readable.extend(products)
        if piece_fault is not None:
            faults.append(piece_fault)
            if len(faults) == MAX_FAULTS:
                break
    return tuple(readable), faults or [fault]


def _length_fault(text: str) -> Fault | None:
    if len(text) <= MAX_LENGTH:
        return None
    message = f"rule text has {len(text)} characters; at most {MAX_LENGTH} are allowed"
    return Fault(message, MAX_LENGTH, MAX_LENGTH + 1)


_BRACKETS_EXPONENT_OR_SIGN = re.compile(r"\([^()]*\)|\^\s*[+-]|(?P<sign>[+-])")


def _pieces(text: str) -> list[tuple[int, int]]:
    """`text` cut before every sign that stands between products.

    A sign in closed brackets, in an exponent or after a `*` does not.
    """
    cuts, read, last = [0], 0, ""
    for match in _BRACKETS_EXPONENT_OR_SIGN.finditer(text):
        last = text[read : match.start()].rstrip()[-1:] or last
        if match["sign"] and last and last != "*":
            cuts.append(match.start())
        read, last = match.end(), match.group()[-1]
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _read_piece(text: str, start: int, end: int) -> tuple[tuple[tree.Product, ...], Fault | None]:
    """Products of `text[start:end]`, or none and its first fault."""
    products, fault = _read(text, start, end, "series")
    return products or (), fault


def _read(text: str, start: int, end: int, rule: str) -> tuple[Any, Fault | None]:
    """What the grammar's `rule` makes of `text[start:end]`, or None and the first fault."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    from loihi_emu.language.build import TreeBuilder

    try:
        parsed = _parser().parse(text[start:end], start=rule)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        position = end if at_end else start + (error.token.start_pos or 0)
        return None, describe_fault(text, start, end, position, error.accepts or error.expected)
    except UnexpectedCharacters as error:
        position = start + (error.pos_in_stream or 0)
        return None, describe_fault(text, start, end, position, error.allowed)
    return TreeBuilder(start).transform(parsed), None


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = files("loihi_emu.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        start=["series", "amount"],
        parser="lalr",
        propagate_positions=True,
        # in Unicode, a long s and a Kelvin sign are letters of ours once case is ignored
        g_regex_flags=re.ASCII,
    )
