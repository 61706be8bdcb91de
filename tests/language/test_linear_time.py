"""A text takes work in proportion to its length, counted in lines of Python that run.

A regular expression that backtracks runs no lines: the texts of blanks would not come to an end.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from loihi_emu.compiler.products import parse_series
from loihi_emu.errors import RuleSyntaxError
from loihi_emu.language.parse import MAX_FAULTS

PATTERNS = (
    "-(--(--(", "+", "+-", "-(", "+(", "x0+(", "-sgn(w", "(x1-", "- ", ")-", "a+", "abcdef-", "\n+",
    "x0*", "1*", "()", "*-", "^-", "sgn(", "sign (  ", "2 ", "+x0*x1", "-u1*(w-3)", "+x0*2^-1",
    "+x0*sgn(w)", "*(w)", "x1(", "0.1+", "-x0*(3-x1)", "+w",
)  # fmt: skip


def _lines(text: str) -> int:
    """Lines of Python that run while `text` is read."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse_series(text)
    except RuleSyntaxError:
        pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("pattern", PATTERNS)
def test_twice_the_text_is_at_most_twice_the_work(pattern: str) -> None:
    """The bound of 600 lines a character holds the constant, the ratio holds the growth."""
    _lines(pattern * 10)  # the parser is made once
    short, long = (_lines(pattern * (n // len(pattern))) for n in (1_000, 2_000))
    assert long <= 2.2 * short + 2_000
    assert long <= 600 * 2_000 + 20_000


@pytest.mark.parametrize("before", ["x0*(", "x0*sgn(", "sgn", "(", "x0*(-", "x0*2", "2^"])
@pytest.mark.parametrize("inside", ["w", "-w", "", "3"])
@pytest.mark.parametrize("after", [")*x0*)", ")", "(", "*-)", ")+)"])
def test_blanks_are_read_once(before: str, inside: str, after: str) -> None:
    blanks = " " * 4_900
    with pytest.raises(RuleSyntaxError):
        parse_series(f"{before}{blanks}{inside}{blanks}{after}"[:10_000] + "?")


def test_reading_ends_after_so_many_faults() -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        parse_series("+" * 10_000)
    assert len(raised.value.faults) == MAX_FAULTS
