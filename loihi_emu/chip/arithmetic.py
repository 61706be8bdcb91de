"""Integer arithmetic of the learning engine, one operation a function, each with its contract.

These are the definitions that the interpreter runs; the kernels are tested against them.
Example: `shift_right(-3, 1)` is -2, because the chip's emulators shift arithmetically.
"""

from __future__ import annotations

from loihi_emu.chip.formats import DRAW


def saturate(value: int, lowest: int, highest: int) -> int:
    """`value` if it lies in lowest..highest, else the nearer end."""
    return lowest if value < lowest else min(value, highest)


def sign(value: int) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


def wrap(value: int, bits: int) -> int:
    """`value` modulo 2 ** bits, as a two's-complement number of `bits` bits in all."""
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half


def shift_right(value: int, count: int) -> int:
    """Arithmetic shift: floor(value / 2 ** count), for count >= 0."""
    return value >> count


def shift_right_toward_zero(value: int, count: int) -> int:
    """Value / 2 ** count without its fraction, for count >= 0."""
    return sign(value) * (abs(value) >> count)


def decay_toward_zero(value: int, multiplier_12bit: int, bits: int) -> int:
    """`value` * multiplier / 2 ** bits without its fraction: what u and v keep of a step."""
    return shift_right_toward_zero(value * multiplier_12bit, bits)


def round_stochastic(value: int, fraction_bits: int, draw: int) -> int:
    """`value` / 2 ** fraction_bits, rounded up if the draw lies below the fraction.

    Parameters
    ----------
    value : int
        Fixed-point number.
    fraction_bits : int
        0..16.
    draw : int
        16 uniform bits; the leading `fraction_bits` of them are compared with the fraction.

    Returns
    -------
    int
        floor(value) + (draw < fraction): a fraction of 0 never needs the draw.
    """
    leading = draw >> (DRAW.bits - fraction_bits)
    return (value + (1 << fraction_bits) - 1 - leading) >> fraction_bits


def rounds_up(value: int, fraction_bits: int, draw: int) -> int:
    """1 if the draw lies below the fraction of `value` / 2 ** fraction_bits, else 0."""
    return round_stochastic(value, fraction_bits, draw) - shift_right(value, fraction_bits)


def round_away(value: int, fraction_bits: int) -> int:
    """`value` / 2 ** fraction_bits, rounded away from zero."""
    return sign(value) * -(-abs(value) >> fraction_bits)


def truncate_low_bits(value: int, count: int, toward_zero: bool) -> int:
    """`value` with its low `count` bits cleared, by floor or toward zero."""
    if toward_zero:
        return shift_right_toward_zero(value, count) << count
    return shift_right(value, count) << count


def low_bits_absent(num_weight_bits: int, mixed: bool) -> int:
    """Low bits a stored weight lacks: 8 - (num_weight_bits - mixed) (Lava; LANL; nengo-loihi)."""
    return 8 - num_weight_bits + mixed


def wrap_once(value: int, bits: int) -> int:
    """`value` brought into `bits` bits by at most one turn, and late: only above half and at -half.

    2 ** (bits - 1) itself stays and its negative turns over: off by one at both ends (Lava's u).
    """
    half = 1 << (bits - 1)
    if value > half:
        value -= 2 * half
    return value + 2 * half if value <= -half else value


def half_rounded(value: int, half_up: bool) -> int:
    """`value` / 2 to the nearest integer, ties up or to even."""
    whole, tie = value >> 1, value & 1
    return whole + (tie if half_up else tie & whole)
