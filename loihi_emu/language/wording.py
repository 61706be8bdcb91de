"""What a syntax fault says: what was found, what is allowed there, and the likely remedy.

`describe_fault` gets the place where the parser stopped and the grammar's terminals that could have
stood there; everything else it reads from the text.

>>> describe_fault("x0*0.5", 0, 6, 3, {"INTEGER"}).message
'0.5 is not a number of the language, which has integers and powers of 2; write 2^-1'
"""

from __future__ import annotations

import re
import string
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
    ".": "numbers are integers and powers of 2",
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
    before, after = text[start:position].rstrip(_SPACE), text[position:end].strip(_SPACE)
    if not before and not after:
        message = "there is no product here" if text.strip() else "rule text is empty"
        return Fault(f"{message}; a rule is a sum of products such as 2^-2*x1*y0", start, start)
    if not after:
        return _cut_short(before, start, allowed)
    found = _word_at(text, position)
    message = (
        _known_mistake(before, found, after, allowed)
        or _not_a_word(found, allowed)
        or f"found {_show(found)}; {_list(allowed)}"
    )
    return Fault(message, position, position + len(found))


def _word_at(text: str, position: int) -> str:
    """The run of letters, digits and points at `position`, or the one character there."""
    match = re.compile(r"[\w.]+").match(text, position)
    return match.group() if match else text[position]


def _cut_short(before: str, start: int, allowed: Set[str]) -> Fault:
    """A piece that begins at `start` and ends too soon, after the text `before`."""
    end = start + len(before)
    if "RPAR" in allowed:
        bracket = start + before.rindex("(")
        return Fault("( is not closed", bracket, bracket + 1)
    if before.lstrip() in ("+", "-"):
        return Fault(f"{before.lstrip()} is not followed by a product", end - 1, end)
    return Fault(f"the product ends after {before[-1]}; {_list(allowed)}", end, end)


def _known_mistake(before: str, found: str, after: str, allowed: Set[str]) -> str | None:
    """A word or sign of the language in the wrong place."""
    last = before[-1:]
    opened = _open_bracket(before)
    in_sgn = opened > 0 and before[:opened].rstrip().lower().endswith(("sgn", "sign"))
    if "STAR" in allowed and (found == "(" or found[0] in _DIGITS or found.lower() in NAMES):
        return f"a * is missing before {found:.20}"
    if in_sgn and "SYNAPTIC" in allowed and found.lower() in NAMES:
        return f"found {found} in sgn; sgn takes w, d or t"
    if in_sgn and found == "-" and allowed == {"PLUS"}:
        return "found - before the variable of sgn; the minus goes before sgn: -sgn(w - 3)"
    if found == "^" and "CIRCUMFLEX" not in allowed:
        return "only 2 has a power, 2^e"
    if found == "(" and last in ("^", "("):
        return f"found ( after {last}; " + (
            "an exponent has no brackets, as in 2^-1" if last == "^" else "brackets do not nest"
        )
    if found == "*" and last == "*":
        return "found **; one * stands between the terms of a product, a power is 2^e"
    if found in "+-" and last == "*":
        return f"found {found} after *; a sign inside a product needs brackets, as in (-2)"
    if found == ")" and "RPAR" not in allowed:
        return _closing_bracket(before)
    if found in ("dw", "dd", "dt") and after[len(found) :].lstrip().startswith("="):
        return f"found {found} =; {_OTHER_SIGNS['=']}"
    return None


def _open_bracket(before: str) -> int:
    """Where the last `(` is, or -1 if there is none or a `)` follows it."""
    opened = before.rfind("(")
    return opened if opened > before.rfind(")") else -1


def _closing_bracket(before: str) -> str:
    """A `)` that closes nothing, or too early."""
    opened = _open_bracket(before)
    if opened < 0:
        return "found ) without its ("
    inside = re.match(r"\s*(-?)\s*(\w*)", before[opened + 1 :])
    assert inside is not None  # each part of it may be empty
    sign, name = inside.groups()
    if sign and name:
        return f"(-{name}) is no factor; the minus goes before the product: -{name}*.."
    if name.lower() in ("x0", "y0"):
        return f"({name}) is no factor; write {name}, or ({name} + 1) with a constant"
    return "the brackets hold no literal and no factor; allowed are (-3), (2^-1), (w), (w - 3)"


def _not_a_word(found: str, allowed: Set[str]) -> str | None:
    """Something that is no word or sign of the language at all, and what to write instead."""
    if found in _OTHER_SIGNS:
        return f"found {_show(found)}; {_OTHER_SIGNS[found]}"
    if re.fullmatch(r"[0-9]*\.[0-9]+|[0-9]+\.", found):
        return _decimal(found)
    if re.fullmatch(r"0[0-9]+", found):
        return f"number {_show(found)} begins with 0; write it without"
    if re.fullmatch(r"[0-9]{19,}", found):
        return f"a number of {len(found)} digits; at most 18 are allowed"
    if re.fullmatch(r"[uU][0-9]*", found):
        return f"{_show(found)} is no dependency; u has one digit, u0..u9"
    glued = re.fullmatch(r"([0-9]+)([A-Za-z]\w*)", found)
    if glued and glued[2].lower() in NAMES:
        return f"a * is missing in {_show(found)}; write {glued[1]}*{glued[2]}"
    if found[0].isalpha() and found.lower() not in NAMES:
        return _unknown_name(found, allowed)
    return None


def _decimal(found: str) -> str:
    message = f"{_show(found)} is not a number of the language, which has integers and powers of 2"
    if len(found) > _LONG:
        return message
    wanted = Fraction(found)
    mantissa, exponent = literals.nearest(wanted)
    same = mantissa * Fraction(2) ** exponent == wanted
    literal = literals.format_scale(mantissa, exponent)
    return f"{message}; {'write' if same else 'the nearest is'} {literal}"


def _unknown_name(found: str, allowed: Set[str]) -> str:
    lower = found.lower()
    close = [_OTHER_NAMES[lower]] if lower in _OTHER_NAMES else look_alikes(lower, NAMES)
    guess = f"did you mean {' or '.join(close)}?" if close else _list(allowed)
    return f"unknown name {_show(found)}; {guess}"


def _list(allowed: Set[str]) -> str:
    return "allowed here: " + ", ".join(word for key, word in _TERMINALS.items() if key in allowed)


_SPACE = " \t\n\r\f\v"
_DIGITS = "0123456789"
_LONG = 20


def _show(found: str) -> str:
    """`found` if it is plain ASCII and short; else cut, or spelt out as a code point."""
    if len(found) == 1 and found in string.punctuation:
        return f"'{found}'"
    if len(found) == 1 and not (found.isascii() and found.isprintable()):
        return f"U+{ord(found):04X} ({unicodedata.name(found, 'unprintable')})"
    shown = found if len(found) <= _LONG else found[:_LONG] + "..."
    return shown if shown.isascii() else ascii(shown)
