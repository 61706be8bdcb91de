"""A rule in real numbers: amplitudes, impulses and time constants as a model has them.

The text is rule text whose numbers may have a decimal point or an exponent of ten. Weights are in
the model's own unit.
Example: `FloatRule("0.01*x1*y0 - 0.012*y1*x0", x1=(1, 20), y1=(1, 20))`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loihi_emu.compiler.products import Product, parse_series
from loihi_emu.compiler.values import check_number
from loihi_emu.errors import ParameterError, Problem, RuleError, RuleSyntaxError
from loihi_emu.language import read_products, tree

TRACES: Final = ("x1", "x2", "y1", "y2", "y3")

_REAL: Final = re.compile(r"(?<![\w.^])(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class FloatFactor:
    """A variable, plus a constant, or the sign of that."""

    variable: str
    constant: float = 0.0
    sign: bool = False


@dataclass(frozen=True)
class FloatProduct:
    """One product.

    Parameters
    ----------
    text : str
        As written.
    amplitude : float
        All its numbers and signs.
    dependency : {'x0', 'y0', 'u'}
    decimation : int or None
        The k of u_k.
    factors : tuple of FloatFactor
    """

    text: str
    amplitude: float
    dependency: str
    decimation: int | None
    factors: tuple[FloatFactor, ...]

    @property
    def traces(self) -> tuple[str, ...]:
        """The traces that it reads, each as often as it does."""
        return tuple(one.variable for one in self.factors if one.variable in TRACES)


@dataclass(frozen=True)
class FloatRule:
    """A rule for the weight in real numbers.

    Parameters
    ----------
    dw : str
        Rule text; numbers may be reals, such as `0.013` or `1e-3`. Traces have no constants, and r1
        is not allowed.
    x1, x2, y1, y2, y3 : (float, float), optional
        Impulse and time constant in steps of a trace, both above 0. Every trace that the text reads
        needs them.

    Attributes
    ----------
    products : tuple of FloatProduct

    Raises
    ------
    RuleSyntaxError
        The text is not in the rule language.
    RuleError
        A trace is missing or out of range, or a factor is not allowed.

    Examples
    --------
    >>> rule = FloatRule("0.5*x1*y0 - 1e-2*x0*(w - 0.25)", x1=(1, 20))
    >>> [(one.amplitude, one.dependency) for one in rule.products]
    [(0.5, 'y0'), (-0.01, 'x0')]
    >>> rule.products[1].factors
    (FloatFactor(variable='w', constant=-0.25, sign=False),)
    """

    dw: str
    x1: tuple[float, float] | None = None
    x2: tuple[float, float] | None = None
    y1: tuple[float, float] | None = None
    y2: tuple[float, float] | None = None
    y3: tuple[float, float] | None = None
    products: tuple[FloatProduct, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.dw, str):
            raise ParameterError(f"dw is {self.dw!r:.60}; allowed: rule text")
        object.__setattr__(self, "products", _products(self.dw))
        problems: list[Problem] = []
        for name in TRACES:
            given = getattr(self, name)
            if given is None:
                if name in self.read:
                    problems.append(Problem(name, f"the text reads it; give {name}=(impulse, tau)"))
                continue
            impulse, tau = given
            for part, value in (("impulse", impulse), ("tau", tau)):
                problems += check_number(f"{part} of {name}", value or -1, 0, None)
        if problems:
            raise RuleError("float rule", problems)
        allowed = (*TRACES, "w", "x0", "y0", "r0")
        for one in (factor for product in self.products for factor in product.factors):
            if one.variable not in allowed or (one.constant and one.variable != "w"):
                shown = f"({one.variable}{one.constant:+g})" if one.constant else one.variable
                raise ParameterError(
                    f"factor {shown} in {self.dw!r}; allowed: {', '.join(allowed)}, "
                    "and a constant beside w alone"
                )

    @property
    def read(self) -> tuple[str, ...]:
        """Traces that some product reads, in the order of `TRACES`."""
        found = {name for product in self.products for name in product.traces}
        return tuple(name for name in TRACES if name in found)

    def trace(self, name: str) -> tuple[float, float]:
        """Impulse and time constant of a trace that the rule reads."""
        given: tuple[float, float] = getattr(self, name)
        return given

    def change(self, traces: Mapping[str, float], gates: Mapping[str, float], w: float) -> float:
        """The change of the weight by one update.

        Parameters
        ----------
        traces : mapping of trace to float
        gates : mapping of {'x0', 'y0', 'u', 'r0'} to float
        w : float
        """
        total = 0.0
        for product in self.products:
            term = product.amplitude * gates.get(product.dependency, 0.0)
            for one in product.factors:
                value = w if one.variable == "w" else traces.get(one.variable)
                value = (gates.get(one.variable, 0.0) if value is None else value) + one.constant
                term *= math.copysign(float(value != 0), value) if one.sign else value
            total += term
        return total


def _products(text: str) -> tuple[FloatProduct, ...]:
    """Products of a text, whose reals stand as 1 while it is parsed."""
    plain = _REAL.sub(lambda found: "1".ljust(len(found[0])), text)
    nodes, faults = read_products(plain)
    if faults:
        raise RuleSyntaxError(text, faults, "dw")
    try:
        series = parse_series(plain, "dw")
    except RuleSyntaxError as error:
        raise RuleSyntaxError(text, error.faults, "dw") from None
    reals = {found.start(): float(found[0]) for found in _REAL.finditer(text)}
    return tuple(
        _product(text, node, product, reals)
        for node, product in zip(nodes, series.products, strict=True)
    )


def _product(
    text: str, node: tree.Product, product: Product, reals: Mapping[int, float]
) -> FloatProduct:
    """One product with its reals in place."""
    amplitude = product.mantissa * 2.0**product.exponent
    constants: dict[int, float] = {}
    variables = [term for term in node.terms if not isinstance(term, tree.Literal)]
    for at, value in reals.items():
        for term in node.terms:
            if not term.span.start <= at < term.span.end:
                continue
            if isinstance(term, tree.Literal):
                amplitude *= value
            elif isinstance(term, tree.Variable | tree.Sgn):
                constants[id(term)] = value
    named = [one for one in variables if isinstance(one, tree.Variable | tree.Sgn)]
    factors = []
    rest = iter(named)
    for factor in product.factors:
        constant = float(factor.constant or 0)
        if factor.variable not in ("x0", "y0"):
            constant *= constants.get(id(next(rest)), 1.0)
        factors.append(FloatFactor(factor.variable, constant, factor.sign))
    written = text[node.span.start : node.span.end]
    return FloatProduct(
        ("-" if node.negative else "") + " ".join(written.split()),
        amplitude, product.dependency, product.decimation, tuple(factors),
    )  # fmt: skip
