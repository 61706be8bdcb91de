"""The reason in one sentence: why a variable changed, or why it did not.

Example: "weight stays 34: 2^-6*x1*y0 = 0.19; fraction 0.19: the draw 0.71 does not round up".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from loihi_emu.analysis.explain_events import Line
from loihi_emu.compiler.microcode import Op, Program
from loihi_emu.kernels.reference.watch import Watch

_WAITS: Final = {"x0": "no pre spike", "y0": "no post spike", "u": "u was not due"}
_SHOWN: Final = 3


def sentence(name: str, program: Program, lines: Sequence[Line], watch: Watch) -> str:
    """Why `name` is what it is after the epoch.

    Parameters
    ----------
    name : str
        The variable, in words.
    program : Program
    lines : sequence of Line
        Of this program.
    watch : Watch
    """
    old, new = watch.variables[program.variable], lines[-1].fixed
    head = f"{name} stays {old}" if new == old else f"{name} goes from {old} to {new}"
    unit = _unit(program)
    changes = [line for line in lines if line.address >= program.start]
    products = [
        (line.product, fixed.exact / unit, fixed.fixed / unit)
        for fixed, line in pairwise(changes)
        if line.op == Op.ADD.name
    ]
    acting = [one for one in products if one[1] or one[2]]
    tail = _events(lines, program)
    if not acting and new == old:
        return f"{head}: {_nothing(program, changes, watch)}"
    if not acting:
        return f"{head}: no product acts; {tail or 'its format changes it'}"
    shown = " and ".join(_term(*one) for one in acting[:_SHOWN])
    if len(acting) > _SHOWN:
        shown += f" and {len(acting) - _SHOWN} more"
    return f"{head}: {shown}" + (f"; {tail}" if tail else "")


def _unit(program: Program) -> int:
    """How much of a product's register is one unit of the variable."""
    rounding = next(i for i in program.instructions if i.op in (Op.ROUND, Op.ROUND_AWAY))
    return 1 << rounding.shift


def _term(text: str, exact: float, fixed: float) -> str:
    """A product's value, and what fixed point made of it where that differs."""
    kept = "" if exact == fixed else f", kept as {fixed:.4g}"
    return f"{text} = {exact:.4g}{kept}"


def _events(lines: Sequence[Line], program: Program) -> str:
    """What happened to the sum: rounding and limits."""
    wanted = {Op.ADD.name, Op.LIMIT.name, Op.ROUND.name, Op.ROUND_AWAY.name, Op.CLIP.name}
    found = []
    for line in lines:
        if line.event and line.op in wanted and line.address >= program.start:
            held = line.op in (Op.ADD.name, Op.LIMIT.name, Op.CLIP.name)
            whose = "it" if line.op == Op.CLIP.name else "the sum"
            found.append(f"{whose} is held at {line.fixed}" if held else line.event)
    return "; ".join(found)


def _nothing(program: Program, lines: Sequence[Line], watch: Watch) -> str:
    """Why no product has a value."""
    state = {**watch.inputs, **watch.variables}
    code = [program.instructions[line.address] for line in lines]
    gates = [i.source for i in code if i.op is Op.GATE]
    if not any(state[source] for source in gates):
        return "no product is due: " + ", ".join(_WAITS[one] for one in dict.fromkeys(gates))
    reasons, product, due, done = [], "", False, False
    for i, line in zip(code, lines, strict=True):
        if i.op is Op.GATE:
            product, due, done = line.product, bool(state[i.source]), False
        elif i.op in (Op.FACTOR, Op.SIGN, Op.SCALE) and due and not done and not line.exact:
            slot, _, moment = i.source.partition("@")
            what = f"{slot} was {state[i.source]}" if i.source else "its mantissa is 0"
            reasons.append(f"{product} is 0, as {what}" + (f" at {moment}" if moment else ""))
            done = True
    return "; ".join(reasons[:_SHOWN])
