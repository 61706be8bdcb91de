from itertools import product as combinations

import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Op
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.curves.dead_zone import dead_zones
from loihi_emu.kernels.reference.interpreter import Logged, interpret


def test_a_cube_on_lava_is_dead_up_to_ten() -> None:
    # 4 bits of mantissa and 3 of 7 bits are 25; the accumulator has 15, so 10 bits go.
    # 10^3 = 1000 < 1024 <= 11^3 = 1331
    rule = LearningRule(dw="2^-7*x1*x1*x1*y0", x1=Trace(64, 10))
    (zone,) = dead_zones(rule, LAVA)
    assert (zone.lost_bits, zone.together, zone.still) == (10, 10, 10)
    assert zone.alone == {"x1": ((0, 10),)}
    # 64 exp(-18/10) = 10.58, 64 exp(-19/10) = 9.57
    assert zone.reach == {"x1": 18}
    # one unit of the accumulator, rounded up once in 128
    assert (zone.least, zone.moves) == (2**-7, 2**-7)


def test_a_negative_product_is_rounded_down_and_so_never_dead() -> None:
    (zone,) = dead_zones(LearningRule(dw="-2^-7*x1*x1*x1*y0", x1=Trace(64, 10)), LAVA)
    assert (zone.alone, zone.together) == ({"x1": ((0, 0),)}, 0)
    assert "rounded down" in zone.sentence


def test_a_constant_moves_the_zone() -> None:
    # (x1-60)^3 is below 2^10 for |x1-60| <= 10 where it is positive, and only 0 where negative
    (zone,) = dead_zones(LearningRule(dw="(x1-60)*(x1-60)*(x1-60)*y0", x1=Trace(64, 10)), LAVA)
    assert zone.alone == {"x1": ((60, 70),)}


def test_two_traces_are_dead_together_before_they_are_alone() -> None:
    # 4 + 7 + 7 bits lose 3: 2*2 < 8 <= 3*3; alone 1*127 is alive
    (zone,) = dead_zones(LearningRule(dw="x1*y1*y0", x1=Trace(16, 10), y1=Trace(16, 10)), LAVA)
    assert (zone.lost_bits, zone.together) == (3, 2)
    assert zone.alone == {"x1": ((0, 0),), "y1": ((0, 0),)}


def test_a_machine_that_drops_fractions_has_a_still_zone_wider_than_the_dead_one() -> None:
    # MIXED weights of 8 bits are even on BRIAN2LOIHI: a change of 1 is dropped, one of 2 is not
    (zone,) = dead_zones(LearningRule(dw="x1*y0", x1=Trace(16, 10)), BRIAN2LOIHI)
    assert (zone.together, zone.still, zone.least, zone.moves) == (0, 1, 1, 0)


def test_a_product_without_traces_has_no_zone() -> None:
    (zone,) = dead_zones(LearningRule(dw="2*x0*y0"), LAVA)
    assert (zone.alone, zone.together, zone.still, zone.reach) == ({}, None, None, {})
    assert zone.sentence == "2*x0*y0 has no dead zone"


@pytest.mark.parametrize("machine", [LAVA, LOIHI], ids=lambda one: one.name)
@pytest.mark.parametrize("text", ["3*2^-7*x1*y1*y0", "2^-6*x1*x1*(y1-5)*y0", "-2^-3*x1*y1*x0"])
def test_zones_equal_what_the_interpreter_does_with_every_value(
    text: str, machine: Machine
) -> None:
    rule = LearningRule(dw=text, x1=Trace(16, 10), y1=Trace(16, 10))
    (zone,) = dead_zones(rule, machine)
    code, form = lower(rule.series, machine), synapse_format("w", machine, "MIXED", 8)
    zero = {}
    values = [*range(24), 64, 127]
    for x1, y1 in combinations(range(128), values):
        log: list[Logged] = []
        inputs = {"x0": 1, "y0": 1} | {
            slot: x1 if slot.startswith("x1") else y1 for slot in code.slots if "@" in slot
        }
        interpret(code, {"w": 0}, inputs, {"w": form}, 0, None, log)
        zero[x1, y1] = next(one.m for one in log if one.instruction.op is Op.ALIGN) == 0
    dead = [x1 for x1 in range(128) if all(zero[x1, y1] for y1 in values)]
    assert [x1 for low, high in zone.alone["x1"] for x1 in range(low, high + 1)] == dead
    assert zone.together is not None
    within = [v for v in range(23) if all(zero[x, y] for x in range(v + 1) for y in range(v + 1))]
    assert zone.together == max(within)
