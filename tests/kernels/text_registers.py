"""What emitted source calls, for Python: one synapse at a time, in words that wrap or saturate.

A second meaning of kernels/llvm/simd_register.py and operations.py, by chip/arithmetic.py: text
that Python runs with these names does to a synapse what the kernel does in each lane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loihi_emu.chip import arithmetic
from loihi_emu.chip.formats import DRAW


class Word(int):
    """A number in a register of `bits` bits."""

    bits: int

    def __new__(cls, value: int, bits: int) -> Word:
        made = super().__new__(cls, arithmetic.wrap(int(value), bits))
        made.bits = bits
        return made


def _word(bits: int) -> Callable[[int], Word]:
    return lambda value: Word(value, bits)


def _operation(body: Callable[..., int]) -> Callable[..., Word]:
    """`body` in the width of its first argument: the others are cut to it, the result wraps."""

    def operation(first: Word, *others: int) -> Word:
        return Word(body(first, *(Word(one, first.bits) for one in others)), first.bits)

    return operation


def _sum(a: Word, b: int) -> int:
    """Words of 16 bits saturate where they add to an accumulator."""
    return arithmetic.saturate(a + b, -32768, 32767) if a.bits == 16 else Word(a + b, a.bits)


def _up(draw: int, bits: int) -> int:
    """What rounds up where the draw's leading bits lie below the fraction."""
    return (1 << bits) - 1 - ((draw & DRAW.highest) >> (DRAW.bits - bits))


def _shifted(body: Callable[[int, int], int]) -> Callable[[Word, int], int]:
    """A shift as processors have them: by less than the word."""

    def shift(value: Word, count: int) -> int:
        assert 0 <= count < value.bits
        return body(value, count)

    return shift


def _round_stored(a: Word, bits: int, draw: int, fraction_bits: int) -> int:
    return _sum(a, _up(draw, bits)) >> bits << (bits - fraction_bits)


def _round_stored_by(a: Word, b: int, bits: int, draw: int, fraction_bits: int) -> int:
    up = arithmetic.rounds_up(b, bits, draw & DRAW.highest)
    return (a >> bits) + up << (bits - fraction_bits)


def _round_away_by(change: Word, kept: int, bits: int, absent: int, draw: int) -> int:
    own, other = (arithmetic.round_away(value, bits) for value in (change, kept))
    up = arithmetic.sign(other) * arithmetic.rounds_up(abs(other), absent, draw & DRAW.highest)
    return (arithmetic.shift_right_toward_zero(own, absent) + up) << absent


def _round_away(change: Word, bits: int, absent: int, draw: int) -> int:
    units = Word(abs(change) + (1 << bits) - 1, change.bits) >> bits
    return arithmetic.sign(change) * (units + _up(draw, absent) >> absent << absent)


def _store(row: Any, k: int, _live: int, value: int) -> None:
    row[k] = arithmetic.wrap(value, 16)


NAMES: dict[str, Any] = {
    "LANES": 1,
    "int16": _word(16),
    "int32": _word(32),
    "int64": _word(64),
    "input_row": lambda inputs, slot: inputs[slot],
    "int16_row": lambda row: row,
    "load": lambda row, k, _live: int(row[k]),
    "store": _store,
    "broadcast": lambda value: value,
    "broadcast_is_zero": lambda row: not any(row),
    "count_differing": lambda one, other, _live: int(one != other),
    "clip": _operation(arithmetic.saturate),
    "flag": _operation(lambda value: int(value != 0)),
    "plus": _operation(lambda value, constant: value + constant),
    "factor": _operation(lambda m, value, low, high: m * arithmetic.saturate(value, low, high)),
    "scale": _operation(lambda m, value: m * value),
    "scale_sign": _operation(lambda m, value: m * arithmetic.sign(value)),
    "narrow": _operation(_shifted(arithmetic.shift_right)),
    "narrow_toward_zero": _operation(_shifted(arithmetic.shift_right_toward_zero)),
    "align": _operation(_shifted(lambda value, count: value << count)),
    "add": _operation(lambda a, m, low, high: arithmetic.saturate(_sum(a, m), low, high)),
    "borrow": _operation(lambda a, m: -int(a + m < -(1 << (a.bits - 1)))),
    "add_exact": _operation(lambda a, m: a + m),
    "round_stored": _operation(_round_stored),
    "round_stored_by": _operation(_round_stored_by),
    "round_away": _operation(_round_away),
    "round_away_by": _operation(_round_away_by),
}
