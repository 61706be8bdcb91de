"""The emitter: microcode -> readable Python source of a kernel, one line an instruction.

It decides nothing: widths, shifts and clips stand in the microcode. The kernel updates a block of
`n` synapses whose inputs lie gathered in rows; engine loops gather and scatter.
Example: `print(emit_fixed(microcode))` or `loihi-emu rule TEXT --show kernel`.
"""

from __future__ import annotations

from typing import Final

from loihi_emu.chip import formats
from loihi_emu.compiler.microcode import (
    BY_KEPT,
    DOWN,
    FORMAT_FIELDS,
    VARIABLES,
    Instruction,
    Microcode,
    Op,
    Program,
)

BLOCK: Final = 1024
"""Synapses a kernel call can take: the stride of its input rows (inputs of a block fit in L1)."""

MAX_SLOTS: Final = 24
"""Rows of a block's inputs: x0, y0 and five traces read at four moments, r0 and r1."""

_SIGNATURE: Final = "def update(n, u, rewards, literal, form, variables, inputs, draws, counts):"


def emit_fixed(microcode: Microcode, *, counting: bool = False) -> str:
    """Source of the fixed-point kernel of `microcode`.

    Parameters
    ----------
    microcode : Microcode
    counting : bool
        Also count, per instruction, how often it saturated or wrapped.

    Returns
    -------
    str
        A function `update(n, u, rewards, literal, form, variables, inputs, draws, counts)`:
        n synapses; u of the epoch; rewards (r0, r1); the rule's literals; five format fields a
        program; addresses of the rows of w, d, t (int16, updated in place) and of each slot
        (uint8); draws uint16; counts [instruction] int64.
    """
    word = f"int{microcode.word_bits}"
    rows = [_SIGNATURE]
    rows += [f"    # d{p.variable} = {p.text}" for p in microcode.programs]
    rows += _prologue(microcode, word)
    rows.append("    for k in range(n):")
    body = [f"{v} = {word}({v}_row[k])" for v in _loaded(microcode)]
    count_base = 0
    for index, program in enumerate(microcode.programs):
        body += _emit_program(program, index, microcode, word, count_base if counting else -1)
        count_base += len(program.instructions)
    body += [f"{p.variable}_row[k] = int16(new_{p.variable})" for p in microcode.programs]
    rows += [f"        {line}" for line in body]
    return "\n".join(rows) + "\n"


def _loaded(microcode: Microcode) -> list[str]:
    """Variables that the kernel reads."""
    return [v for v in VARIABLES if v in microcode.reads]


def _row(slot: str) -> str:
    """Name of an input row in the source: `x1@y0` becomes `x1_at_y0`."""
    return slot.replace("@", "_at_")


def _prologue(microcode: Microcode, word: str) -> list[str]:
    """Name what does not change from synapse to synapse."""
    rows = [
        f"    {v}_row = word_row(variables[{VARIABLES.index(v)}])"
        for v in VARIABLES
        if v in microcode.reads or any(v == p.variable for p in microcode.programs)
    ]
    rows += [
        f"    {_row(slot)} = byte_row(inputs[{index}])"
        for index, slot in enumerate(microcode.slots)
        if slot not in ("r0", "r1")
    ]
    rows += [
        f"    {reward} = {word}(rewards[{index}])"
        for index, reward in enumerate(("r0", "r1"))
        if reward in microcode.slots
    ]
    rows += [f"    L{i} = {word}(literal[{i}])" for i in range(len(microcode.literals))]
    for index in range(len(microcode.programs)):
        for offset, name in enumerate(FORMAT_FIELDS):
            place = index * len(FORMAT_FIELDS) + offset
            rows.append(f"    {name}_{index} = {word}(form[{place}])")
    return rows


def _emit_program(
    program: Program, index: int, microcode: Microcode, word: str, count_base: int
) -> list[str]:
    """Lines of one program; `count_base` >= 0 adds the counters."""
    lines: list[str] = []
    products = iter(program.products)
    for address, instruction in enumerate(program.instructions):
        if instruction.op is Op.GATE:
            lines.append(f"# {next(products)}")
        place = count_base + address if count_base >= 0 else -1
        lines += _emit(instruction, program, index, word, microcode, place)
    return lines


def _operand(instruction: Instruction) -> str:
    """The source of a factor, with its constant."""
    source = instruction.source
    read = source if source in (*VARIABLES, "r0", "r1") else f"{_row(source)}[k]"
    return f"{read} + L{instruction.literal}" if instruction.literal >= 0 else read


def _emit(
    i: Instruction, program: Program, index: int, word: str, microcode: Microcode, place: int
) -> list[str]:
    """One instruction as one line, and its counter as another."""
    fields = [f"{name}_{index}" for name in FORMAT_FIELDS]
    wide = "int64" if place >= 0 and microcode.wraps else word
    match i.op:
        case Op.LOAD:
            return [f"a = align({i.source}, {i.shift})" if i.source else f"a = {word}(0)"]
        case Op.KEEP:
            return ["b = a"]
        case Op.GATE:
            return [f"m = {wide}(u)" if i.source == "u" else f"m = {wide}({_row(i.source)}[k])"]
        case Op.FACTOR if i.low == i.high:
            return [f"m = scale(m, {_operand(i)})"]
        case Op.FACTOR:
            return [f"m = factor(m, {_operand(i)}, {i.low}, {i.high})"]
        case Op.SIGN:
            return [f"m = scale_sign(m, {_operand(i)})"]
        case Op.SCALE if wide == word:
            return [f"m = scale(m, L{i.literal})"]
        case Op.SCALE:
            return [
                f"exact = scale(m, L{i.literal})",
                f"m = {word}(exact)",
                f"counts[{place}] += m != exact",
            ]
        case Op.NARROW:
            return [f"m = {'narrow_toward_zero' if i.low else 'narrow'}(m, {i.shift})"]
        case Op.ALIGN:
            return [f"m = align(m, L{i.literal})"]
        case Op.BOUND:
            return _clipped("m", "m", "clip(m, {0}, {1})", (i.low, i.high), place)
        case Op.ADD if i.low == i.high:
            return ["a = add_exact(a, m)"]
        case Op.ADD:
            return _clipped("a", "a + m", "add(a, m, {0}, {1})", (i.low, i.high), place)
        case Op.LIMIT | Op.CLIP:
            ends = fields[i.literal], fields[i.literal + 1]
            return _clipped("a", "a", "clip(a, {0}, {1})", ends, place)
        case Op.ROUND if i.high == BY_KEPT:
            return [f"a = round_stored_by(a, b, {fields[i.literal]}, draws[k], {i.shift})"]
        case Op.ROUND:
            return [f"a = round_stored(a, {fields[i.literal]}, {_draw(i)}, {i.shift})"]
        case Op.ROUND_AWAY:
            stored = f"{fields[i.literal]} - {formats.FRACTION_BITS}"
            if i.high == BY_KEPT:
                return [f"a = {i.source} + round_away_by(a, b, {i.shift}, {stored}, draws[k])"]
            return [f"a = {i.source} + round_away(a, {i.shift}, {stored}, {_draw(i)})"]
        case Op.STORE:
            return [f"new_{program.variable} = a"]


def _draw(i: Instruction) -> str:
    """The draw that a rounding compares with a fraction."""
    return str(formats.NEVER_UP) if i.high == DOWN else "draws[k]"


def _clipped(
    target: str, exact: str, clipped: str, ends: tuple[object, object], place: int
) -> list[str]:
    """A line that clips, with a counter of the times that changed the value."""
    line = f"{target} = {clipped.format(*ends)}"
    if place < 0:
        return [line]
    return [f"exact = {exact}", line, f"counts[{place}] += {target} != exact"]
