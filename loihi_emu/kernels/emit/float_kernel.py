"""The emitter of floating point: product series -> source of a kernel in real numbers.

It does what emit/fixed_kernel.py does, but without microcode: nothing is narrowed, clipped or
rounded. dw is the sum of mantissa * 2^exponent * dependency * factors.
Example: `dw = 2^-2*x1*y0` becomes `change = change + L0 * y0[k] * x1_at_y0[k]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loihi_emu.compiler.microcode import VARIABLES
from loihi_emu.compiler.products import Factor, Product, ProductSeries

_SIGNATURE: Final = "def update(n, u, rewards, literal, form, variables, inputs):"
_PLAIN: Final = (*VARIABLES, "x0", "y0", "r0", "r1")

LIMITS: Final = ("lowest", "highest")
"""What a synapse's format tells the float kernel: F[0..1] of each program."""


def slots(series: Mapping[str, ProductSeries]) -> tuple[str, ...]:
    """Inputs other than w, d, t in the order of the kernel's input rows."""
    names: set[str] = set()
    for product in _products(series):
        names |= {product.dependency} - {"u"}
        names |= {_slot(factor, product) for factor in product.factors}
    return tuple(sorted(names - set(VARIABLES)))


def literals(series: Mapping[str, ProductSeries]) -> tuple[float, ...]:
    """Scales and constants of the rule's text, in the order of the kernel's L[i]."""
    values: list[float] = []
    for product in _products(series):
        values.append(product.mantissa * 2.0**product.exponent)
        values += [float(f.constant) for f in product.factors if f.constant]
    return tuple(values)


def emit_ideal(series: Mapping[str, ProductSeries]) -> str:
    """Source of the float kernel of a rule.

    Parameters
    ----------
    series : mapping of {'dw', 'dd', 'dt'} to ProductSeries

    Returns
    -------
    str
        A function `update(n, u, rewards, literal, form, variables, inputs)`; all numbers float64,
        handed over as those of the fixed-point kernel.
    """
    rows = [_SIGNATURE, *(f"    # {target} = {one}" for target, one in _in_order(series))]
    rows += [f"    {v}_row = float64_row(variables[{index}])" for index, v in enumerate(VARIABLES)]
    rows += [
        f"    {_row(slot)} = float64_row(inputs[{2 * index}])"
        for index, slot in enumerate(slots(series))
        if slot not in ("r0", "r1")
    ]
    rows += [f"    r{index} = rewards[{index}]" for index in (0, 1)]
    rows += [f"    L{index} = literal[{index}]" for index in range(len(literals(series)))]
    rows.append("    for k in range(n):")
    used = {f.variable for p in _products(series) for f in p.factors}
    used |= {target[1] for target, _ in _in_order(series)}
    body = [f"{v} = {v}_row[k]" for v in VARIABLES if v in used]
    next_literal = 0
    for index, (target, one) in enumerate(_in_order(series)):
        body.append("change = 0.0")
        for product in one.products:
            term, next_literal = _term(product, next_literal)
            body.append(f"change = change + {term}")
        low, high = f"form[{2 * index}]", f"form[{2 * index + 1}]"
        body.append(f"new_{target[1]} = min(max({target[1]} + change, {low}), {high})")
    body += [f"{target[1]}_row[k] = new_{target[1]}" for target, _ in _in_order(series)]
    return "\n".join([*rows, *(f"        {line}" for line in body)]) + "\n"


def _term(product: Product, literal: int) -> tuple[str, int]:
    """One product as an expression, and the index of the next literal."""
    dependency = "u" if product.dependency == "u" else f"{product.dependency}[k]"
    factors = [f"L{literal}", dependency]
    literal += 1
    for factor in product.factors:
        slot = _slot(factor, product)
        read = slot if slot in (*VARIABLES, "r0", "r1") else f"{_row(slot)}[k]"
        if factor.constant:
            read = f"({read} + L{literal})"
            literal += 1
        factors.append(f"sign({read})" if factor.sign else read)
    return " * ".join(factors), literal


def _slot(factor: Factor, product: Product) -> str:
    """The input that a factor reads: traces are read when the dependency says."""
    name = factor.variable
    return name if name in _PLAIN else f"{name}@{product.dependency}"


def _row(slot: str) -> str:
    """Name of an input row in the source."""
    return slot.replace("@", "_at_")


def _in_order(series: Mapping[str, ProductSeries]) -> list[tuple[str, ProductSeries]]:
    """Targets in the order of VARIABLES."""
    return [(f"d{v}", series[f"d{v}"]) for v in VARIABLES if f"d{v}" in series]


def _products(series: Mapping[str, ProductSeries]) -> list[Product]:
    """All products in order."""
    return [product for _, one in _in_order(series) for product in one.products]
