"""What a syntax fault says: what was found, what is allowed there, and the likely remedy.

`describe_fault` gets the place where the parser stopped and the grammar's terminals that could have
stood there; everything else it reads from the text.

>>> describe_fault("x0*0.5", 0, 6, 3, {"INTEGER"}).message
'0.5 is not a number of the language, which has integers and powers of two; write 2^-1'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from fractions import Fraction

from loihi_emu.chip import literals
from loihi_emu.errors import Fault, look_alikes

NAMES = (
    *("x0", "x1", "x2", "y0", "y1", "y2", "y3", "w", "d", "t", "r0", "r1"),
    *(f"u{k}" for k in range(literals.DECIMATION.lowest, literals.DECIMATION.highest + 1)),
    *("sgn", "sign"),
)
"""Every word of the language."""

_TERMINALS = {
    "INTEGER": "an integer",
    "TWO": "2^e",
    "SPIKE": "x0, y0",
    "EPOCH": "u0..u9",
    "TRACE": "x1, x2, y1, y2, y3",
    "SYNAPTIC": "w, d, t",
    "REWARD": "r0, r1",
    "SGN": "sgn(..)",
    "STAR": "*",
    "CIRCUMFLEX": "^",
    "LPAR": "(",
    "RPAR": ")",
    "PLUS": "+",
    "MINUS": "-",
    "$END": "the end",
}

_OTHER_NAMES = {"wgt": "w", "weight": "w", "dly": "d", "delay": "d", "tag": "t", "signum": "sgn"}

_OTHER_SIGNS = {
    "/": "there is no division; write a power such as 2^-1",
    "=": "write the sum of products alone, without `dw =`",
    ".": "numbers are integers and powers of two",
    "\N{MINUS SIGN}": "write -",
    "\N{EN DASH}": "write -",
    "\N{MULTIPLICATION SIGN}": "write *",
    "\N{MIDDLE DOT}": "write *",
    "\N{DOT OPERATOR}": "write *",
    "\N{NO-BREAK SPACE}": "write an ordinary space",
    "\N{SUPERSCRIPT TWO}": "write the factor twice",
    "[": "write (",
    "]": "write )",
}


def describe_fault(text: str, start: int, end: int, position: int, allowed: Set[str]) -> Fault:
    """The fault at `position` of `text[start:end]`, where one of `allowed` could stand."""
    if not text[start:position].strip() and not text[position:end].strip():
        whole = not text.strip()
        message = "rule text is empty" if whole else "there is no product here"
        return Fault(f"{message}; a rule is a sum of products such as 2^-2*x1*y0", start, start)
    if not text[position:end].strip():
        position = start + len(text[start:position].rstrip())
        return Fault(_at_end(text, start, position, allowed), position, position)
    found = _word_at(text, position)
    return Fault(_found(text, start, position, found, allowed), position, position + len(found))


def _word_at(text: str, position: int) -> str:
    """The run of letters, digits and points at `position`, or the one character there."""
    match = re.compile(r"[\w.]+").match(text, position)
    return match.group() if match else text[position]


def _at_end(text: str, start: int, position: int, allowed: Set[str]) -> str:
    last = text[position - 1]
    if "RPAR" in allowed:
        return "a bracket is not closed; " + _allowed(allowed)
    if last in "+-" and not text[start : position - 1].strip():
        return f"{last} is not followed by a product"
    return f"the product ends after {last}; " + _allowed(allowed)


def _found(text: str, start: int, position: int, found: str, allowed: Set[str]) -> str:
    before = text[start:position].rstrip()[-1:]
    name = found.lower()
    if name in NAMES and "STAR" in allowed:
        return f"a * is missing before {found}"
    if found == "^":
        return (
            "only 2 has a power, 2^e" if "CIRCUMFLEX" not in allowed else _expected(found, allowed)
        )
    if found == "*" and before == "*":
        return "found **; a product has one * between its terms, a power is 2^e"
    if found in "+-" and before == "*":
        return f"found {found} after *; a sign inside a product needs brackets, as in (-2)"
    if found in "+-" and before in ("+", "-"):
        return f"found {found} after {before}; one sign stands between products"
    if found == ")" and "RPAR" not in allowed:
        return "found ) without its ("
    if found == "(" and before == "(":
        return "found ( after (; brackets do not nest"
    return _remedy(found, allowed) or _expected(found, allowed)


def _remedy(found: str, allowed: Set[str]) -> str | None:
    """What to write instead of a word or sign that is not in the language at all."""
    if found in _OTHER_SIGNS:
        return f"found {_show(found)}; {_OTHER_SIGNS[found]}"
    if re.fullmatch(r"[0-9]*\.[0-9]+|[0-9]+\.", found):
        return _decimal(found)
    if re.fullmatch(r"0[0-9]+", found):
        return f"{_show(found)} begins with 0; write {found.lstrip('0') or '0':.20}"
    if re.fullmatch(r"[0-9]{19,}", found):
        return f"a number of {len(found)} digits; at most 18 are allowed"
    if re.fullmatch(r"[uU][0-9]*", found):
        return f"{_show(found)} is no dependency; u has one digit, u0..u9"
    missing_star = re.fullmatch(r"([0-9]+)([A-Za-z]\w*)", found)
    if missing_star and missing_star[2].lower() in NAMES:
        return f"a * is missing in {found}; write {missing_star[1]}*{missing_star[2]}"
    if found[0].isalpha() and found.lower() not in NAMES:
        return _unknown_name(found, allowed)
    return None


def _decimal(found: str) -> str:
    kinds = "which has integers and powers of two"
    if len(found) > 18:
        return f"{_show(found)} is not a number of the language, {kinds}"
    wanted = Fraction(found)
    mantissa, exponent = literals.nearest(wanted)
    same = mantissa * Fraction(2) ** exponent == wanted
    literal = literals.format_scale(mantissa, exponent)
    remedy = f"write {literal}" if same else f"the nearest is {literal}"
    return f"{found} is not a number of the language, {kinds}; {remedy}"


def _unknown_name(found: str, allowed: Set[str]) -> str:
    lower = found.lower()
    close = [_OTHER_NAMES[lower]] if lower in _OTHER_NAMES else []
    close = close or look_alikes(lower, NAMES)
    guess = f"did you mean {' or '.join(close)}?" if close else _allowed(allowed)
    return f"unknown name {_show(found)}; {guess}"


def _expected(found: str, allowed: Set[str]) -> str:
    return f"found {_show(found)}; {_allowed(allowed)}"


def _allowed(allowed: Set[str]) -> str:
    return "allowed here: " + ", ".join(word for key, word in _TERMINALS.items() if key in allowed)


def _show(found: str) -> str:
    """`found` as it is if it is plain ASCII, else with its Unicode name; long words are cut."""
    if len(found) == 1 and not (found.isascii() and found.isprintable()):
        name = unicodedata.name(found, "no name")
        return f"U+{ord(found):04X} ({name})"
    shown = found if len(found) <= 20 else found[:20] + "..."
    return shown if shown.isascii() else ascii(shown)
