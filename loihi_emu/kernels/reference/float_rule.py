"""A rule on one synapse in real numbers.

dw is the sum of mantissa * 2^exponent * dependency * factors, in the order of the text. Sums and
products are taken from left to right, which decides the last bit.
Example: `dw = 2^-2*x1*y0` with x1 16 at y0 takes w = 50 to 54.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loihi_emu.compiler.products import Factor, Product, ProductSeries
from loihi_emu.kernels.reference.memory import Memory, Moment, Synapse

_VARIABLES = ("w", "d", "t")
_REWARDS = ("r0", "r1")

Input = Callable[[str], float]
"""The value of a slot: `x0`, `r1`, or a trace at a dependency, `x1@y0`."""


def update(
    c: Any, memory: Memory, synapse: Synapse, value_of: Input, u: int, _moment: Moment
) -> None:  # fmt: skip
    """Variables of a synapse after the rule, within what its format allows."""
    series: Mapping[str, ProductSeries] = memory.rules[c.draws]
    k, synaptic = synapse.k, memory.state.synaptic
    places = {"w": c.w, "d": c.d, "t": c.t}
    values = {v: synaptic[at + k] if at >= 0 else 0.0 for v, at in places.items()}
    changed = [v for v in _VARIABLES if f"d{v}" in series]
    for number, v in enumerate(changed):
        change = 0.0
        for product in series[f"d{v}"].products:
            change += _term(product, values, value_of, u)
        at = c.synapse_format + 2 * number
        low, high = memory.state.literal[at : at + 2]
        synaptic[places[v] + k] = min(max(values[v] + change, low), high)


def _term(product: Product, values: Mapping[str, float], value_of: Input, u: int) -> float:
    """One product."""
    dependency = product.dependency
    term = product.mantissa * 2.0**product.exponent
    term *= u if dependency == "u" else value_of(dependency)
    for factor in product.factors:
        term *= _factor(factor, dependency, values, value_of)
    return term


def _factor(
    factor: Factor, dependency: str, values: Mapping[str, float], value_of: Input
) -> float:  # fmt: skip
    """One factor: a variable of the synapse, a spike, a reward, or a trace at the dependency."""
    name = factor.variable
    if name in values:
        value = values[name]
    elif name in ("x0", "y0", *_REWARDS):
        value = value_of(name)
    else:
        value = value_of(f"{name}@{dependency}")
    if factor.constant:
        value += float(factor.constant)
    return (value > 0) - (value < 0) if factor.sign else value
