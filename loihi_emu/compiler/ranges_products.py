"""The least change that one product of a rule can make, and how often it moves a stored value.

A product that loses s bits is rounded down. So its least change is that of the smallest product of
at least 2^s, or of any negative product. It is found by trying the values of its factors.
Example: `2^-7*u0*x1` on LAVA changes w by 1/128 at least, which rounding keeps once in 128.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.compiler.microcode import BY_KEPT, DOWN, Instruction, Microcode, Op, Program
from loihi_emu.compiler.ranges_steps import Box, Term, group_values

_MOST_PRODUCTS: Final = 1 << 20


def products_of(program: Program) -> list[tuple[int, tuple[Instruction, ...]]]:
    """Address and instructions of each product of the update, from its GATE to its ADD."""
    update = range(program.start, len(program.instructions))
    starts = [k for k in update if program.instructions[k].op is Op.GATE]
    ends = [k for k in update if program.instructions[k].op is Op.ADD]
    return [
        (start, program.instructions[start : end + 1])
        for start, end in zip(starts, ends, strict=True)
    ]


def terms_of(product: Iterable[Instruction], code: Microcode) -> dict[str, tuple[Term, ...]]:
    """The factors of a product by the variable they read, its gate included."""
    terms: dict[str, tuple[Term, ...]] = {}
    for i in product:
        if i.op not in (Op.GATE, Op.FACTOR, Op.SIGN):
            continue
        constant = code.literals[i.literal] if i.literal >= 0 else 0
        kind = "sign" if i.op is Op.SIGN else "value"
        ends = (0, 0) if i.op is Op.GATE else (i.low, i.high)
        terms[i.source] = (*terms.get(i.source, ()), (kind, constant, *ends))
    return terms


def least_change(
    product: Sequence[Instruction], code: Microcode, box: Box
) -> tuple[int | None, bool]:
    """Least change other than 0 of the accumulator, and whether a state with it was found.

    Returns
    -------
    change : int or None
        Signed, in units of the accumulator; None where every change is 0.
    exact : bool
        False: no change is smaller, but none this small was found.
    """
    mantissa = alignment = shift = 0
    toward_zero = False
    for i in product:
        if i.op is Op.SCALE:
            mantissa = code.literals[i.literal]
        elif i.op is Op.NARROW:
            shift, toward_zero = i.shift, bool(i.low)
        elif i.op is Op.ALIGN:
            alignment = code.literals[i.literal]
    groups = [group_values(terms, box[name]) for name, terms in terms_of(product, code).items()]
    if not mantissa or any(values == {0} for values in groups):
        return None, True
    narrowed, exact = _least_narrowed(groups, mantissa, shift, toward_zero)
    return (None if narrowed is None else narrowed << alignment), exact


def _least_narrowed(
    groups: Sequence[frozenset[int]], mantissa: int, shift: int, toward_zero: bool
) -> tuple[int | None, bool]:
    """The least narrowed product other than 0."""
    powers = [frozenset(v for v in values if v and abs(v) & (abs(v) - 1) == 0) for values in groups]
    reachable = 1
    for values in groups:
        reachable *= max(abs(v) for v in values)
    limit = (2 << shift) // abs(mantissa) + 1
    found = _best(_folded(powers, limit) or set(), mantissa, shift, toward_zero)
    if found is not None and abs(found) == 1:
        return found, True
    while True:
        products = _folded(groups, limit)
        if products is None:
            return found or 1, False
        found = _best(products, mantissa, shift, toward_zero)
        if found is not None or limit >= reachable:
            return found, True
        limit *= 4


def _folded(groups: Iterable[frozenset[int]], limit: int) -> set[int] | None:
    """Products of one value of each group, of magnitudes up to `limit`; None if there are many."""
    products = {1}
    for values in sorted(groups, key=len):
        if len(products) * len(values) > _MOST_PRODUCTS:
            return None
        products = {a * b for a in products for b in values if b and abs(a * b) <= limit}
    return products


def _best(products: Iterable[int], mantissa: int, shift: int, toward_zero: bool) -> int | None:
    """The narrowed product of least magnitude other than 0."""
    narrowed = set()
    for value in products:
        scaled = value * mantissa
        if toward_zero and scaled < 0:
            narrowed.add(-(-scaled >> shift))
        else:
            narrowed.add(scaled >> shift)
    return min(narrowed - {0}, key=lambda value: (abs(value), -value), default=None)


def move_probability(change: int, program: Program, form: Sequence[int], *, kept: bool) -> Fraction:
    """How often a change of the accumulator moves a stored value that it starts from.

    Where a fraction is that of an update without spikes, traces are taken to be the same without.

    Parameters
    ----------
    change : int
        In units of the accumulator.
    program : Program
    form : five int
        See `microcode.FORMAT_FIELDS`.
    kept : bool
        Whether the change is part of what is kept for its fraction, where the program keeps that.
    """
    rounding = next(i for i in program.instructions if i.op in (Op.ROUND, Op.ROUND_AWAY))
    bits = form[rounding.literal]
    if rounding.op is Op.ROUND_AWAY:
        change = -(-abs(change) >> rounding.shift)
        bits -= formats.FRACTION_BITS
    if rounding.high == DOWN or (rounding.high == BY_KEPT and not kept):
        floors = rounding.op is Op.ROUND and change < 0
        return Fraction(int(floors or abs(change) >> bits > 0))
    return min(Fraction(1), Fraction(abs(change), 1 << bits))
