"""Text to product series: dependencies, normal form, faults, and printing that parses back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.compiler.products import (
    Factor,
    Product,
    ProductSeries,
    Target,
    describe,
    parse_series,
)
from loihi_emu.errors import ParameterError, RuleSyntaxError
from tests.strategies import product_series, spellings

_SCALES = "allowed: mantissa -8..7, exponent -7..8"


def _products(text: str) -> tuple[Product, ...]:
    return parse_series(text).products


@pytest.mark.parametrize(
    ("text", "products"),
    [
        # the table of rules in public use, by hand
        (
            "2^-2*x1*y0 - 2^-2*y1*x0",
            (Product("y0", 1, -2, (Factor("x1"),)), Product("x0", -1, -2, (Factor("y1"),))),
        ),
        (
            "(1)*(-1)*x0*y1 +(1)*(1)*y0*x1",
            (Product("x0", -1, 0, (Factor("y1"),)), Product("y0", 1, 0, (Factor("x1"),))),
        ),
        (
            "x0*(-1)*2^-1*y1 + y0*1*2^1*x1",
            (Product("x0", -1, -1, (Factor("y1"),)), Product("y0", 1, 1, (Factor("x1"),))),
        ),
        (
            "4*2^-7*x1*y0 + 4*x0",
            (Product("y0", 4, -7, (Factor("x1"),)), Product("x0", 4, 0)),
        ),
        (
            "2^-4*x1*y1*x0*y0 - 2^-3*y0*y0*w*w",
            (
                Product("x0", 1, -4, (Factor("x1"), Factor("y1"), Factor("y0"))),
                Product("y0", -1, -3, (Factor("y0"), Factor("w"), Factor("w"))),
            ),
        ),
        (
            "2*y0*x1-32*x0",
            (Product("y0", 2, 0, (Factor("x1"),)), Product("x0", -4, 3)),
        ),
        (
            "y0*x0*r1*4 - y0*x0*2",
            (
                Product("y0", 4, 0, (Factor("x0"), Factor("r1"))),
                Product("y0", -2, 0, (Factor("x0"),)),
            ),
        ),
        ("-u1*x1*y1*(2^-7)", (Product("u", -1, -7, (Factor("x1"), Factor("y1")), 1),)),
        (
            "u0 * y3 * x1 - u0 * 2 ^ -1 * t",
            (
                Product("u", 1, 0, (Factor("y3"), Factor("x1")), 0),
                Product("u", -1, -1, (Factor("t"),), 0),
            ),
        ),
        (
            "-2^-4*sgn(w-23)*x1*y0",
            (Product("y0", -1, -4, (Factor("w", -23, sign=True), Factor("x1"))),),
        ),
        ("0*x0-0*x0", (Product("x0", 0, 0), Product("x0", 0, 0))),
        # signs of brackets: (3 - w) = -(w - 3), twice gives plus
        ("x0*(3-w)", (Product("x0", -1, 0, (Factor("w", -3),)),)),
        ("-x0*(3-w)*(-1 - t)", (Product("x0", -1, 0, (Factor("w", -3), Factor("t", 1))),)),
        # dependency and factors in any order; u_k goes before x0 and y0
        ("w*(x0+1)*y0", (Product("y0", 1, 0, (Factor("w"), Factor("x0", 1))),)),
        ("u3*x0*y0", (Product("u", 1, 0, (Factor("x0"), Factor("y0")), 3),)),
        ("x0*x0", (Product("x0", 1, 0, (Factor("x0"),)),)),
        (
            "SGN(W)*X0 + U9*R0",
            (
                Product("x0", 1, 0, (Factor("w", sign=True),)),
                Product("u", 1, 0, (Factor("r0"),), 9),
            ),
        ),
    ],
)
def test_series_by_hand(text: str, products: tuple[Product, ...]) -> None:
    assert _products(text) == products


@pytest.mark.parametrize(
    ("text", "mantissa", "exponent"),
    [
        # as Lava 0.10 reads them
        ("32*x0", 4, 3),
        ("-16*x0", -4, 2),
        ("1024*x0", 4, 8),
        ("x0*6*2", 6, 1),
        ("y1*x0*6*2^-4*2^2", 6, -2),
        ("x0*(-2)*(-2)", 4, 0),
        ("14*2^-8*x0", 7, -7),
        ("-8*2^8*x0", -8, 8),
        ("-16*2^7*x0", -8, 8),
        ("0*2^8*x0", 0, 8),
        ("2^-1000*2^1000*x0", 1, 0),
    ],
)
def test_normal_form(text: str, mantissa: int, exponent: int) -> None:
    (product,) = _products(text)
    assert (product.mantissa, product.exponent) == (mantissa, exponent)


@pytest.mark.parametrize(
    ("text", "message", "carets"),
    [
        (
            "2^-2*x1*y1",
            "product has no spike dependency; it needs one of x0, y0, u0..u9",
            "^^^^^^^^^^",
        ),
        (
            "x0 - (x0+1)*w",
            "product has no spike dependency; it needs one of x0, y0, u0..u9",
            "     ^^^^^^^^",
        ),
        (
            "x0*w*u1",
            "u1 beside the dependency x0; a product has one. "
            "Before it, x0 would be a factor: u1*x0",
            "     ^^",
        ),
        ("u1*u1", "u1 beside the dependency u1; a product has one", "   ^^"),
        ("u1*x1 + u2*x2", "u2 in a rule that has u1; all u_k of a rule have one k", "        ^^"),
        (
            "x0*9*y1",
            f"scale 9 is out of range; {_SCALES}; the nearest is 4*2^1",
            "   ^",
        ),
        (
            "3*x0*w*5",
            f"scale 15 is out of range; {_SCALES}; the nearest is 7*2^1",
            "^^^^^^^^",
        ),
        (
            "-2^-8*x0",
            f"scale -2^-8 is out of range; {_SCALES}; the nearest is -2^-7",
            " ^^^^",
        ),
        (
            "2*2^-8*x0",
            f"scale 2*2^-8 is out of range; {_SCALES}; the nearest is 2^-7",
            "^^^^^^",
        ),
        (
            "16*2^8*x0",
            f"scale 16*2^8 is out of range; {_SCALES}; the nearest is 7*2^8",
            "^^^^^^",
        ),
        (
            "2^999*x0",
            f"scale is far out of range; {_SCALES}",
            "^^^^^",
        ),
        ("x0*(w+256)", "constant 256 is out of range; allowed: -256..255", "   ^^^^^^^"),
        ("x0*sgn(w-257)", "constant -257 is out of range; allowed: -256..255", "   ^^^^^^^^^^"),
    ],
)
def test_fault_of_meaning(text: str, message: str, carets: str) -> None:
    with pytest.raises(RuleSyntaxError) as raised:
        parse_series(text)
    assert str(raised.value).splitlines() == [message, f"    dw = {text}", f"         {carets}"]


def test_faults_of_syntax_and_of_meaning_are_reported_together() -> None:
    text = "2^-2*x1 - x0*wgt + 9*u1*w + u2*t*(d+999)"
    with pytest.raises(RuleSyntaxError) as raised:
        parse_series(text, "dt")
    found = [(text[fault.start : fault.end], fault.message) for fault in raised.value.faults]
    assert found == [
        ("2^-2*x1", "product has no spike dependency; it needs one of x0, y0, u0..u9"),
        ("wgt", "unknown name wgt; did you mean w?"),
        (
            "9",
            f"scale 9 is out of range; {_SCALES}; the nearest is 4*2^1",
        ),
        ("u2", "u2 in a rule that has u1; all u_k of a rule have one k"),
        ("(d+999)", "constant 999 is out of range; allowed: -256..255"),
    ]
    assert "    dt = 2^-2*x1 - x0*wgt" in str(raised.value)


def test_a_k_may_be_set_from_outside() -> None:
    assert parse_series("u3*w", decimation=3).decimation == 3
    with pytest.raises(RuleSyntaxError, match="u2 in a rule that has u3"):
        parse_series("u2*w", decimation=3)


@pytest.mark.parametrize("target", ["dx", "DW", "", None])
def test_targets_are_three(target: Target) -> None:
    with pytest.raises(ParameterError, match="allowed: dw, dd, dt"):
        parse_series("x0", target)


# -- printing


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (" + X0 ", "x0"),
        ("-1*x0", "-x0"),
        ("0*x0", "0*x0"),
        ("3*x0 + 2^-1*y0 - 3*2^-1*u2", "3*x0 + 2^-1*y0 - 3*2^-1*u2"),
        ("y1*(2 - w)*sign(t)*x0 + 32*y0", "-x0*y1*(w-2)*sgn(t) + 4*2^3*y0"),
        ("x0*(w+0)*sgn(3+d)", "x0*(w+0)*sgn(d+3)"),
        ("-8*2^8*x0 - 8*2^8*y0", "-8*2^8*x0 - 8*2^8*y0"),
    ],
)
def test_text_of_a_series(text: str, printed: str) -> None:
    assert str(parse_series(text)) == printed


@settings(derandomize=True, max_examples=250, deadline=None)
@given(product_series())
def test_printed_series_parses_back(series: ProductSeries) -> None:
    assert parse_series(str(series), series.target) == series


@settings(derandomize=True, max_examples=250, deadline=None)
@given(st.data(), product_series())
def test_every_spelling_of_a_series_means_it(data: st.DataObject, series: ProductSeries) -> None:
    text = data.draw(spellings(series))
    assert parse_series(text, series.target) == series


def test_description() -> None:
    text = "2^-2*x1*y0 - 3*u4*sgn(w-23)*(t+1) + 7*2^-7*x0"
    assert describe(parse_series(text, "dt")) == "\n".join(
        [
            "dt: 3 products",
            "  0  +1 * 2^-2  y0           x1",
            "  1  -3 * 2^0   u, k = 4     sgn(w-23) * (t+1)",
            "  2  +7 * 2^-7  x0",
        ]
    )
    assert describe(parse_series("x0")) == "dw: 1 product\n  0  +1 * 2^0   x0"


def test_what_a_series_reads() -> None:
    series = parse_series("x0*y1*w - u2*y1*r1")
    assert series.variables == {"y1", "w", "r1"}
    assert series.decimation == 2
    assert parse_series("x0").decimation is None


# -- values made by hand


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Factor("x3"), "variable of a factor is 'x3'; allowed: x0, y0, x1"),
        (lambda: Factor("w", 256), "constant of a factor is 256; allowed: integers -256..255"),
        (lambda: Factor("w", True), "constant of a factor is True; allowed: integers"),
        (lambda: Factor("x1", sign=True), r"sgn\(x1\) is no factor; sgn takes w, d or t"),
        (lambda: Product("z0", 1, 0), "dependency is 'z0'; allowed: x0, y0, u"),  # type: ignore[arg-type]
        (lambda: Product("x0", 8, 0), "mantissa is 8; allowed: integers -8..7"),
        (lambda: Product("x0", 1, 9), "exponent is 9; allowed: integers -7..8"),
        (lambda: Product("x0", -8, 0), r"scale -8\*2\^0 is not in normal form; write -4\*2\^1"),
        (lambda: Product("x0", 1, 0, decimation=1), "decimation is 1 beside the dependency x0"),
        (lambda: Product("u", 1, 0), "decimation is None beside the dependency u"),
        (lambda: Product("u", 1, 0, decimation=10), "decimation is 10; allowed: integers 0..9"),
        (lambda: ProductSeries("dw", ()), "dw has no product; it needs at least one"),
        (lambda: ProductSeries("dv", ()), "target is 'dv'; allowed: dw, dd, dt"),  # type: ignore[arg-type]
        (
            lambda: ProductSeries("dw", (Product("u", 1, 0, (), 1), Product("u", 1, 0, (), 2))),
            "dw holds u1, u2; a rule has one k",
        ),
    ],
)
def test_values_check_themselves(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ParameterError, match=message):
        make()
