"""Syntax tree to product series: multiplies literals, finds the dependency, places every fault.

Authority: recorded results of Lava 0.10's parser.

>>> series = parse_series("y0*32*(3 - w) - X1 * 2^-2 * x0")
>>> str(series)
'-4*2^3*y0*(w-3) - 2^-2*x0*x1'
>>> parse_series(str(series)) == series
True
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from loihi_emu.chip.literals import CONSTANT, EXPONENT, MANTISSA, format_scale, nearest, normalise
from loihi_emu.compiler.series import (
    DEPENDENCIES,
    FACTOR_VARIABLES,
    SYNAPTIC_VARIABLES,
    TARGETS,
    Dependency,
    Factor,
    Product,
    ProductSeries,
    Target,
    describe,
)
from loihi_emu.errors import Fault, ParameterError, RuleSyntaxError
from loihi_emu.language import read_products, tree

__all__ = [
    "DEPENDENCIES",
    "FACTOR_VARIABLES",
    "SYNAPTIC_VARIABLES",
    "TARGETS",
    "Dependency",
    "Factor",
    "Product",
    "ProductSeries",
    "Target",
    "describe",
    "parse_series",
]


def parse_series(text: str, target: Target = "dw", decimation: int | None = None) -> ProductSeries:
    """Parse rule text into its product series.

    Parameters
    ----------
    text : str
        A sum of products, as in `loihi_emu/language/grammar.lark`.
    target : {"dw", "dd", "dt"}
        The variable that the text changes; errors show it before the text.
    decimation : int, optional
        The k that every u_k must have, if another text of the rule has set it.

    Returns
    -------
    ProductSeries

    Raises
    ------
    RuleSyntaxError
        The text has faults; the error underlines each.
    ParameterError
        `text` is not a string, or `target` is none of the three.

    Examples
    --------
    >>> parse_series("2^-2*x1*y0 - 2^-2*y1*x0").products[0]
    Product(dependency='y0', mantissa=1, exponent=-2, factors=(Factor(variable='x1', \
constant=None, sign=False),), decimation=None)
    """
    if target not in TARGETS:
        raise ParameterError(f"target is {target!r}; allowed: {', '.join(TARGETS)}")
    nodes, faults = read_products(text)
    products = [_product(node, faults) for node in nodes]
    faults.extend(_other_k(nodes, decimation))
    if faults:
        raise RuleSyntaxError(text, faults, target)
    return ProductSeries(target, tuple(product for product in products if product is not None))


def _product(node: tree.Product, faults: list[Fault]) -> Product | None:
    """The product that `node` stands for; None, and more `faults`, if there is none."""
    found = len(faults)
    dependency = _dependency(node, faults)
    mantissa, exponent = _scale(node, faults)
    factors = _factors(node, dependency, faults)
    if dependency is None or len(faults) > found:
        return None
    return Product(_kind(dependency), mantissa, exponent, factors, dependency.decimation)


def _dependency(node: tree.Product, faults: list[Fault]) -> tree.Dependency | None:
    """The first x0, y0 or u_k of `node`; a u_k must be the only dependency or the first."""
    found = [term for term in node.terms if isinstance(term, tree.Dependency)]
    if not found:
        message = "product has no spike dependency; it needs one of x0, y0, u0..u9"
        faults.append(_fault(message, node.span))
        return None
    first, *others = found
    for other in others:
        if other.decimation is not None:
            message = f"{other.name} beside the dependency {first.name}; a product has one"
            if first.decimation is None:
                message += f". Before it, {first.name} would be a factor: {other.name}*{first.name}"
            faults.append(_fault(message, other.span))
    return first


def _kind(dependency: tree.Dependency) -> Dependency:
    match dependency.name:
        case "x0":
            return "x0"
        case "y0":
            return "y0"
        case _:
            return "u"


def _factors(
    node: tree.Product, dependency: tree.Dependency | None, faults: list[Fault]
) -> tuple[Factor, ...]:
    """Every term of `node` that is neither a literal nor `dependency`, in the order of the text."""
    factors = []
    for term in node.terms:
        match term:
            case tree.Variable(name, constant) | tree.Sgn(name, constant):
                if constant is None or constant in CONSTANT:
                    factors.append(Factor(name, constant, isinstance(term, tree.Sgn)))
                else:
                    message = f"constant {constant} is out of range; allowed: {CONSTANT}"
                    faults.append(_fault(message, term.span))
            case tree.Dependency(name, None) if term is not dependency:
                factors.append(Factor(name))
    return tuple(factors)


def _scale(node: tree.Product, faults: list[Fault]) -> tuple[int, int]:
    """Mantissa and exponent of all literals and signs of `node`, in normal form."""
    literals = [term for term in node.terms if isinstance(term, tree.Literal)]
    negations = [term for term in node.terms if isinstance(term, tree.Variable) and term.negated]
    mantissa = (-1) ** (node.negative + len(negations)) * prod(one.mantissa for one in literals)
    mantissa, exponent = normalise(mantissa, sum(one.exponent for one in literals))
    if mantissa not in MANTISSA or exponent not in EXPONENT:
        span = tree.Span(literals[0].span.start, literals[-1].span.end)
        faults.append(_fault(_out_of_range(mantissa, exponent), span))
    return mantissa, exponent


def _out_of_range(mantissa: int, exponent: int) -> str:
    allowed = f"mantissa {MANTISSA}, exponent {EXPONENT}"
    if max(abs(mantissa).bit_length(), abs(exponent)) > _SHOWN_BITS:
        return f"scale is far out of range; allowed: {allowed}"
    closest = format_scale(*nearest(mantissa * Fraction(2) ** exponent))
    return (
        f"scale {format_scale(mantissa, exponent)} is out of range; allowed: {allowed}; "
        f"the nearest is {closest}"
    )


_SHOWN_BITS = 64


def _other_k(nodes: tuple[tree.Product, ...], k: int | None) -> list[Fault]:
    """A fault at every u_k whose k is not `k`, or without one not that of the first."""
    faults = []
    for term in (term for node in nodes for term in node.terms):
        if not isinstance(term, tree.Dependency) or term.decimation is None:
            continue
        k = term.decimation if k is None else k
        if term.decimation != k:
            message = f"{term.name} in a rule that has u{k}; all u_k of a rule have one k"
            faults.append(_fault(message, term.span))
    return faults


def _fault(message: str, span: tree.Span) -> Fault:
    return Fault(message, span.start, span.end)
