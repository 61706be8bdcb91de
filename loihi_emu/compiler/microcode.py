"""Microcode: what the learning engine does to one synapse in one epoch, one instruction a line.

    microcode := program+                        one program for each of w (dw), d (dd), t (dt)
    program   := [LOAD product* KEEP] LOAD product* LIMIT ROUND CLIP STORE
    product   := GATE (FACTOR | SIGN)* SCALE NARROW ALIGN BOUND ADD     registers: m, a, b

Lowering (lowering.py, words.py) decides all widths, shifts and registers; what runs microcode
decides nothing. Numbers of the rule's text (mantissas, exponents, constants) are literals beside
the code. So rules that differ in numbers only, and need the same registers, share one kernel.
`print(microcode)` gives a listing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Literal

Variable = Literal["w", "d", "t"]
Word = Literal[16, 32, 64]
WORDS: Final[tuple[Word, ...]] = (16, 32, 64)
VARIABLES: Final[tuple[Variable, ...]] = ("w", "d", "t")


class Op(Enum):
    """Operations; m is the product register, a the accumulator, b one kept, L[i] a literal."""

    LOAD = "a = source << shift"
    KEEP = "b = a"
    GATE = "m = source"
    FACTOR = "m *= clip(source + L[literal], low, high)"
    SIGN = "m *= sign(source + L[literal])"
    SCALE = "m *= L[literal]"
    NARROW = "m >>= shift"
    ALIGN = "m <<= L[literal]"
    BOUND = "m = clip(m, low, high)"
    ADD = "a = clip(a + m, low, high)"
    LIMIT = "a = clip(a, F[literal], F[literal+1]) before rounding"
    ROUND = "a = round(a, F[literal] bits) << (F[literal] - shift)"
    ROUND_AWAY = "a = source + round(ceil_away(a, shift), F[literal] - low) << (F[literal] - low)"
    CLIP = "a = clip(a, F[literal], F[literal+1]) after rounding"
    STORE = "source = a"


@dataclass(frozen=True)
class Instruction:
    """One operation with its operands; operands that it does not use keep their defaults.

    Parameters
    ----------
    op : Op
    source : str
        An input (`x0`, `x1@y0`, `w`, `u`, `r1`); empty if the operation has none.
    literal : int
        Index of one of the rule's literals, or of a field of the synapse's format; -1: none.
    low, high : int
        Lowest and highest value of a clip.
    shift : int
        Number of bits of a fixed shift.
    width : int
        FACTOR: bits that it adds to the width of its product. SCALE: the width reached.
    word : {16, 32, 64}
        Width of the register that holds the result; words.py proves that it is enough.
    idle : bool
        Proven to change no stored value in any state.
    borrows : bool
        ADD: the sum can be 1 below what the register holds; the next product takes the 1 over.
    within : bool
        FACTOR: the value is proven to lie in low..high, so that nothing is clipped.
    """

    op: Op
    source: str = ""
    literal: int = -1
    low: int = 0
    high: int = 0
    shift: int = 0
    width: int = 0
    word: Word = 64
    idle: bool = False
    borrows: bool = False
    within: bool = False


@dataclass(frozen=True)
class Program:
    """The instructions that update one synaptic variable.

    Parameters
    ----------
    variable : {'w', 'd', 't'}
    text : str
        The rule's text, as the product series prints it.
    instructions : tuple of Instruction
    products : tuple of str
        The text of each product, for listings and comments; one for each GATE.
    """

    variable: Variable
    text: str = field(compare=False)
    instructions: tuple[Instruction, ...]
    products: tuple[str, ...] = field(compare=False)

    @property
    def start(self) -> int:
        """Address at which the update begins, after what is summed for its fraction alone."""
        kept = [address for address, i in enumerate(self.instructions) if i.op is Op.KEEP]
        return kept[0] + 1 if kept else 0


FORMAT_FIELDS: Final = ("limit_low", "limit_high", "round_bits", "lowest", "highest")
"""What a synapse's format tells a program: F[0..4], set per connection, never in the code."""


@dataclass(frozen=True)
class Microcode:
    """The programs of one rule on one machine, and the inputs that they read.

    Parameters
    ----------
    programs : tuple of Program
    literals : tuple of int
        Numbers of the rule's text; instructions refer to them by index.
    slots : tuple of str
        Inputs other than w, d and t, in the order in which a kernel takes them.
    word_bits : {32, 64}
        Width at which products wrap.
    wraps : bool
        True: a product may exceed the register and wraps. False: it is proven to fit.
    decimation : int or None
        k of the rule's `u_k`; None: the rule has no u.
    """

    programs: tuple[Program, ...]
    literals: tuple[int, ...]
    slots: tuple[str, ...]
    word_bits: Word
    wraps: bool
    decimation: int | None

    @property
    def reads(self) -> frozenset[str]:
        """Every slot and variable that some instruction reads."""
        return frozenset(
            i.source for p in self.programs for i in p.instructions if i.op is not Op.STORE
        )

    def has_dependency(self, name: str) -> bool:
        """Whether some product waits for `x0`, `y0` or `u`."""
        return any(
            i.op is Op.GATE and i.source == name for p in self.programs for i in p.instructions
        )

    @property
    def as_written(self) -> Microcode:
        """The code in the machine's words, with nothing left out: for counting.

        A product that may wrap is exact until its SCALE, where that is counted.
        """

        def written(i: Instruction) -> Instruction:
            exact = self.wraps and i.op in (Op.GATE, Op.FACTOR, Op.SIGN)
            word: Word = 64 if exact else self.word_bits
            return replace(i, word=word, idle=False, borrows=False, within=False)

        return replace(
            self,
            programs=tuple(
                replace(program, instructions=tuple(map(written, program.instructions)))
                for program in self.programs
            ),
        )

    def __str__(self) -> str:
        return "\n".join(_list_program(program, self.literals) for program in self.programs)


def _list_program(program: Program, literals: tuple[int, ...]) -> str:
    """A listing of one program: address, operation, word, operands, widths and shifts."""
    rows = [f"d{program.variable} = {program.text}"]
    products = iter(program.products)
    for address, instruction in enumerate(program.instructions):
        if instruction.op is Op.GATE:
            rows.append(f"    ; {next(products)}")
        operands = _operands(instruction, literals)
        word = "idle" if instruction.idle else f"int{instruction.word}"
        rows.append(f"{address:4d}  {instruction.op.name:<10} {word:<5}  {operands}".rstrip())
    return "\n".join(rows)


BEFORE: Final = "before"
"""Moment at which a trace is read before a step's spikes: `x1@before` beside `x1@x0`, `x1@u`."""

BY_FRACTION, DOWN, BY_KEPT = range(3)
"""How ROUND and ROUND_AWAY treat a fraction, their operand `high`: it says how often a is rounded
up; it is dropped; it is dropped, and that of b says how often a step is added."""

_ROUNDING: Final = ("stochastic", "down", "down, and up by the fraction of b")


def _operands(instruction: Instruction, literals: tuple[int, ...]) -> str:
    """Operands of one instruction as a listing shows them."""
    i = instruction
    value = literals[i.literal] if 0 <= i.literal < len(literals) else 0
    shown = f"{i.source}{value:+d}" if i.literal >= 0 else i.source
    match i.op:
        case Op.LOAD:
            return f"{i.source:<12} << {i.shift}"
        case Op.GATE | Op.STORE:
            return i.source
        case Op.KEEP:
            return ""
        case Op.FACTOR:
            clipped = f"clip {i.low}..{i.high}, " if i.low != i.high else ""
            return f"{shown:<12} {clipped}{i.width} bits"
        case Op.SIGN:
            return f"{shown:<12} sign, {i.width} bits"
        case Op.SCALE:
            return f"{value:<12d} {i.width} bits in all"
        case Op.NARROW:
            return f">> {i.shift}"
        case Op.ALIGN:
            return f"<< {value}"
        case Op.BOUND | Op.ADD:
            borrowing = ", one may be borrowed" if i.borrows else ""
            return f"clip {i.low}..{i.high}{borrowing}" if i.low != i.high else ""
        case Op.LIMIT | Op.CLIP:
            names = FORMAT_FIELDS[i.literal], FORMAT_FIELDS[i.literal + 1]
            return f"{names[0]}..{names[1]}"
        case Op.ROUND:
            return f"{_ROUNDING[i.high]}, {FORMAT_FIELDS[i.literal]}"
        case Op.ROUND_AWAY:
            return f"{i.source:<12} {i.shift} bits away from zero, then {_ROUNDING[i.high]}"
