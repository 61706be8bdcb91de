"""Microcode on intervals: the results each instruction can have, and which events are possible.

A box gives an interval to each input. Factors that read the same variable are taken together, over
all values of the variable, so that `w*w` is never negative. On a box of single values the result is
exact: a test compares it with the interpreter. So the same code proves, and finds witnesses.
Example: x1 in 0..127 times mantissa -2 leaves m in -254..0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from loihi_emu.chip import arithmetic, formats
from loihi_emu.compiler.microcode import (
    BY_FRACTION,
    BY_KEPT,
    DOWN,
    Instruction,
    Microcode,
    Op,
    Program,
)

Interval = tuple[int, int]
Box = Mapping[str, Interval]
Event = Literal["saturates", "wraps", "loses low bits"]

DRAW: Final = "draw"
"""Name of the rounding's draw in a box."""

ZERO: Final = 1 << 10
"""Trailing zeros of 0: more than any shift."""

Term = tuple[str, int, int, int]
"""A factor of one variable: kind (`value` or `sign`), constant, low and high end of its clip."""


@dataclass(frozen=True)
class Step:
    """What one instruction can leave.

    Parameters
    ----------
    address : int
    register : {'m', 'a'}
        The one it changes.
    low, high : int
        Ends of the register afterwards.
    event : str or None
        What can happen here, see `Event`; None where nothing can.
    excess : int
        How far beyond the ends the interval reached, where it was clipped or wrapped.
    """

    address: int
    register: str
    low: int
    high: int
    event: Event | None = None
    excess: int = 0


def run(program: Program, code: Microcode, box: Box, form: Sequence[int]) -> list[Step]:
    """Every instruction of `program` on `box`.

    Parameters
    ----------
    program : Program
    code : Microcode
        The one it belongs to.
    box : mapping of input to interval
        Everything the program reads, and `draw`.
    form : five int
        The synapse's format, see `microcode.FORMAT_FIELDS`.
    """
    state = _State(code, box, form)
    return [state.step(address, i) for address, i in enumerate(program.instructions)]


class _State:
    """Registers of one run: the factors of a product until it is scaled, then intervals."""

    def __init__(self, code: Microcode, box: Box, form: Sequence[int]) -> None:
        self.code, self.box, self.form = code, box, form
        self.factors: dict[str, tuple[Term, ...]] = {}
        self.m: Interval = (0, 0)
        self.a: Interval = (0, 0)
        self.b: Interval = (0, 0)
        self.zeros = ZERO  # trailing zero bits that every value of m has
        self.excess = 0

    def step(self, address: int, i: Instruction) -> Step:
        """One instruction."""
        self.excess = 0
        event: Event | None = None
        match i.op:
            case Op.GATE:
                self.factors = {}
                self._multiply(i.source, ("value", 0, 0, 0))
            case Op.FACTOR | Op.SIGN:
                kind = "sign" if i.op is Op.SIGN else "value"
                constant = self._literal(i) if i.literal >= 0 else 0
                self._multiply(i.source, (kind, constant, i.low, i.high))
            case Op.SCALE:
                event = self._scale(self._literal(i))
            case Op.NARROW:
                event = self._narrow(i)
            case Op.ALIGN:
                shift = self._literal(i)
                self.zeros += shift
                event = self._wrap((self.m[0] << shift, self.m[1] << shift))
            case Op.BOUND:
                self.m, event = self._clip(self.m, (i.low, i.high))
            case Op.LOAD:
                low, high = self.box[i.source] if i.source else (0, 0)
                self.a = low << i.shift, high << i.shift
            case Op.KEEP:
                self.b = self.a
            case Op.ADD:
                self.a = self.a[0] + self.m[0], self.a[1] + self.m[1]
                if i.low != i.high:
                    self.a, event = self._clip(self.a, (i.low, i.high))
            case Op.LIMIT | Op.CLIP:
                ends = self.form[i.literal], self.form[i.literal + 1]
                self.a, event = self._clip(self.a, ends)
            case Op.ROUND:
                self.a = self._round(i)
            case Op.ROUND_AWAY:
                self.a = self._round_away(i)
            case Op.STORE:
                pass
        register = "m" if i.op in _PRODUCT else "a"
        low, high = self.m if register == "m" else self.a
        return Step(address, register, low, high, event, self.excess)

    def _clip(self, one: Interval, ends: Interval) -> tuple[Interval, Event | None]:
        """An interval within ends, and whether some value of it lies outside."""
        low, high = (arithmetic.saturate(value, *ends) for value in one)
        self.excess = max(0, ends[0] - one[0]) + max(0, one[1] - ends[1])
        return (low, high), "saturates" if self.excess else None

    def _literal(self, i: Instruction) -> int:
        """The number of the rule's text that an instruction uses."""
        return self.code.literals[i.literal]

    def _multiply(self, source: str, term: Term) -> None:
        """One more factor; m is the product of all groups."""
        self.factors[source] = (*self.factors.get(source, ()), term)
        self.m, self.zeros = (1, 1), 0
        for name, terms in self.factors.items():
            low, high, zeros = group(terms, self.box[name])
            self.m = _times(self.m, (low, high))
            self.zeros = min(ZERO, self.zeros + zeros)

    def _scale(self, mantissa: int) -> Event | None:
        """The mantissa, and the word's end."""
        self.zeros = min(ZERO, self.zeros + trailing_zeros(mantissa))
        return self._wrap(_times(self.m, (mantissa, mantissa)))

    def _wrap(self, exact: Interval) -> Event | None:
        """An exact interval as the word holds it."""
        half = 1 << (self.code.word_bits - 1)
        turns = [(end + half) >> self.code.word_bits for end in exact]
        self.m = (-half, half - 1)
        if turns[0] == turns[1]:
            self.m = tuple(arithmetic.wrap(end, self.code.word_bits) for end in exact)  # type: ignore[assignment]
        self.excess = max(0, -half - exact[0]) + max(0, exact[1] + 1 - half)
        return "wraps" if turns != [0, 0] else None

    def _narrow(self, i: Instruction) -> Event | None:
        """The right shift; bits are lost unless every value has enough zeros."""
        shift = arithmetic.shift_right_toward_zero if i.low else arithmetic.shift_right
        lossy = self.m != (0, 0) and self.zeros < i.shift
        self.m = shift(self.m[0], i.shift), shift(self.m[1], i.shift)
        self.zeros = max(0, self.zeros - i.shift) if not lossy else 0
        return "loses low bits" if lossy else None

    def _round(self, i: Instruction) -> Interval:
        """Both ends, rounded down and up as far as the draws allow."""
        bits = self.form[i.literal]
        kept = self.b[0] if self.b[0] == self.b[1] else None
        ends = [
            (end >> bits) + up
            for end in self.a
            for draw in self.box[DRAW]
            for up in _ups(i, end, kept, bits, draw)
        ]
        return min(ends) << (bits - i.shift), max(ends) << (bits - i.shift)

    def _round_away(self, i: Instruction) -> Interval:
        """A change rounded away from zero, then to the stored precision, added to the variable."""
        absent = self.form[i.literal] - formats.FRACTION_BITS
        kept = arithmetic.round_away(self.b[0], i.shift), arithmetic.round_away(self.b[1], i.shift)
        ends = []
        for end in self.a:
            units = arithmetic.round_away(end, i.shift)
            whole = arithmetic.shift_right_toward_zero(units, absent)
            ways = kept if i.high == BY_KEPT else (units,)
            magnitude = abs(kept[0]) if kept[0] == kept[1] else None
            ends += [
                whole + arithmetic.sign(way) * up
                for draw in self.box[DRAW]
                for up in _ups(i, abs(units), magnitude, absent, draw)
                for way in ways
            ]
        low, high = self.box[i.source]
        return low + (min(ends) << absent), high + (max(ends) << absent)


def _ups(i: Instruction, value: int, kept: int | None, bits: int, draw: int) -> set[int]:
    """What a rounding can add to the floor of `value`, on one draw; `kept` None: not one value."""
    if i.high == DOWN:
        return {0}
    decides = value if i.high == BY_FRACTION else kept
    return {0, 1} if decides is None else {arithmetic.rounds_up(decides, bits, draw)}


_PRODUCT: Final = frozenset({Op.GATE, Op.FACTOR, Op.SIGN, Op.SCALE, Op.NARROW, Op.ALIGN, Op.BOUND})


@lru_cache(maxsize=1 << 14)
def group(terms: tuple[Term, ...], interval: Interval) -> tuple[int, int, int]:
    """Least and largest product of factors that read one variable, and zeros that all have."""
    values = group_values(terms, interval)
    return min(values), max(values), min(trailing_zeros(value) for value in values)


@lru_cache(maxsize=1 << 10)
def group_values(terms: tuple[Term, ...], interval: Interval) -> frozenset[int]:
    """Every product of factors that read one variable."""
    return frozenset(_product(terms, value) for value in range(interval[0], interval[1] + 1))


def _product(terms: tuple[Term, ...], value: int) -> int:
    """The factors' product at one value of their variable."""
    result = 1
    for kind, constant, low, high in terms:
        term = value + constant
        if kind == "sign":
            term = arithmetic.sign(term)
        elif low != high:
            term = arithmetic.saturate(term, low, high)
        result *= term
    return result


def trailing_zeros(value: int) -> int:
    """Zero bits below the lowest one; `ZERO` for 0."""
    return (value & -value).bit_length() - 1 if value else ZERO


def _times(one: Interval, other: Interval) -> Interval:
    """Products of two independent intervals."""
    ends = [a * b for a in one for b in other]
    return min(ends), max(ends)
