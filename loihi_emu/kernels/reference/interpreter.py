"""The interpreter: microcode on one synapse in Python integers. It defines what microcode means.

Example: with `inputs = {"x0": 1, "y1@x0": 16}` the microcode of `dw = -x0*y1` takes w = 50 to 34.
Tests compare the kernels of emit/fixed_kernel.py with it, on every rule, state and spike.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import NamedTuple, assert_never

from loihi_emu.chip import arithmetic, formats
from loihi_emu.compiler.microcode import BY_FRACTION, BY_KEPT, Instruction, Microcode, Op, Program


class Logged(NamedTuple):
    """One instruction that was done: its program, its address, and the registers after it."""

    variable: str
    address: int
    instruction: Instruction
    a: int
    m: int
    b: int


def interpret(
    microcode: Microcode,
    variables: Mapping[str, int],
    inputs: Mapping[str, int],
    formats_of: Mapping[str, Sequence[int]],
    draw: int,
    counts: MutableMapping[tuple[str, int], int] | None = None,
    log: MutableSequence[Logged] | None = None,
) -> dict[str, int]:
    """New values of one synapse's variables after one epoch's update.

    Parameters
    ----------
    microcode : Microcode
    variables : mapping of {'w', 'd', 't'} to int
        Values before the update; every program reads these, none sees another's result.
    inputs : mapping of slot to int
        Every slot the microcode reads, and `u`.
    formats_of : mapping of variable to five int
        The synapse's format, see `microcode.FORMAT_FIELDS`.
    draw : int
        16 uniform bits for the rounding.
    counts : dict, optional
        Incremented at (variable, address) where an instruction saturates or wraps.
    log : list, optional
        Receives every instruction as it is done.

    Returns
    -------
    dict of str to int
        The variables that some program stores.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule
    >>> from loihi_emu.compiler import lower
    >>> code = lower(LearningRule(dw="-x0*y1").series, LAVA)
    >>> mixed = (-32769, 32767, 7, -256, 255)
    >>> interpret(code, {"w": 50}, {"x0": 1, "y1@x0": 16}, {"w": mixed}, draw=0)
    {'w': 34}
    """
    machine_state = {**inputs, **variables}
    return {
        program.variable: _run(
            program,
            machine_state,
            microcode,
            formats_of[program.variable],
            draw,
            {} if counts is None else counts,
            log,
        )
        for program in microcode.programs
    }


def _run(
    program: Program,
    state: Mapping[str, int],
    microcode: Microcode,
    synapse_format: Sequence[int],
    draw: int,
    counts: MutableMapping[tuple[str, int], int],
    log: MutableSequence[Logged] | None,
) -> int:
    """One program on one synapse: the value it stores."""
    a = m = b = 0
    for address, i in enumerate(program.instructions):
        before_m, before_a = m, a
        literal = microcode.literals[i.literal] if 0 <= i.literal < len(microcode.literals) else 0
        match i.op:
            case Op.LOAD:
                a = state[i.source] << i.shift if i.source else 0
            case Op.KEEP:
                b = a
            case Op.GATE:
                m = state[i.source]
            case Op.FACTOR:
                m *= _factor(i, state, literal)
            case Op.SIGN:
                constant = literal if i.literal >= 0 else 0
                m *= arithmetic.sign(state[i.source] + constant)
            case Op.SCALE:
                m *= literal
                exact, m = m, arithmetic.wrap(m, microcode.word_bits)
                _count(counts, program, address, m != exact)
            case Op.NARROW:
                # the mantissa is in m already: the shift must see the full product
                shift = arithmetic.shift_right_toward_zero if i.low else arithmetic.shift_right
                m = shift(m, i.shift)
            case Op.ALIGN:
                m = arithmetic.wrap(m << literal, microcode.word_bits)
            case Op.BOUND:
                m = arithmetic.saturate(m, i.low, i.high)
                _count(counts, program, address, m != before_m)
            case Op.ADD:
                a += m
                if i.low != i.high:
                    a = arithmetic.saturate(a, i.low, i.high)
                    _count(counts, program, address, a != before_a + m)
            case Op.LIMIT | Op.CLIP:
                a = arithmetic.saturate(a, synapse_format[i.literal], synapse_format[i.literal + 1])
                _count(counts, program, address, a != before_a)
            case Op.ROUND:
                bits = synapse_format[i.literal]
                a = _round(a, b, i.high, bits, draw) << (bits - i.shift)
            case Op.ROUND_AWAY:
                a = state[i.source] + _round_away(a, b, i, synapse_format[i.literal], draw)
            case Op.STORE:
                pass
            case _:
                assert_never(i.op)
        if log is not None:
            log.append(Logged(program.variable, address, i, a, m, b))
    return a


def _factor(instruction: Instruction, state: Mapping[str, int], literal: int) -> int:
    """The clipped value that a FACTOR multiplies by."""
    value = state[instruction.source] + (literal if instruction.literal >= 0 else 0)
    if instruction.low == instruction.high:
        return value
    return arithmetic.saturate(value, instruction.low, instruction.high)


def _round(value: int, kept: int, by: int, bits: int, draw: int) -> int:
    """`value` / 2 ** bits: rounded by its own fraction, or down and up by the kept one's."""
    whole = arithmetic.shift_right(value, bits)
    if by == BY_FRACTION:
        return whole + arithmetic.rounds_up(value, bits, draw)
    return whole + arithmetic.rounds_up(kept, bits, draw) if by == BY_KEPT else whole


def _round_away(change: int, kept: int, i: Instruction, round_bits: int, draw: int) -> int:
    """A change rounded to units away from zero, then its magnitude to the stored precision.

    A kept change that is rounded up adds a step of its own sign.
    """
    units, other = (arithmetic.round_away(value, i.shift) for value in (change, kept))
    absent = round_bits - formats.FRACTION_BITS
    steps = arithmetic.sign(units) * arithmetic.shift_right(abs(units), absent)
    if i.high == BY_FRACTION:
        steps += arithmetic.sign(units) * arithmetic.rounds_up(abs(units), absent, draw)
    elif i.high == BY_KEPT:
        steps += arithmetic.sign(other) * arithmetic.rounds_up(abs(other), absent, draw)
    return steps << absent


def _count(
    counts: MutableMapping[tuple[str, int], int], program: Program, address: int, happened: bool
) -> None:
    """Count an event at an instruction."""
    if happened:
        place = (program.variable, address)
        counts[place] = counts.get(place, 0) + 1
