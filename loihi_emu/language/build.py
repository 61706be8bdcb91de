"""Lark's parse tree to the language's own tree: names in lower case, signs folded in, spans kept.

One method a rule of `grammar.lark`, one a terminal that has a value. Imported with Lark, at the
first parse: `import loihi_emu` stays light.
"""

from __future__ import annotations

from math import prod
from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from loihi_emu.language import tree


@v_args(meta=True, inline=True)
class TreeBuilder(Transformer[Token, tuple[tree.Product, ...]]):
    """Makes the products of a text; `offset` is where the parsed piece starts in it.

    An absent optional part of a rule arrives as None.
    """

    def __init__(self, offset: int = 0) -> None:
        super().__init__()
        self._offset = offset

    def series(self, _meta: Meta, *children: Any) -> tuple[tree.Product, ...]:
        """Products with the signs before them."""
        signs, products = children[0::2], children[1::2]
        return tuple(
            tree.Product(_is_minus(sign), terms, span)
            for sign, (terms, span) in zip(signs, products, strict=True)
        )

    def product(self, meta: Meta, *terms: tree.Term) -> tuple[tuple[tree.Term, ...], tree.Span]:
        """Terms and where they stand."""
        return terms, self._span(meta)

    def sign(self, _meta: Meta, token: Token) -> str:
        """`+` or `-`."""
        return str(token)

    def scale(self, meta: Meta, literal: tuple[int, int]) -> tree.Literal:
        """One literal, in brackets or not."""
        return tree.Literal(*literal, self._span(meta))

    def amount(self, _meta: Meta, sign: str | None, *literals: tuple[int, int]) -> tuple[int, int]:
        """Mantissa and exponent of `m`, `2^e` or `m*2^e`, the sign folded in."""
        mantissas, exponents = zip(*literals, strict=True)
        return _signed(sign, prod(mantissas)), sum(exponents)

    def integer(self, _meta: Meta, value: int) -> tuple[int, int]:
        """Mantissa and exponent of `m`."""
        return value, 0

    def power(self, _meta: Meta, _two: Token, sign: str | None, value: int) -> tuple[int, int]:
        """Mantissa and exponent of `2^e`."""
        return 1, _signed(sign, value)

    def dependency(self, meta: Meta, name: str) -> tree.Dependency:
        """A bare x0, y0 or u_k."""
        decimation = int(name[1]) if name[0] == "u" else None
        return tree.Dependency(name, decimation, self._span(meta))

    def variable(self, meta: Meta, *children: Any) -> tree.Variable:
        """`v`, `(v + c)`, `(c - v)` and their kin as `v + constant`, perhaps negated."""
        match children:
            case (str(name),):  # v, (v)
                return tree.Variable(name, None, False, self._span(meta))
            case (first_sign, str(name), second_sign, int(value)):  # (v + c), (-v + c)
                negated, constant = _is_minus(first_sign), _signed(second_sign, value)
            case (first_sign, int(value), second_sign, name):  # (c + v), (c - v)
                negated, constant = _is_minus(second_sign), _signed(first_sign, value)
            case _:
                raise AssertionError(children)
        return tree.Variable(name, -constant if negated else constant, negated, self._span(meta))

    def sgn(self, meta: Meta, _word: Token, *children: Any) -> tree.Sgn:
        """`sgn(v)`, `sgn(v + c)`, `sgn(c + v)`."""
        match children:
            case (str(name), None, None):  # sgn(v)
                constant = None
            case (str(name), sign, int(value)):  # sgn(v + c)
                constant = _signed(sign, value)
            case (sign, int(value), _plus, name):  # sgn(c + v)
                constant = _signed(sign, value)
            case _:
                raise AssertionError(children)
        return tree.Sgn(name, constant, self._span(meta))

    def INTEGER(self, token: Token) -> int:  # noqa: N802
        """The number that the digits say."""
        return int(token)

    def _name(self, token: Token) -> str:
        return token.lower()

    SPIKE = EPOCH = TRACE = SYNAPTIC = REWARD = _name

    def _span(self, meta: Meta) -> tree.Span:
        return tree.Span(meta.start_pos + self._offset, meta.end_pos + self._offset)


def _is_minus(sign: str | None) -> bool:
    return sign == "-"


def _signed(sign: str | None, value: int) -> int:
    return -value if _is_minus(sign) else value
