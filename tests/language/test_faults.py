"""Refused texts: the whole message, caret line included, as the user sees it."""

from __future__ import annotations

import pytest

from loihi_emu.errors import LoihiEmuError, RuleSyntaxError
from loihi_emu.language import MAX_LENGTH, check_amount, parse_tree

_TERM = "an integer, 2^e, x0, y0, u0..u9, x1, x2, y1, y2, y3, w, d, t, r0, r1, sgn(..), ("


def _message(text: str, target: str = "dw") -> str:
    with pytest.raises(RuleSyntaxError) as raised:
        parse_tree(text, target)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "message", "carets"),
    [
        # numbers
        (
            "x0*0.5",
            "0.5 is not a number of the language, which has integers and powers of 2; write 2^-1",
            "   ^^^",
        ),
        (
            "0.3 * x0",
            "0.3 is not a number of the language, which has integers and powers of 2; "
            "the nearest is 5*2^-4",
            "^^^",
        ),
        ("x0/2", "found '/'; there is no division; write a power such as 2^-1", "  ^"),
        ("2^-04*x0", "number 04 begins with 0; write it without", "   ^^"),
        (
            "x0*1234567890123456789",
            "a number of 19 digits; at most 18 are allowed",
            "   " + "^" * 19,
        ),
        ("2^(-1)*x0", "found ( after ^; an exponent has no brackets, as in 2^-1", "  ^"),
        ("x0*w^2", "only 2 has a power, 2^e", "    ^"),
        ("3^2*x0", "only 2 has a power, 2^e", " ^"),
        ("2^x0", "found x0; allowed here: an integer, +, -", "  ^^"),
        ("1 2*x0", "a * is missing before 2", "  ^"),
        # names
        ("x0*y4", "unknown name y4; did you mean y0 or y1 or y2?", "   ^^"),
        ("x0*wgt", "unknown name wgt; did you mean w?", "   ^^^"),
        ("x0*Q", f"unknown name Q; allowed here: {_TERM}", "   ^"),
        ("u12*x1", "u12 is no dependency; u has one digit, u0..u9", "^^^"),
        ("u*x1", "u is no dependency; u has one digit, u0..u9", "^"),
        ("2x0", "a * is missing in 2x0; write 2*x0", "^^^"),
        ("dw = x0", "found dw =; write the sum of products alone, without `dw =`", "^^"),
        # products and signs
        ("x0 w", "a * is missing before w", "   ^"),
        ("x0(w)", "a * is missing before (", "  ^"),
        (
            "x0**w",
            "found **; one * stands between the terms of a product, a power is 2^e",
            "   ^",
        ),
        ("x0*-2", "found - after *; a sign inside a product needs brackets, as in (-2)", "   ^"),
        ("x0 +- w*y0", "+ is not followed by a product", "   ^"),
        ("x0 + ", "+ is not followed by a product", "   ^"),
        ("x0*", f"the product ends after *; allowed here: {_TERM}", "   ^"),
        ("*x0", f"found '*'; allowed here: {_TERM}, +, -", "^"),
        # brackets
        ("x0*(w", "( is not closed", "   ^"),
        ("x0*sgn(w-3 ", "( is not closed", "      ^"),
        ("x0*w)", "found ) without its (", "    ^"),
        ("x0*((w))", "found ( after (; brackets do not nest", "    ^"),
        ("(x0)*w", "(x0) is no factor; write x0, or (x0 + 1) with a constant", "   ^"),
        ("x0*(-w)", "(-w) is no factor; the minus goes before the product: -w*..", "      ^"),
        (
            "x0*()",
            "the brackets hold no literal and no factor; allowed are (-3), (2^-1), (w), (w - 3)",
            "    ^",
        ),
        ("x0*(w+t)", "found t; allowed here: an integer", "      ^"),
        ("2*(x0*y1)", "found '*'; allowed here: +, -", "     ^"),
        ("x0*sgn(x1)", "found x1 in sgn; sgn takes w, d or t", "       ^^"),
        (
            "x0*sgn(3-w)",
            "found - before the variable of sgn; the minus goes before sgn: -sgn(w - 3)",
            "        ^",
        ),
        ("x0*sgn w", "found w; allowed here: (", "       ^"),
        # letters that only look right
        ("x0 \N{MINUS SIGN} y0", "found U+2212 (MINUS SIGN); write -", "   ^"),
        (
            "u\N{ARABIC-INDIC DIGIT ONE}",
            r"unknown name 'u\u0661'; did you mean u0 or u1 or u2?",
            "^^",
        ),
        (
            "\N{LATIN SMALL LETTER LONG S}gn(w)*x0",
            r"unknown name '\u017fgn'; did you mean sgn or sign?",
            "^^^",
        ),
        ("x0*\N{KELVIN SIGN}", f"unknown name U+212A (KELVIN SIGN); allowed here: {_TERM}", "   ^"),
    ],
)
def test_one_fault(text: str, message: str, carets: str) -> None:
    assert _message(text).splitlines() == [message, f"    dw = {text}", f"         {carets}"]


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_empty_text(text: str) -> None:
    assert _message(text).splitlines()[0] == (
        "rule text is empty; a rule is a sum of products such as 2^-2*x1*y0"
    )


def test_a_space_that_is_none_is_named() -> None:
    assert _message("x0\N{NO-BREAK SPACE}").splitlines() == [
        "found U+00A0 (NO-BREAK SPACE); write an ordinary space",
        "    dw = x0\N{REPLACEMENT CHARACTER}",
        "           ^",
    ]


def test_unprintable_letters_are_named_and_shown_as_a_placeholder() -> None:
    assert _message("x0\0*w", "dt") == (
        "found U+0000 (unprintable); allowed here: *, +, -\n"
        "    dt = x0\N{REPLACEMENT CHARACTER}*w\n"
        "           ^"
    )


def test_every_product_reports_its_own_fault() -> None:
    text = "x0*wgt - 0.25*y0 + 2^-1*x0*y1 - x0*(w-3 + sgn(y1)*u0"
    assert _message(text) == (
        "unknown name wgt; did you mean w?\n"
        f"    dw = {text}\n"
        "            ^^^\n"
        "0.25 is not a number of the language, which has integers and powers of 2; write 2^-2\n"
        f"    dw = {text}\n"
        "                  ^^^^\n"
        "( is not closed\n"
        f"    dw = {text}\n"
        "                                            ^\n"
        "found y1 in sgn; sgn takes w, d or t\n"
        f"    dw = {text}\n"
        "                                                       ^^"
    )


def test_only_the_faulty_line_is_shown() -> None:
    assert _message("x0*y1\n - y0 * x3\n + u0") == (
        "unknown name x3; did you mean x0 or x1 or x2?\n    dw =  - y0 * x3\n                 ^^"
    )


def test_of_a_long_line_the_part_around_the_fault_is_shown() -> None:
    text = "x0*w + " * 40 + "x0*q" + " + y0*t" * 40
    lines = _message(text).splitlines()
    assert len(lines[1]) < 130
    assert lines[1].startswith("    dw = ...")
    assert lines[1].endswith("...")
    assert lines[1][lines[2].index("^")] == "q"


def test_of_many_faults_the_first_ten_are_shown() -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        parse_tree("q+" * 24 + "x0")
    assert len(raised.value.faults) == 24
    assert str(raised.value).count("unknown name q") == 10
    assert str(raised.value).endswith("\nand 14 more faults")


def test_the_error_is_a_value_error_and_holds_positions() -> None:
    assert issubclass(RuleSyntaxError, ValueError)
    assert issubclass(RuleSyntaxError, LoihiEmuError)
    with pytest.raises(RuleSyntaxError, match="unknown name q") as raised:
        parse_tree("x0*q", "dd")
    assert raised.value.text == "x0*q"
    assert raised.value.target == "dd"
    assert [(fault.start, fault.end) for fault in raised.value.faults] == [(3, 4)]


def test_length_has_a_limit() -> None:
    longest = "x0" + " " * (MAX_LENGTH - 2)
    assert len(parse_tree(longest).products) == 1
    assert _message(longest + " ").splitlines()[0] == (
        "rule text has 10001 characters; at most 10000 are allowed"
    )


@pytest.mark.parametrize("text", ["3", "-3", "+3", "2^-1", "-2^-1", "3*2^-1", "-3*2^-1", " 2 ^ 4 "])
def test_amounts(text: str) -> None:
    check_amount(text, "lr")


def test_what_is_no_amount() -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        check_amount("2^-1*x0", "lr")
    assert str(raised.value).splitlines()[1:] == ["    lr = 2^-1*x0", "             ^"]
