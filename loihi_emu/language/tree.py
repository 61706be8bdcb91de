"""Syntax tree of a rule: what the user wrote, in the user's order, each part with its place.

Nothing is worked out here: `32*x0` is a literal 32 and a dependency. The products that follow from
a tree are made in `loihi_emu.compiler.products`. Authority for the shape: `grammar.lark`.

>>> from loihi_emu.language import parse_tree
>>> print(format_tree(parse_tree("-2^-1*x0*(y1-3)")))
series
  product -           2^-1*x0*(y1-3)
    literal 1*2^-1    2^-1
    dependency x0     x0
    variable y1-3     (y1-3)
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """Half-open range of character offsets in the user's text."""

    start: int
    end: int


@dataclass(frozen=True)
class Literal:
    """`mantissa * 2^exponent` as written, signs in brackets folded in."""

    mantissa: int
    exponent: int
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"literal {self.mantissa}*2^{self.exponent}"


@dataclass(frozen=True)
class Dependency:
    """A bare x0, y0 or u_k; `decimation` is the k of u_k, None beside a spike."""

    name: str
    decimation: int | None
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"dependency {self.name}"


@dataclass(frozen=True)
class Variable:
    """`v`, `(v + constant)` or, negated, `-(v + constant)`."""

    name: str
    constant: int | None
    negated: bool
    span: Span = field(compare=False)

    def __str__(self) -> str:
        text = self.name + _constant(self.constant)
        return f"variable -({text})" if self.negated else f"variable {text}"


@dataclass(frozen=True)
class Sgn:
    """`sgn(v)` or `sgn(v + constant)`."""

    name: str
    constant: int | None
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"sgn {self.name}{_constant(self.constant)}"


Term = Literal | Dependency | Variable | Sgn


@dataclass(frozen=True)
class Product:
    """Terms joined by `*`; `negative` if a minus stands before it, outside the span."""

    negative: bool
    terms: tuple[Term, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Series:
    """A whole rule text: its products in order."""

    text: str = field(compare=False)
    products: tuple[Product, ...]


def format_tree(series: Series) -> str:
    """`series` as an indented listing, each node beside the text it came from."""
    rows: list[tuple[str, str]] = [("series", "")]
    for product in series.products:
        rows.append(
            (f"  product {'-' if product.negative else '+'}", _excerpt(series, product.span))
        )
        rows.extend((f"    {term}", _excerpt(series, term.span)) for term in product.terms)
    width = max(len(node) for node, _ in rows) + 4
    return "\n".join(f"{node:{width}}{text}".rstrip() for node, text in rows)


def _constant(value: int | None) -> str:
    return "" if value is None else f"{value:+d}"


def _excerpt(series: Series, span: Span) -> str:
    return " ".join(series.text[span.start : span.end].split())
