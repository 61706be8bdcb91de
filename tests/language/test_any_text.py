"""No text whatever gives another error than ours, or takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loihi_emu.compiler.products import parse_series
from loihi_emu.errors import RuleSyntaxError
from tests.strategies import product_series, spellings

_WORDS = (
    *("x0", "x1", "y0", "y3", "u0", "u7", "u12", "w", "t", "d", "r1", "sgn", "sign", "wgt"),
    *("2^", "2", "0", "04", "0.5", "17", "^", "*", "+", "-", "(", ")", " ", "\n", "é", "\0"),
)


def _refused_or_read(text: str) -> None:
    """`parse_series` gives a series that prints and parses back, or places its faults in `text`."""
    try:
        series = parse_series(text)
    except RuleSyntaxError as error:
        refused = error
    else:
        assert parse_series(str(series)) == series
        return
    assert refused.text == text
    assert refused.faults
    for fault in refused.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.message
        assert "\n" not in fault.message


@settings(derandomize=True, max_examples=500)
@given(st.text(st.characters(codec=None)))
@example("\ud800*x0")
@example("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}" * 3)
def test_any_characters(text: str) -> None:
    _refused_or_read(text)


@settings(derandomize=True, max_examples=300)
@given(st.binary())
def test_any_bytes(raw: bytes) -> None:
    _refused_or_read(raw.decode("latin-1"))
    _refused_or_read(raw.decode("utf-8", errors="replace"))


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=25).map("".join))
def test_words_in_any_order(text: str) -> None:
    _refused_or_read(text)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(st.data())
def test_damaged_rules(data: st.DataObject) -> None:
    text = data.draw(product_series().flatmap(spellings))
    place = data.draw(st.integers(0, len(text)))
    removed = data.draw(st.integers(0, 3))
    inserted = data.draw(st.lists(st.sampled_from(_WORDS), max_size=2))
    _refused_or_read(text[:place] + "".join(inserted) + text[place + removed :])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1_000_000,
        ")" * 1_000_000,
        " " * 1_000_000,
        "x0+" * 50_000 + "x0",
        "1" * 1_000_000 + "*x0",
        "(" * 10_000,
        "()" * 5_000,
        "x0*(" * 2_500,
        "+" * 10_000,
        "*+" * 5_000,
        "0.1+" * 2_500,
        "x0 x1+" * 1_666,
        "u1+u2+" * 1_600 + "u1",
        "2^-" * 3_333,
        "1" * 10_000,
        "9*" * 4_998 + "x0",
        "2^999999999999999999*" * 470 + "x0",
        "é" * 10_000,
        "\N{ARABIC-INDIC DIGIT THREE}" * 10_000,
        "\0" * 10_000,
    ],
    ids=lambda text: f"{len(text)} of {text[:7]!a}",
)
def test_huge_texts_are_refused_in_no_time(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(RuleSyntaxError) as raised:
        parse_series(text)
    # some tens of milliseconds; the bound only tells linear from worse
    assert time.perf_counter() - begin < 10
    assert len(str(raised.value)) < 4_000


def test_the_longest_texts_that_are_read() -> None:
    assert len(parse_series("+".join(["x0"] * 3_333)).products) == 3_333
    # 2^3333 from as many factors 2, brought back into range by one power
    assert str(parse_series("2*" * 3_333 + "2^-3333*x0")) == "4*2^-2*x0"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "x0 if 1 else y0",
        "(lambda: x0)()",
        "x0; y0",
        "x0.__class__",
    ],
)
def test_python_is_no_rule(text: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse_series(text)
