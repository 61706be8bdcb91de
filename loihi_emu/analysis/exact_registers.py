"""Microcode in real numbers: the registers if no bit were dropped, clipped, wrapped or rounded.

Beside the interpreter's log it shows what each instruction lost. A program's last value is the
variable plus its products as the rule's text says them. So NARROW changes nothing here: the text
knows no narrowing, and what fixed point loses by it is seen from there on.
Example: 13 narrowed by 3 bits is 1 in the log and 13 here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from loihi_emu.chip.arithmetic import sign
from loihi_emu.compiler.microcode import Op
from loihi_emu.kernels.reference.interpreter import Logged


class Exact(NamedTuple):
    """Registers a and m after an instruction, in the units that the text gives the log there."""

    a: Fraction
    m: Fraction


def exact_registers(
    log: Sequence[Logged], state: Mapping[str, int], literals: Sequence[int]
) -> list[Exact]:
    """Registers of one program's instructions in real numbers.

    Parameters
    ----------
    log : sequence of Logged
        Of one program, in order.
    state : mapping of slot or variable to int
        What the instructions read, before the update.
    literals : sequence of int
    """
    a = m = Fraction(0)
    found = []
    for one in log:
        i = one.instruction
        literal = literals[i.literal] if 0 <= i.literal < len(literals) else 0
        match i.op:
            case Op.LOAD:
                a = Fraction(state[i.source] << i.shift if i.source else 0)
            case Op.GATE:
                m = Fraction(state[i.source])
            case Op.FACTOR:
                m *= state[i.source] + literal
            case Op.SIGN:
                m *= sign(state[i.source] + literal)
            case Op.SCALE:
                m *= literal
            case Op.ALIGN:
                m *= 1 << literal
            case Op.ADD:
                a += m
            case Op.ROUND:
                a /= 1 << i.shift
            case Op.ROUND_AWAY:
                a = state[i.source] + a / (1 << i.shift)
        found.append(Exact(a, m))
    return found
