"""Hypothesis strategies that several tests share: product series, free spellings of them, rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from loihi_emu.chip.literals import (
    CONSTANT,
    DECIMATION,
    EXPONENT,
    MANTISSA,
    format_scale,
    normalise,
)
from loihi_emu.compiler.products import (
    DEPENDENCIES,
    FACTOR_VARIABLES,
    SYNAPTIC_VARIABLES,
    TARGETS,
    Factor,
    Product,
    ProductSeries,
)

MACHINE_VARIABLES = tuple(name for name in FACTOR_VARIABLES if name not in ("r0", "r1"))
"""What every machine has; r0 and r1 need one with rewards."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


def constants() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(CONSTANT.lowest, CONSTANT.highest)


def factors(variables: tuple[str, ...] = FACTOR_VARIABLES) -> st.SearchStrategy[Factor]:
    plain = st.builds(Factor, st.sampled_from(variables), constants())
    sgn = st.builds(Factor, st.sampled_from(SYNAPTIC_VARIABLES), constants(), st.just(True))
    return plain | sgn


def scales() -> st.SearchStrategy[tuple[int, int]]:
    """Mantissa and exponent in normal form."""
    mantissas = st.integers(MANTISSA.lowest, MANTISSA.highest)
    exponents = st.integers(EXPONENT.lowest, EXPONENT.highest)
    return st.builds(normalise, mantissas, exponents)


@st.composite
def product_series(
    draw: Draw, variables: tuple[str, ...] = FACTOR_VARIABLES, max_products: int = 5
) -> ProductSeries:
    """Any series; one k for all its u_k."""
    k = draw(st.integers(DECIMATION.lowest, DECIMATION.highest))
    products = []
    for _ in range(draw(st.integers(1, max_products))):
        dependency = draw(st.sampled_from(DEPENDENCIES))
        mantissa, exponent = draw(scales())
        own_factors = tuple(draw(st.lists(factors(variables), max_size=4)))
        decimation = k if dependency == "u" else None
        products.append(Product(dependency, mantissa, exponent, own_factors, decimation))
    return ProductSeries(draw(st.sampled_from(TARGETS)), tuple(products))


@st.composite
def spellings(draw: Draw, series: ProductSeries) -> str:
    """A text that says `series`: literals anywhere, signs in brackets, spaces, either case."""
    parts: list[str] = []
    for index, product in enumerate(series.products):
        negative, text = draw(_product_spellings(product))
        if index or negative or draw(st.booleans()):
            parts.append("-" if negative else "+")
        parts.append(text)
    spaced = draw(_spaces()).join(["", *" ".join(parts).split(" "), ""])
    return str(spaced.upper() if draw(st.booleans()) else spaced)


@st.composite
def _product_spellings(draw: Draw, product: Product) -> tuple[bool, str]:
    """Whether a minus stands before the product, and the rest of its text."""
    k = "" if product.decimation is None else str(product.decimation)
    terms = [draw(_factor_spellings(factor)) for factor in product.factors]
    flips = sum(flipped for flipped, _ in terms) % 2
    # a bare x0 or y0 before the dependency would itself be the dependency
    bare = [i for i, factor in enumerate(product.factors) if str(factor) in ("x0", "y0")]
    place = draw(st.integers(0, min(bare, default=len(terms))))
    words = [text for _, text in terms]
    words.insert(place, product.dependency + k)
    negative = draw(st.booleans()) if product.mantissa else False
    mantissa = product.mantissa * (-1) ** (flips + negative)
    for literal in draw(_literal_spellings(mantissa, product.exponent)):
        words.insert(draw(st.integers(0, len(words))), literal)
    return negative, draw(st.sampled_from(["*", " * ", " *", "* "])).join(words)


@st.composite
def _factor_spellings(draw: Draw, factor: Factor) -> tuple[bool, str]:
    """Whether the text is the factor's negative, and the text."""
    v, c = factor.variable, factor.constant
    if c is None:
        bracketable = factor.sign or v not in ("x0", "y0")
        text = f"({v})" if bracketable and (factor.sign or draw(st.booleans())) else v
    else:
        forms = [(False, f"({v}{c:+d})"), (False, f"( {c} + {v} )")]
        if not factor.sign:
            forms += [(True, f"({-c} - {v})"), (True, f"(-{v} {'-' if c > 0 else '+'} {abs(c)})")]
        flipped, text = draw(st.sampled_from(forms))
        if not factor.sign:
            return flipped, text
    return False, draw(st.sampled_from(["sgn", "sign", "sgn "])) + text if factor.sign else text


@st.composite
def _literal_spellings(draw: Draw, mantissa: int, exponent: int) -> list[str]:
    """Literals whose product is mantissa * 2^exponent and normalises to just that."""
    bracketed = f"({format_scale(mantissa, exponent)})"
    if mantissa < 0:
        other = draw(st.integers(-9, 9))
        split = [f"({mantissa})", f"2^{other}", f"(2 ^ {exponent - other})"]
    else:
        split = [f"{mantissa}", f"2 ^ {exponent}"]
    choices = [[bracketed], split]
    if (mantissa, exponent) == (1, 0):
        choices.append([])
    chosen: list[str] = draw(st.sampled_from(choices))
    return chosen


def _spaces() -> st.SearchStrategy[str]:
    return st.sampled_from([" ", "  ", "\n", "\t", " \r\n "])
