"""The narrowest registers in which a rule's microcode is exact, and the clips that never act.

The narrower a register, the more synapses fit into a SIMD register. The proofs use the intervals of
ranges_steps.py and hold for every state of a synapse, every format of the machine and every draw.
What cannot be proven keeps the width of the microcode. The interpreter, which defines what
microcode means, does not use these widths.
Example: `2^-2*x1*y0` fits int16 from end to end; `2^4*x1*y0` needs int32 until it is clipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.chip.machines import SIGN_MODES, Machine
from loihi_emu.compiler.microcode import (
    FORMAT_FIELDS,
    WORDS,
    Instruction,
    Microcode,
    Op,
    Program,
    Word,
)
from loihi_emu.compiler.ranges_steps import DRAW, Box, Interval, Step, run
from loihi_emu.compiler.synapse_format import synapse_format

_BYTE: Final = (0, 255)  # traces beyond their format are read as they are
_FRACTION: Final = formats.FRACTION_BITS
_SATURATING: Final = 16  # the word whose sums saturate, see kernels/llvm/simd_arithmetic.py
_LOWEST: Final = FORMAT_FIELDS.index("lowest")
Form = Sequence[int]


def narrowed(code: Microcode, machine: Machine) -> Microcode:
    """`code` with the narrowest registers, and with the clips marked that never act.

    Parameters
    ----------
    code : Microcode
    machine : Machine
        The one it was lowered for: it says what synapses can hold.
    """
    box = _box(machine)
    return replace(code, programs=tuple(_narrowed(p, code, machine, box) for p in code.programs))


def every_product(program: Program) -> list[tuple[int, tuple[Instruction, ...]]]:
    """Address and instructions of each product, from its GATE to its ADD, kept ones too."""
    found = []
    for start, i in enumerate(program.instructions):
        if i.op is Op.GATE:
            rest = program.instructions[start:]
            size = next(place for place, later in enumerate(rest) if later.op is Op.ADD) + 1
            found.append((start, rest[:size]))
    return found


def word_of(*ends: int) -> Word | None:
    """The narrowest word that holds all of `ends`; None where none does."""
    for word in WORDS:
        half = 1 << (word - 1)
        if -half <= min(ends) and max(ends) < half:
            return word
    return None


def _box(machine: Machine) -> dict[str, Interval]:
    """What every input of a program can be, but for traces."""
    weights = [machine.weight_range(mode) for mode in SIGN_MODES]
    counts = (formats.EPOCH_TIME.lowest, formats.EPOCH_TIME.highest)
    spikes = counts if machine.spike_factor == "count" else (0, 1)
    return {
        "w": (min(low for low, _ in weights), max(high for _, high in weights)),
        "d": machine.delay_range, "t": machine.tag_range,
        "x0": spikes, "y0": spikes, "u": (0, 1), "r0": (0, 1),
        "r1": (formats.REWARD.lowest, formats.REWARD.highest),
        DRAW: (formats.DRAW.lowest, formats.DRAW.highest),
    }  # fmt: skip


def _forms(program: Program, machine: Machine) -> Sequence[Form]:
    """Every format that a synapse's variable can have."""
    forms = {
        synapse_format(program.variable, machine, mode, bits)
        for mode in SIGN_MODES
        for bits in formats.WEIGHT_BITS
    }
    return sorted(forms)


def _narrowed(program: Program, code: Microcode, machine: Machine, known: Box) -> Program:
    """One program in the narrowest words."""
    box = {i.source: known.get(i.source, _BYTE) for i in program.instructions} | {DRAW: known[DRAW]}
    forms = _forms(program, machine)
    steps = run(program, code, box, forms[0])
    instructions = list(program.instructions)
    for start, product in every_product(program):
        part = slice(start, start + len(product))
        instructions[part] = _product(product, steps[part], code.word_bits)
    for address, i in enumerate(instructions):
        if i.op is Op.LIMIT:
            idle = not _keeps(program) and all(map(_limit_is_idle, forms))
            instructions[address] = replace(i, idle=idle)
        if i.op is Op.FACTOR:
            instructions[address] = replace(i, within=_is_within(i, code, box[i.source]))
    marked = replace(program, instructions=tuple(instructions))
    word, borrowing = _accumulator(marked, steps, forms, box, code.word_bits)
    for address, i in enumerate(instructions):
        if i.op not in _OF_PRODUCT:
            instructions[address] = replace(i, word=word, borrows=address in borrowing)
    return replace(program, instructions=tuple(instructions))


_OF_PRODUCT: Final = frozenset(
    {Op.GATE, Op.FACTOR, Op.SIGN, Op.SCALE, Op.NARROW, Op.ALIGN, Op.BOUND}
)
_SHRINKING: Final = frozenset({Op.NARROW, Op.BOUND})


def _product(
    product: Sequence[Instruction], steps: Sequence[Step], widest: Word
) -> list[Instruction]:
    """A product's instructions: its register grows with its factors and shrinks where it is cut.

    A product that is not narrowed is multiplied by its mantissa, aligned, at once: that word must
    hold what alignment leaves. One that wraps does so in the word of the microcode.
    """
    wraps = any(step.event == "wraps" for step in steps)
    narrowing = any(i.op is Op.NARROW for i in product)
    word: Word = WORDS[0]
    found: list[Instruction] = []
    for place, (i, step) in enumerate(zip(product, steps, strict=True)):
        reached = [step.low, step.high]
        if i.op is Op.SCALE and not narrowing:
            aligned = steps[place + 1]
            reached += [aligned.low, aligned.high]
        held = word_of(*reached) or widest
        if i.op in _SHRINKING:
            word = held if i.op is Op.BOUND or not wraps else widest
        elif i.op in _OF_PRODUCT:
            word = widest if wraps else max(word, held)
        idle = i.op is Op.BOUND and step.event is None
        found.append(replace(i, word=word, idle=idle) if i.op in _OF_PRODUCT else i)
    return found


def _is_within(i: Instruction, code: Microcode, values: Interval) -> bool:
    """Whether a factor's clip changes no value that its source can have."""
    constant = code.literals[i.literal] if i.literal >= 0 else 0
    return i.low <= values[0] + constant and values[1] + constant <= i.high


def _keeps(program: Program) -> bool:
    """Whether the fraction of a sum matters beyond what is stored of it."""
    return program.start > 0


def _limit_is_idle(form: Form) -> bool:
    """Whether what lies beyond the ends before rounding is clipped to the same after it."""
    low, high, bits, lowest, highest = form
    stored = all(end % (1 << bits) == 0 for end in (low, high))
    return stored and low >> _FRACTION <= lowest and high >> _FRACTION >= highest


def _accumulator(
    program: Program, steps: Sequence[Step], forms: Sequence[Form], box: Box, widest: Word
) -> tuple[Word, set[int]]:
    """The accumulator's word, and the addresses of sums that owe one to it."""
    for word in WORDS:
        borrowing = _sums(program, steps, forms, word)
        if borrowing is not None and _finish_fits(program, steps, forms, box, word):
            return word, borrowing
    return widest, set()


def _sums(
    program: Program, steps: Sequence[Step], forms: Sequence[Form], word: Word
) -> set[int] | None:
    """Addresses of sums that owe one to `word`; None where it does not do for them all."""
    half = 1 << (word - 1)
    sums = [k for k, i in enumerate(program.instructions) if i.op is Op.ADD]
    loads = [k for k, i in enumerate(program.instructions) if i.op is Op.LOAD]
    borrowing: set[int] = set()
    if not all(_holds(half, steps[k]) for k in loads):
        return None
    for place, address in enumerate(sums):
        i, m = program.instructions[address], steps[address - 1]
        a = steps[max(k for k in (*loads, *sums) if k < address)]
        borrowed = place > 0 and sums[place - 1] in borrowing
        if not _holds(half, m) or m.low - borrowed < -half:
            return None
        low, high = a.low + m.low, a.high + m.high
        saturates = word == _SATURATING and i.low < i.high < half
        if high >= half and not saturates:
            return None
        if low >= -half or (saturates and i.low >= -half):
            continue
        if not saturates or i.low != -half - 1 or _keeps(program):
            return None
        if any(steps[later - 1].high > 0 for later in sums[place + 1 :]):
            borrowing.add(address)
        elif any(form[_LOWEST] < -half >> _FRACTION for form in forms):
            return None  # what lies below the word would be stored as it is
    return borrowing


def _holds(half: int, step: Step) -> bool:
    """Whether a word of -half .. half - 1 holds what an instruction leaves."""
    return -half <= step.low and step.high < half


def _finish_fits(
    program: Program, steps: Sequence[Step], forms: Sequence[Form], box: Box, word: Word
) -> bool:
    """Whether `word` does for what comes after the last product."""
    half = 1 << (word - 1)
    ends = (Op.KEEP, Op.ROUND, Op.ROUND_AWAY)
    sums = [steps[k - 1] for k, i in enumerate(program.instructions) if i.op in ends]
    return all(
        _finishes(i, a, form, box, half)
        for a in sums
        for i in program.instructions
        if i.op in (Op.LIMIT, Op.ROUND, Op.ROUND_AWAY, Op.CLIP) and not i.idle
        for form in forms
    )


def _finishes(i: Instruction, a: Step, form: Form, box: Box, half: int) -> bool:
    """Whether registers of -half .. half - 1 do for one instruction, in one format."""
    bits, lowest, highest = form[2:]
    last = (1 << bits) - 1
    match i.op:
        case Op.LIMIT | Op.CLIP:
            return all(-half <= form[i.literal + end] < half for end in (0, 1))
        case Op.ROUND if half == 1 << (_SATURATING - 1):
            # a sum that saturates rounds to the highest value that the word holds
            return last < half and highest <= (half - 1) >> bits << (bits - _FRACTION)
        case Op.ROUND:
            return a.high + last < half
        case _:
            size = max(-a.low, a.high) + (1 << i.shift)
            absent = 1 << (bits - _FRACTION)
            ends = [abs(end) for end in (*box[i.source], lowest, highest)]
            return size < half and (size >> i.shift) + absent + max(ends) < half
