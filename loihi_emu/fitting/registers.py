"""Candidates for a rule's registers: impulses and scales whose product is near each amplitude.

A product's change after one spike of each trace is mantissa * 2^exponent * impulses, less the bits
that alignment takes. For every choice of impulses each product takes the scales next to what it
should be. `cost` estimates the harm: errors of amplitudes, and the coarseness of small traces.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as combinations
from typing import Final

from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.literals import EXPONENT, MANTISSA, format_scale, nearest, normalise
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Op
from loihi_emu.compiler.products import Factor, Product, ProductSeries
from loihi_emu.compiler.ranges_products import products_of
from loihi_emu.fitting.float_rule import FloatProduct, FloatRule

_MOST_COMBINATIONS: Final = 20_000
_COARSENESS: Final = 0.25
"""A rounded decay is off by half a unit at the most, by a quarter on average."""


@dataclass(frozen=True)
class Candidate:
    """Impulses, and the scale of each product.

    Parameters
    ----------
    impulses : dict of str to int
    scales : tuple of (int, int)
        Mantissa and exponent of each product.
    amplitudes : tuple of float
        What each product changes after one spike of each of its traces, in the ideal's units.
    cost : float
    """

    impulses: dict[str, int]
    scales: tuple[tuple[int, int], ...]
    amplitudes: tuple[float, ...]
    cost: float


def asked_amplitudes(rule: FloatRule) -> tuple[float, ...]:
    """What each product changes after one spike of each of its traces, in the ideal's units."""
    return tuple(
        one.amplitude * math.prod(rule.trace(name)[0] for name in one.traces)
        for one in rule.products
    )


def integer_product(product: FloatProduct, scale: tuple[int, int], unit: float) -> Product:
    """The product as the chip has it, for weights in steps of `unit`."""
    return Product(
        product.dependency,  # type: ignore[arg-type]
        *normalise(*scale),
        tuple(
            Factor(one.variable, round(one.constant / unit) if one.constant else None, one.sign)
            for one in product.factors
        ),
        product.decimation,
    )


def lost_bits(rule: FloatRule, machine: Machine, unit: float) -> tuple[int, ...]:
    """Low bits that alignment takes from each product; they depend on its factors alone."""
    series = ProductSeries("dw", tuple(integer_product(one, (1, 0), unit) for one in rule.products))
    (program,) = lower({"dw": series}, machine).programs
    return tuple(sum(i.shift for i in one if i.op is Op.NARROW) for _, one in products_of(program))


def usual_impulses(rule: FloatRule, headroom: float) -> dict[str, tuple[int, ...]]:
    """Impulses to try for each trace: as many as can be combined, the largest first."""
    names = rule.read
    highest = max(1, int(TRACE.highest / headroom))
    count = highest
    if names:
        count = min(highest, max(2, int(_MOST_COMBINATIONS ** (1 / len(names)))))
    step = max(1, highest // count)
    values = tuple(range(highest, 0, -step))[:count]
    return dict.fromkeys(names, values)


def candidates(
    rule: FloatRule,
    machine: Machine,
    unit: float,
    impulses: Mapping[str, Sequence[int]],
    *,
    most: int,
    neighbours: int = 1,
) -> list[Candidate]:
    """The candidates of least cost, best first.

    Parameters
    ----------
    rule : FloatRule
    machine : Machine
    unit : float
        A weight step in the ideal's units.
    impulses : mapping of trace to sequence of int
        What may be tried.
    most : int
        Number of candidates.
    neighbours : int
        Scales to try on each side of what a product should have, at least 1.
    """
    lost = lost_bits(rule, machine, unit)
    choices = combinations(*(impulses[name] for name in rule.read))
    # no more impulses than `most` can be among the best: each is at its best with nearest scales
    nearest_scales = _of_impulses(rule, unit, lost, choices, 0)
    kept = [tuple(one.impulses.values()) for one in _best(most, nearest_scales)]
    return _best(most, _of_impulses(rule, unit, lost, kept, neighbours))


def _best(most: int, found: Iterable[Candidate]) -> list[Candidate]:
    """Those of least cost; of equal ones the first."""
    ranked = heapq.nsmallest(most, enumerate(found), key=lambda one: (one[1].cost, one[0]))
    return [one for _, one in ranked]


def _of_impulses(
    rule: FloatRule,
    unit: float,
    lost: tuple[int, ...],
    choices: Iterable[tuple[int, ...]],
    neighbours: int,
) -> Iterator[Candidate]:
    """Choices of impulses, each with the scales next to what it needs."""
    asked = asked_amplitudes(rule)
    weight_of = [abs(one) or 1.0 for one in asked]
    names = rule.read
    for values in choices:
        chosen = dict(zip(names, values, strict=True))
        coarse = sum((_COARSENESS / value) ** 2 for value in values)
        options = []
        for product, bits in zip(rule.products, lost, strict=True):
            size = _of_scale_one(product, chosen, bits, unit)
            target = product.amplitude * math.prod(rule.trace(n)[0] for n in product.traces)
            options.append(
                [(scale, scale[0] * 2.0 ** scale[1] * size)
                 for scale in scales_near(target / size, neighbours)]
            )  # fmt: skip
        for combination in combinations(*options):
            amplitudes = tuple(amplitude for _, amplitude in combination)
            misses = (
                ((got - want) / size) ** 2
                for got, want, size in zip(amplitudes, asked, weight_of, strict=True)
            )
            yield Candidate(
                chosen, tuple(scale for scale, _ in combination), amplitudes, sum(misses) + coarse
            )


def _of_scale_one(
    product: FloatProduct, impulses: Mapping[str, int], bits: int, unit: float
) -> float:
    """The amplitude of a product whose scale is 1, in the ideal's units."""
    size = 2.0**-bits * unit * math.prod(impulses[name] for name in product.traces)
    for one in product.factors:
        if one.variable == "w" and not one.sign:
            size /= unit
    return size


def scales_near(value: float, neighbours: int) -> list[tuple[int, int]]:
    """The nearest scale to a value first, then those next to it on each side; none is 0.

    Examples
    --------
    >>> scales_near(0.3, 1)
    [(5, -4), (1, -2), (3, -3)]
    """
    if not value:
        return [(0, 0)]
    scales = _scales()
    place = bisect_left(scales, value)
    near = scales[max(0, place - neighbours - 1) : place + neighbours + 1]
    near = sorted(near, key=lambda one: (abs(one - value), abs(one)))[: 2 * neighbours + 1]
    return [nearest(Fraction(one)) for one in near]


def _scales() -> list[float]:
    """Every scale but 0, rising."""
    if not _KNOWN:
        _KNOWN.extend(
            sorted(
                {
                    mantissa * 2.0**exponent
                    for mantissa in range(MANTISSA.lowest, MANTISSA.highest + 1)
                    for exponent in range(EXPONENT.lowest, EXPONENT.highest + 1)
                    if mantissa
                }
            )
        )
    return _KNOWN


_KNOWN: list[float] = []


def scale_text(scale: tuple[int, int]) -> str:
    """A scale as rule text."""
    return format_scale(*scale)
