"""Words that registers need, worked by hand: a weight is 8 bits above the accumulator's 7.

Whether they are exact is tested where kernels meet the interpreter (tests/kernels).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Instruction, Op
from loihi_emu.compiler.products import parse_series
from loihi_emu.compiler.words import word_of

PAIR = "2^-2*x1*y0 - 2^-2*y1*x0"


def _lowered(text: str, machine: Machine, target: str = "dw") -> tuple[Instruction, ...]:
    series = parse_series(text, target)  # type: ignore[arg-type]
    return lower({target: series}, machine).programs[0].instructions


def _words(code: tuple[Instruction, ...], *ops: Op) -> set[int]:
    return {i.word for i in code if not ops or i.op in ops}


@pytest.mark.parametrize(
    ("ends", "word"),
    [
        ((-32768, 32767), 16), ((0, 32768), 32), ((-32769, 0), 32), ((1 << 31, 0), 64),
        ((1 << 63, 0), None),
    ],
)  # fmt: skip
def test_the_narrowest_word(ends: tuple[int, int], word: int | None) -> None:
    assert word_of(*ends) == word


@pytest.mark.parametrize("machine", [LAVA, LOIHI, BRIAN2LOIHI])
def test_pair_stdp_is_int16_throughout(machine: Machine) -> None:
    """A trace of 127 (255 where none is clipped) << 5 is 8160 at most; two of them are a sum."""
    code = _lowered(PAIR, machine)
    assert _words(code) == {16}
    assert not any(i.borrows for i in code)


def test_what_can_never_act_is_idle() -> None:
    """Products reach 4064 of 32767; the ends before rounding are 0 or unlimited, as after it."""
    code = _lowered(PAIR, LAVA)
    assert {i.op for i in code if i.idle} == {Op.BOUND, Op.LIMIT}


def test_a_product_that_is_bounded_needs_int32_until_then() -> None:
    """127 << 11 is 260096; LOIHI's bounds are int16's, Lava's lie one below."""
    text = "2^4*x1*y0 + 2^4*y1*x0"
    loihi = _lowered(text, LOIHI)
    assert _words(loihi, Op.SCALE, Op.ALIGN) == {32}
    assert _words(loihi, Op.BOUND, Op.ADD) == {16}
    assert not any(i.idle for i in loihi if i.op is Op.BOUND)
    assert _words(_lowered("-" + text, LAVA), Op.ADD) == {32}


@pytest.mark.parametrize(("machine", "borrows"), [(LAVA, [True, False]), (LOIHI, [False, False])])
def test_a_sum_below_int16_that_a_later_product_lifts_is_owed(
    machine: Machine, borrows: list[bool]
) -> None:
    """-256 << 7 is int16's lowest; Lava's accumulator goes one lower, then -w adds 256."""
    code = _lowered("-2^-2*x0*y1 - 2^-7*u0*w", machine)
    assert _words(code) == {16}
    assert [i.borrows for i in code if i.op is Op.ADD] == borrows


def test_lavas_tag_is_wider_than_int16_and_its_delay_is_not() -> None:
    """Its lowest is -257, which << 7 is -32896."""
    assert _words(_lowered("x0*y1", LAVA, "dt"), Op.LOAD, Op.ADD, Op.CLIP) == {32}
    assert _words(_lowered("x0*y1", LAVA, "dd")) == {16}
    assert _words(_lowered("x0*y1", LOIHI, "dt")) == {16}


def test_a_highest_weight_that_is_not_stored_needs_int32() -> None:
    """Rounded to units of 4, 255 is 256 or 252: only wider words hold the former."""
    machine = replace(LOIHI, name="ends", weight_ends="range")
    assert _words(_lowered(PAIR, machine), Op.ROUND) == {32}


def test_a_product_that_wraps_does_so_in_the_machines_word() -> None:
    code = _lowered("7*2^8*x0*w*w*w*w*x1", LAVA)
    assert _words(code, Op.GATE, Op.FACTOR, Op.SCALE, Op.NARROW, Op.ALIGN) == {32}


def test_counting_takes_the_code_as_it_is_written() -> None:
    code = lower({"dw": parse_series(PAIR)}, LAVA).as_written.programs[0].instructions
    assert _words(code) == {32}
    assert not any(i.idle or i.borrows for i in code)
