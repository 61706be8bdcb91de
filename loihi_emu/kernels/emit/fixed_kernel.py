"""The emitter of fixed point: microcode -> readable Python source of a kernel.

It prints one line for each instruction and decides nothing: the microcode has the widths, shifts
and clips. The kernel updates a block of `n` synapses, `LANES` at a time. Its inputs lie in rows;
the loops that call it say where.
Example: `print(emit_fixed(microcode))` or `loihi-emu rule TEXT --show kernel`.
"""

from __future__ import annotations

from typing import Final

from loihi_emu.compiler.microcode import (
    DOWN,
    FORMAT_FIELDS,
    VARIABLES,
    WORDS,
    Microcode,
    Op,
    Program,
)
from loihi_emu.compiler.words import every_product
from loihi_emu.kernels.emit.fixed_lines import ProgramLines, aligned_at_once, name

_SIGNATURE: Final = "def update(n, u, rewards, literal, form, variables, inputs, draws, counts):"
_REWARDS: Final = ("r0", "r1")


def emit_fixed(microcode: Microcode, *, counting: bool = False) -> str:
    """Source of the fixed-point kernel of `microcode`.

    Parameters
    ----------
    microcode : Microcode
    counting : bool
        Also count, per instruction, how often it saturated or wrapped; in the words of the
        machine, as narrower ones are proven for what is stored, not for what is counted.

    Returns
    -------
    str
        A function `update(n, u, rewards, literal, form, variables, inputs, draws, counts)`:
        n synapses; u of the epoch; rewards (r0, r1); the rule's literals; five format fields a
        program; addresses of the rows of w, d, t (int16, updated in place); of each slot the
        address of its row (uint8), and EACH or SAME (memory/records.py); draws uint16; counts
        [instruction] int64.
    """
    code = microcode.as_written if counting else microcode
    rows = [_SIGNATURE]
    rows += [f"    # d{p.variable} = {p.text}" for p in code.programs]
    rows += [f"    {line}" for line in _prologue(code, counting)]
    if _often_without_pre_spike(code) and not counting:
        rows.append("    if broadcast_is_zero(x0_row):")
        rows += [f"        {line}" for line in _loop(code, without="x0")]
        rows.append("        return")
    rows += [f"    {line}" for line in _loop(code, counting=counting)]
    return "\n".join(rows) + "\n"


def _often_without_pre_spike(code: Microcode) -> bool:
    """Whether rows whose pre neuron did not spike are updated, and what waits for it is much."""
    return code.has_dependency("u") and code.has_dependency("x0")


def _loop(code: Microcode, *, counting: bool = False, without: str = "") -> list[str]:
    """The update of all synapses; products that wait for the spike `without` are left out."""
    body = ["n_active = min(n - k, LANES)", *_loads(code, _reads(code, without))]
    count_base = 0
    for index, program in enumerate(code.programs):
        base = count_base if counting else -1
        body += ProgramLines(program, index, code, base, without).lines()
        count_base += len(program.instructions)
    body += [f"store({p.variable}_row, k, n_active, new_{p.variable})" for p in code.programs]
    return ["for k in range(0, n, LANES):", *(f"    {line}" for line in body)]


def _per_synapse(code: Microcode) -> list[str]:
    """Inputs that each synapse has its own of, but for w, d, t."""
    return [slot for slot in code.slots if slot not in _REWARDS]


def _prologue(code: Microcode, counting: bool) -> list[str]:
    """Name what does not change from synapse to synapse."""
    stored = {p.variable for p in code.programs}
    rows = [
        f"{v}_row = int16_row(variables[{VARIABLES.index(v)}])"
        for v in VARIABLES
        if v in code.reads or v in stored
    ]
    rows += [
        f"{name(slot)}_row = input_row(inputs, {code.slots.index(slot)})"
        for slot in _per_synapse(code)
    ]
    rows += [
        f"{reward} = int16(rewards[{index}])"
        for index, reward in enumerate(_REWARDS)
        if reward in code.slots
    ]
    for index, program in enumerate(code.programs):
        rows += _literals(program, counting)
        rows += _form(program, index)
    return rows


def _literals(program: Program, counting: bool) -> list[str]:
    """Numbers of the rule's text, in the words they are used in."""
    rows = []
    for _, product in every_product(program):
        aligned = aligned_at_once(product) and not counting
        for place, i in enumerate(product):
            if i.literal < 0 or (i.op is Op.ALIGN and aligned):
                continue
            word = WORDS[0] if i.op in (Op.FACTOR, Op.SIGN) else i.word
            value = f"int{word}(literal[{i.literal}])"
            if i.op is Op.SCALE and aligned:
                value = f"align({value}, literal[{product[place + 1].literal}])"
            rows.append(f"L{i.literal} = {value}")
    return rows


def _form(program: Program, index: int) -> list[str]:
    """Fields of the synapse's format that the program uses."""
    used: set[int] = set()
    for i in program.instructions:
        if i.op in (Op.LIMIT, Op.CLIP) and not i.idle:
            used |= {i.literal, i.literal + 1}
        if i.op in (Op.ROUND, Op.ROUND_AWAY):
            used.add(i.literal)
    word = program.instructions[-1].word
    return [
        f"{FORMAT_FIELDS[field]}_{index} = int{word}(form[{index * len(FORMAT_FIELDS) + field}])"
        for field in sorted(used)
    ]


def _reads(code: Microcode, without: str) -> frozenset[str]:
    """What is read but for products that wait for the spike `without`."""
    left = set()
    for program in code.programs:
        products = [range(at, at + len(one)) for at, one in every_product(program)]
        waits = [p for p in products if program.instructions[p.start].source == without]
        for address, i in enumerate(program.instructions):
            if i.op is not Op.STORE and not any(address in p for p in waits):
                left.add(i.source)
    return frozenset(left)


def _loads(code: Microcode, reads: frozenset[str]) -> list[str]:
    """Lines that read a group of synapses."""
    rows = [f"{v} = int16(load({v}_row, k, n_active))" for v in VARIABLES if v in reads]
    own = [slot for slot in _per_synapse(code) if slot in reads]
    rows += [f"{name(slot)} = int16(load({name(slot)}_row, k, n_active))" for slot in own]
    drawing = (Op.ROUND, Op.ROUND_AWAY)
    if any(i.op in drawing and i.high != DOWN for p in code.programs for i in p.instructions):
        rows.append("draw = load(draws, k, n_active)")
    return rows
