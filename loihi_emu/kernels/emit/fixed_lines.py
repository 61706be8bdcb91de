"""The lines of a kernel: each instruction as one line of Python, at its register width.

Part of emit/fixed_kernel.py. A register is widened if the next instruction needs a wider one, and
narrowed if it needs a narrower one. Instructions that are proven idle have no line. A mantissa
whose product is not narrowed is aligned before the loop.
Example: NARROW by 5 from int32 to int16 is `m = int16(narrow(m, 5))`.
"""

from __future__ import annotations

from dataclasses import dataclass

from loihi_emu.chip import formats
from loihi_emu.compiler.microcode import (
    BY_KEPT,
    DOWN,
    FORMAT_FIELDS,
    WORDS,
    Instruction,
    Microcode,
    Op,
    Program,
    Word,
)
from loihi_emu.compiler.words import every_product

_ANY = -(1 << WORDS[-1]), 1 << WORDS[-1]  # ends beyond every word


def name(slot: str) -> str:
    """Name of an input in the source: `x1@y0` becomes `x1_at_y0`."""
    return slot.replace("@", "_at_")


def aligned_at_once(product: tuple[Instruction, ...]) -> bool:
    """Whether the mantissa can be aligned once for all synapses: nothing is cut in between."""
    return all(i.op is not Op.NARROW for i in product)


@dataclass
class ProgramLines:
    """Lines of one program; `count_base` >= 0 adds the counters.

    Products that wait for the spike `without` are left out: there is none.

    Attributes
    ----------
    word : int
        Width that m has.
    borrows : bool
        Whether one is to be taken from the next product.
    """

    program: Program
    index: int
    code: Microcode
    count_base: int
    without: str = ""
    word: Word = WORDS[0]
    borrows: bool = False

    def lines(self) -> list[str]:
        """Every instruction, and each product's text before it."""
        found: list[str] = []
        products = iter(zip(self.program.products, every_product(self.program), strict=True))
        aligned, after = False, 0
        for address, i in enumerate(self.program.instructions):
            if i.op is Op.GATE:
                text, (_, product) = next(products)
                if i.source == self.without:
                    after = address + len(product)
                    found += self._add_nothing(product[-1])
                else:
                    found.append(f"# {text}")
                aligned = aligned_at_once(product) and self.count_base < 0
            if address >= after and not i.idle and not (i.op is Op.ALIGN and aligned):
                found += self._lines_of(i, self.count_base + address)
        return found

    def _add_nothing(self, i: Instruction) -> list[str]:
        """The sum with a product that is 0, where that can change the accumulator."""
        ends = _within(i.word, i.low, i.high)
        if not self.borrows and (i.low == i.high or ends == _within(i.word, *_ANY)):
            return []
        self.word = i.word
        return [f"m = broadcast(int{i.word}(0))", *self._add(i, place=-1)]  # nothing is counted

    def _lines_of(self, i: Instruction, place: int) -> list[str]:
        """One instruction as one line, and its counter as another."""
        if i.op in (Op.LIMIT, Op.CLIP):
            ends = self._field(i.literal), self._field(i.literal + 1)
            return self._counted("a", "a", f"clip(a, {ends[0]}, {ends[1]})", place)
        if i.op is Op.ADD:
            return self._add(i, place)
        if i.op is Op.BOUND:
            return self._counted("m", "m", self._product_register(i), place)
        if i.op is Op.SCALE and self.count_base >= 0 and self.code.wraps:
            self.word = i.word
            return [
                f"exact = scale(m, L{i.literal})",
                f"m = int{i.word}(exact)",
                f"counts[{place}] += count_differing(m, exact, n_active)",
            ]
        if i.op in (Op.GATE, Op.FACTOR, Op.SIGN, Op.SCALE, Op.NARROW, Op.ALIGN):
            return [f"m = {self._product_register(i)}"]
        return [self._accumulator(i)]

    def _product_register(self, i: Instruction) -> str:
        """What m becomes; a register is widened before and cut after."""
        before = self.word
        needed = max(before, i.word)
        if i.op is Op.NARROW:
            needed = max(needed, next(word for word in WORDS if word > _shift(i)))
        self.word = needed
        value = self._value(i, "m" if before == needed else f"int{needed}(m)")
        self.word = i.word
        return value if needed == i.word or i.op is Op.GATE else f"int{i.word}({value})"

    def _value(self, i: Instruction, m: str) -> str:
        match i.op:
            case Op.GATE if i.source == "u":
                return f"broadcast(int{i.word}(u))"
            case Op.GATE:
                gate = name(i.source) if i.word == WORDS[0] else f"int{i.word}({name(i.source)})"
                return f"flag({gate})" if i.high == 1 else gate
            case Op.FACTOR if i.low == i.high or i.within:
                return f"scale({m}, {_operand(i)})"
            case Op.FACTOR:
                return f"factor({m}, {_operand(i)}, {i.low}, {i.high})"
            case Op.SIGN:
                return f"scale_sign({m}, {_operand(i)})"
            case Op.SCALE:
                return f"scale({m}, L{i.literal})"
            case Op.NARROW:
                return f"{'narrow_toward_zero' if i.low else 'narrow'}({m}, {_shift(i)})"
            case Op.ALIGN:
                return f"align({m}, L{i.literal})"
            case _:
                low, high = _within(self.word, i.low, i.high)
                return f"clip({m}, {low}, {high})"

    def _add(self, i: Instruction, place: int) -> list[str]:
        """The sum; where it may lie one below the word, what it borrows."""
        m = "m" if self.word == i.word else f"int{i.word}(m)"
        before = [f"m = plus({m}, borrowed)"] if self.borrows else []
        m = "m" if self.borrows else m
        self.borrows = i.borrows
        if i.borrows:
            before.append(f"borrowed = borrow(a, {m})")
        if i.low == i.high:
            return [f"a = add_exact(a, {m})"]
        low, high = _within(i.word, i.low, i.high)
        added = f"add(a, {m}, {low}, {high})"
        return [*before, *self._counted("a", f"plus(a, {m})", added, place)]

    def _accumulator(self, i: Instruction) -> str:
        """What a becomes before and after the products."""
        variable = i.source if i.word == WORDS[0] else f"int{i.word}({i.source})"
        match i.op:
            case Op.LOAD if i.source:
                return f"a = align({variable}, {i.shift})"
            case Op.LOAD:
                return f"a = broadcast(int{i.word}(0))"
            case Op.KEEP:
                return "b = a"
            case Op.ROUND if i.high == BY_KEPT:
                return f"a = round_stored_by(a, b, {self._field(i.literal)}, draw, {i.shift})"
            case Op.ROUND:
                return f"a = round_stored(a, {self._field(i.literal)}, {_draw(i)}, {i.shift})"
            case Op.ROUND_AWAY:
                absent = f"{self._field(i.literal)} - {formats.FRACTION_BITS}"
                rounded = "round_away_by(a, b" if i.high == BY_KEPT else "round_away(a"
                return f"a = plus({variable}, {rounded}, {i.shift}, {absent}, {_draw(i)}))"
            case _:
                return f"new_{self.program.variable} = a"

    def _field(self, number: int) -> str:
        """Name of a field of the synapse's format."""
        return f"{FORMAT_FIELDS[number]}_{self.index}"

    def _counted(self, target: str, exact: str, value: str, place: int) -> list[str]:
        """A line that clips, with a counter of the times that changed the value."""
        line = f"{target} = {value}"
        if self.count_base < 0:
            return [line]
        counter = f"counts[{place}] += count_differing({target}, exact, n_active)"
        return [f"exact = {exact}", line, counter]


def _operand(i: Instruction) -> str:
    """The source of a factor, with its constant."""
    source = name(i.source)
    return f"plus({source}, L{i.literal})" if i.literal >= 0 else source


def _within(word: Word, low: int, high: int) -> tuple[int, int]:
    """Ends of a clip; those beyond the word are never reached, or make no difference."""
    half = 1 << (word - 1)
    return max(low, -half), min(high, half - 1)


def _shift(i: Instruction) -> int:
    """A narrowing's count; none shifts further than out of the widest word."""
    return min(i.shift, WORDS[-1] - 1)


def _draw(i: Instruction) -> str:
    """The draw that a rounding compares with a fraction."""
    return str(formats.NEVER_UP) if i.high == DOWN else "draw"
