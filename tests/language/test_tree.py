"""Trees hold what was written, each part with its place; they print as a listing."""

from __future__ import annotations

import pytest

from loihi_emu.errors import ParameterError
from loihi_emu.language import format_tree, parse_tree
from loihi_emu.language.tree import Dependency, Literal, Product, Sgn, Span, Term, Variable

_ANYWHERE = Span(0, 0)


def _terms(text: str) -> tuple[Term, ...]:
    return parse_tree(text).products[0].terms


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("3", Literal(3, 0, _ANYWHERE)),
        ("0", Literal(0, 0, _ANYWHERE)),
        ("2", Literal(2, 0, _ANYWHERE)),
        ("32", Literal(32, 0, _ANYWHERE)),
        ("2^7", Literal(1, 7, _ANYWHERE)),
        ("2^-7", Literal(1, -7, _ANYWHERE)),
        ("2^+7", Literal(1, 7, _ANYWHERE)),
        ("2 ^ -1", Literal(1, -1, _ANYWHERE)),
        ("2\n^\t- 1", Literal(1, -1, _ANYWHERE)),
        ("2^-0", Literal(1, 0, _ANYWHERE)),
        ("(-1)", Literal(-1, 0, _ANYWHERE)),
        ("(+1)", Literal(1, 0, _ANYWHERE)),
        ("( 2^-7 )", Literal(1, -7, _ANYWHERE)),
        ("(-2^-7)", Literal(-1, -7, _ANYWHERE)),
        ("(3*2^-1)", Literal(3, -1, _ANYWHERE)),
        ("(-3 * 2 ^ 4)", Literal(-3, 4, _ANYWHERE)),
        ("999999999999999999", Literal(999999999999999999, 0, _ANYWHERE)),
    ],
)
def test_literals(text: str, literal: Literal) -> None:
    assert _terms(f"{text}*x0")[0] == literal
    assert _terms(f"x0 * {text}")[1] == literal


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("x1", Variable("x1", None, False, _ANYWHERE)),
        ("Y3", Variable("y3", None, False, _ANYWHERE)),
        ("(w)", Variable("w", None, False, _ANYWHERE)),
        ("r0", Variable("r0", None, False, _ANYWHERE)),
        ("(r1+3)", Variable("r1", 3, False, _ANYWHERE)),
        ("(x1 + 3)", Variable("x1", 3, False, _ANYWHERE)),
        ("(x1-3)", Variable("x1", -3, False, _ANYWHERE)),
        ("(x1-0)", Variable("x1", 0, False, _ANYWHERE)),
        ("(3+x1)", Variable("x1", 3, False, _ANYWHERE)),
        ("(-3+x1)", Variable("x1", -3, False, _ANYWHERE)),
        # 3 - x1 = -(x1 - 3), -3 - x1 = -(x1 + 3), -x1 + 3 = -(x1 - 3)
        ("(3-x1)", Variable("x1", -3, True, _ANYWHERE)),
        ("(-3-x1)", Variable("x1", 3, True, _ANYWHERE)),
        ("(-x1+3)", Variable("x1", -3, True, _ANYWHERE)),
        ("(-x1-3)", Variable("x1", 3, True, _ANYWHERE)),
        ("(y0+1)", Variable("y0", 1, False, _ANYWHERE)),
        ("sgn(w)", Sgn("w", None, _ANYWHERE)),
        ("SGN( W - 23 )", Sgn("w", -23, _ANYWHERE)),
        ("sign(d)", Sgn("d", None, _ANYWHERE)),
        ("sgn(3+t)", Sgn("t", 3, _ANYWHERE)),
        ("sgn(-3+t)", Sgn("t", -3, _ANYWHERE)),
        ("sgn(t+0)", Sgn("t", 0, _ANYWHERE)),
    ],
)
def test_factors(text: str, factor: Term) -> None:
    assert _terms(f"{text}*x0") == (factor, Dependency("x0", None, _ANYWHERE))
    assert _terms(f"x0*{text}") == (Dependency("x0", None, _ANYWHERE), factor)


def test_signs_and_order_are_kept() -> None:
    series = parse_tree(" - y0*w + u7 - 2*X0\n")
    assert series.products == (
        Product(
            True,
            (Dependency("y0", None, _ANYWHERE), Variable("w", None, False, _ANYWHERE)),
            _ANYWHERE,
        ),
        Product(False, (Dependency("u7", 7, _ANYWHERE),), _ANYWHERE),
        Product(True, (Literal(2, 0, _ANYWHERE), Dependency("x0", None, _ANYWHERE)), _ANYWHERE),
    )


def test_a_leading_plus_changes_nothing() -> None:
    assert parse_tree("+x0").products == parse_tree("x0").products


def test_spans_are_the_users_own_text() -> None:
    text = "  -2 ^ -1*x0 *( y1 -3)\n + sgn( w )* u0 "
    series = parse_tree(text)
    assert [text[p.span.start : p.span.end] for p in series.products] == [
        "2 ^ -1*x0 *( y1 -3)",
        "sgn( w )* u0",
    ]
    assert [text[t.span.start : t.span.end] for p in series.products for t in p.terms] == [
        "2 ^ -1",
        "x0",
        "( y1 -3)",
        "sgn( w )",
        "u0",
    ]


def test_listing() -> None:
    text = "-2^-1*x0*(y1 - 3)*x0 + (3-w)*u4*sgn(t+1)*r1*(y0+0)"
    assert format_tree(parse_tree(text)) == "\n".join(
        [
            "series",
            "  product -            2^-1*x0*(y1 - 3)*x0",
            "    literal 1*2^-1     2^-1",
            "    dependency x0      x0",
            "    variable y1-3      (y1 - 3)",
            "    dependency x0      x0",
            "  product +            (3-w)*u4*sgn(t+1)*r1*(y0+0)",
            "    variable -(w-3)    (3-w)",
            "    dependency u4      u4",
            "    sgn t+1            sgn(t+1)",
            "    variable r1        r1",
            "    variable y0+0      (y0+0)",
        ]
    )


@pytest.mark.parametrize("text", [None, 3, b"x0", ["x0"]])
def test_only_strings_are_texts(text: object) -> None:
    with pytest.raises(ParameterError, match="it must be a string"):
        parse_tree(text)  # type: ignore[arg-type]
