"""Product series as data: a sum of products, each scale * dependency * factors.

Every object checks its values. It prints as rule text that parses to an equal object.
Ranges are those of `loihi_emu.chip.literals`.

>>> str(Product("y0", -3, -2, (Factor("x1"), Factor("w", -23, sign=True))))
'-3*2^-2*y0*x1*sgn(w-23)'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from loihi_emu.chip.literals import (
    CONSTANT,
    DECIMATION,
    EXPONENT,
    MANTISSA,
    Range,
    format_scale,
    normalise,
)
from loihi_emu.errors import ParameterError

Dependency = Literal["x0", "y0", "u"]
Target = Literal["dw", "dd", "dt"]

DEPENDENCIES: tuple[str, ...] = get_args(Dependency)
TARGETS: tuple[Target, ...] = get_args(Target)

SYNAPTIC_VARIABLES = ("w", "d", "t")
FACTOR_VARIABLES = ("x0", "y0", "x1", "x2", "y1", "y2", "y3", *SYNAPTIC_VARIABLES, "r0", "r1")


@dataclass(frozen=True)
class Factor:
    """`v`, `(v + constant)`, `sgn(v)` or `sgn(v + constant)`.

    Parameters
    ----------
    variable : str
        One of x0, y0, x1, x2, y1, y2, y3, w, d, t, r0, r1.
    constant : int, optional
        -256..255. None: the text has none; `w` and `(w+0)` differ.
    sign : bool
        True: the factor is the sign, -1, 0 or 1. Only for w, d and t.

    Raises
    ------
    ParameterError
    """

    variable: str
    constant: int | None = None
    sign: bool = False

    def __post_init__(self) -> None:
        if self.variable not in FACTOR_VARIABLES:
            raise ParameterError(
                f"variable of a factor is {self.variable!r}; allowed: {', '.join(FACTOR_VARIABLES)}"
            )
        if self.constant is not None:
            _check_integer("constant of a factor", self.constant, CONSTANT)
        if self.sign and self.variable not in SYNAPTIC_VARIABLES:
            raise ParameterError(f"sgn({self.variable}) is no factor; sgn takes w, d or t")

    def __str__(self) -> str:
        constant = "" if self.constant is None else f"{self.constant:+d}"
        body = f"{self.variable}{constant}"
        if self.sign:
            return f"sgn({body})"
        return f"({body})" if constant else body


@dataclass(frozen=True)
class Product:
    """`mantissa * 2^exponent * dependency * factors`.

    Parameters
    ----------
    dependency : {"x0", "y0", "u"}
        When the product counts: a pre spike, a post spike, or every 2^k-th epoch.
    mantissa : int
        -8..7, in normal form: -8 occurs only with the exponent 8.
    exponent : int
        -7..8.
    factors : tuple of Factor
        In the order of the text.
    decimation : int, optional
        The k of u_k, 0..9. None with the dependencies x0 and y0.

    Raises
    ------
    ParameterError
    """

    dependency: Dependency
    mantissa: int
    exponent: int
    factors: tuple[Factor, ...] = ()
    decimation: int | None = None

    def __post_init__(self) -> None:
        if self.dependency not in DEPENDENCIES:
            raise ParameterError(
                f"dependency is {self.dependency!r}; allowed: {', '.join(DEPENDENCIES)}"
            )
        _check_integer("mantissa", self.mantissa, MANTISSA)
        _check_integer("exponent", self.exponent, EXPONENT)
        if normalise(self.mantissa, self.exponent) != (self.mantissa, self.exponent):
            mantissa, exponent = normalise(self.mantissa, self.exponent)
            raise ParameterError(
                f"scale {self.mantissa}*2^{self.exponent} is not in normal form; "
                f"write {mantissa}*2^{exponent}"
            )
        if (self.decimation is not None) != (self.dependency == "u"):
            raise ParameterError(
                f"decimation is {self.decimation} beside the dependency {self.dependency}; "
                "u needs a k, x0 and y0 have none"
            )
        if self.decimation is not None:
            _check_integer("decimation", self.decimation, DECIMATION)

    def __str__(self) -> str:
        return f"{'-' if self.mantissa < 0 else ''}{_unsigned(self)}"


@dataclass(frozen=True)
class ProductSeries:
    """The change of one synaptic variable: a sum of products.

    Parameters
    ----------
    target : {"dw", "dd", "dt"}
    products : tuple of Product
        At least one. All u_k have the same k.

    Raises
    ------
    ParameterError
    """

    target: Target
    products: tuple[Product, ...]

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ParameterError(f"target is {self.target!r}; allowed: {', '.join(TARGETS)}")
        if not self.products:
            raise ParameterError(f"{self.target} has no product; it needs at least one")
        found = {product.decimation for product in self.products} - {None}
        if len(found) > 1:
            names = ", ".join(f"u{k}" for k in sorted(found, key=str))
            raise ParameterError(f"{self.target} holds {names}; a rule has one k")

    @property
    def decimation(self) -> int | None:
        """The k of every u_k in the series; None without one."""
        return next((p.decimation for p in self.products if p.decimation is not None), None)

    @property
    def variables(self) -> frozenset[str]:
        """Names of all factors' variables."""
        return frozenset(f.variable for product in self.products for f in product.factors)

    def __str__(self) -> str:
        first, *others = self.products
        joined = (f" {'-' if p.mantissa < 0 else '+'} {_unsigned(p)}" for p in others)
        return str(first) + "".join(joined)


def describe(series: ProductSeries) -> str:
    """List a series, one product in each line: scale, dependency, factors.

    Examples
    --------
    >>> pair = Product("y0", 1, -2, (Factor("x1"),))
    >>> decay = Product("u", -3, 0, (Factor("w", -23, sign=True), Factor("t", 1)), decimation=4)
    >>> print(describe(ProductSeries("dw", (pair, decay))))
    dw: 2 products
      0  +1 * 2^-2  y0           x1
      1  -3 * 2^0   u, k = 4     sgn(w-23) * (t+1)
    """
    count = len(series.products)
    lines = [f"{series.target}: {count} product{'s' if count > 1 else ''}"]
    for index, product in enumerate(series.products):
        scale = f"{product.mantissa:+d} * 2^{product.exponent}"
        k = "" if product.decimation is None else f", k = {product.decimation}"
        factors = " * ".join(map(str, product.factors))
        lines.append(f"  {index}  {scale:9}  {product.dependency + k:11}  {factors}".rstrip())
    return "\n".join(lines)


def _unsigned(product: Product) -> str:
    """`product` as rule text, its mantissa's sign left out."""
    scale = format_scale(abs(product.mantissa), product.exponent)
    k = "" if product.decimation is None else str(product.decimation)
    return "*".join(
        [*([scale] if scale != "1" else []), product.dependency + k, *map(str, product.factors)]
    )


def _check_integer(name: str, value: int, allowed: Range) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise ParameterError(f"{name} is {value!r}; allowed: integers {allowed}")
