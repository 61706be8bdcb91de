"""A logged instruction as a line: its value beside the exact one, and what happened to it.

Example: a NARROW of 13 by 3 bits gives "counts 2^-3 of its text; the bits dropped are 0.625".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loihi_emu.analysis.exact_registers import Exact
from loihi_emu.chip import arithmetic
from loihi_emu.chip.formats import DRAW
from loihi_emu.compiler.microcode import (
    BY_FRACTION,
    BY_KEPT,
    FORMAT_FIELDS,
    Op,
    Program,
)
from loihi_emu.kernels.reference.interpreter import Logged
from loihi_emu.kernels.reference.watch import Watch


@dataclass(frozen=True)
class Line:
    """One instruction.

    Parameters
    ----------
    variable : {'w', 'd', 't'}
    address : int
        As in the listing of the microcode.
    op : str
    text : str
        Its operands.
    product : str
        The product it belongs to; empty outside products.
    fixed : int
        The register that it wrote: m within a product, the accumulator elsewhere.
    exact : float
        The same in real numbers, from the same inputs.
    event : str
        What was clipped, wrapped, dropped or rounded; empty if nothing was.
    """

    variable: str
    address: int
    op: str
    text: str
    product: str
    fixed: int
    exact: float
    event: str


_PRODUCT_OPS = (Op.GATE, Op.FACTOR, Op.SIGN, Op.SCALE, Op.NARROW, Op.ALIGN, Op.BOUND)


def lines_of(
    program: Program, log: Sequence[Logged], exact: Sequence[Exact], watch: Watch,
    literals: Sequence[int],
) -> list[Line]:  # fmt: skip
    """Lines of one program's log."""
    state = {**watch.inputs, **watch.variables}
    texts, product, found = iter(program.products), "", []
    before = log[0]._replace(a=0, m=0, b=0)
    for one, real in zip(log, exact, strict=True):
        op = one.instruction.op
        if op is Op.GATE:
            product = next(texts)
        in_product = op in _PRODUCT_OPS
        line = Line(
            one.variable, one.address, op.name, operands(one, literals),
            product if in_product or op is Op.ADD else "",
            one.m if in_product else one.a, float(real.m if in_product else real.a),
            event_of(before, one, state, watch, literals),
        )  # fmt: skip
        found.append(line)
        before = one
    return found


def operands(one: Logged, literals: Sequence[int]) -> str:
    """Operands of an instruction with the numbers that it uses."""
    i = one.instruction
    literal = literals[i.literal] if 0 <= i.literal < len(literals) else 0
    match i.op:
        case Op.FACTOR | Op.SIGN:
            return f"{i.source}{literal:+d}" if i.literal >= 0 else i.source
        case Op.SCALE:
            return str(literal)
        case Op.ALIGN:
            return f"<< {literal}"
        case Op.NARROW:
            return f">> {i.shift}"
        case Op.LOAD:
            return f"{i.source or 0} << {i.shift}"
        case Op.BOUND | Op.ADD if i.low != i.high:
            return f"{i.low}..{i.high}"
        case Op.LIMIT | Op.CLIP:
            return f"{FORMAT_FIELDS[i.literal]}..{FORMAT_FIELDS[i.literal + 1]}"
    return i.source


def event_of(
    before: Logged, one: Logged, state: Mapping[str, int], watch: Watch, literals: Sequence[int]
) -> str:
    """What an instruction did besides its exact operation."""
    i, a, m = one.instruction, before.a, before.m
    literal = literals[i.literal] if 0 <= i.literal < len(literals) else 0
    form = watch.formats[one.variable]
    match i.op:
        case Op.FACTOR if one.m != m * (state[i.source] + literal):
            return f"factor clipped to {i.low}..{i.high}"
        case Op.SCALE if one.m != m * literal:
            return f"wrapped from {m * literal}"
        case Op.NARROW if m:
            lost = m / (1 << i.shift) - one.m
            dropped = f"; the bits dropped are {lost:.4g}" if lost else ""
            return f"counts 2^-{i.shift} of its text{dropped}"
        case Op.ALIGN if one.m != m << literal:
            return f"wrapped from {m << literal}"
        case Op.BOUND if one.m != m:
            return f"saturated from {m}"
        case Op.ADD if one.a != a + m:
            return f"saturated from {a + m}"
        case Op.LIMIT | Op.CLIP if one.a != a:
            return f"saturated from {a}"
        case Op.ROUND:
            return _rounded(a, before.b, i.high, form[i.literal], watch.draw)
        case Op.ROUND_AWAY:
            return _rounded_away(a, i.shift, one.a - state[i.source], watch.draw)
    return ""


def _rounded_away(value: int, shift: int, change: int, draw: int) -> str:
    """How ROUND_AWAY came from a sum to a change."""
    whole = arithmetic.round_away(value, shift)
    found = []
    if whole << shift != value:
        found.append(f"{value / (1 << shift):.4g} is rounded away from zero to {whole}")
    if change != whole:
        found.append(f"with the draw {draw / DRAW.size:.4g}, {whole} is stored as {change}")
    return "; ".join(found)


def _rounded(value: int, kept: int, by: int, bits: int, draw: int) -> str:
    """How ROUND treats a fraction."""
    fraction = value & ((1 << bits) - 1)
    if by in (BY_FRACTION, BY_KEPT):
        which = value if by == BY_FRACTION else kept
        share = (which & ((1 << bits) - 1)) / (1 << bits)
        up = arithmetic.rounds_up(which, bits, draw)
        if share:
            verb = "rounds up" if up else "does not round up"
            whose = "fraction" if by == BY_FRACTION else "fraction without spikes"
            return f"{whose} {share:.4g}: the draw {draw / DRAW.size:.4g} {verb}"
    return f"fraction {fraction / (1 << bits):.4g} dropped" if fraction else ""
