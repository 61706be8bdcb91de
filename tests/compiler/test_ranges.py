"""Ranges: intervals hold every executed value, witnesses do what they claim, proofs stand."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.chip.machines import LAVA, LOIHI, MACHINES, SIGN_MODES, Machine, SignMode
from loihi_emu.compiler import LearningRule, ProductSeries, Trace, lower
from loihi_emu.compiler.microcode import Op
from loihi_emu.compiler.ranges import analyse, rule_warnings
from loihi_emu.compiler.ranges_found import Finding, ProgramRange, Ranges
from loihi_emu.compiler.ranges_steps import DRAW, run
from loihi_emu.compiler.rule_files import list_rules, load_rule
from loihi_emu.compiler.synapse_format import low_bits, synapse_format
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.reference.interpreter import interpret
from tests.strategies import MACHINE_VARIABLES, machines, product_series

sign_modes = st.sampled_from(SIGN_MODES)
weight_bits = st.integers(1, 8)


def _analysed(
    series: ProductSeries, machine: Machine, sign_mode: SignMode, bits: int
) -> Ranges | None:
    """Ranges of one series; None where the machine refuses it."""
    texts: dict[str, Any] = {series.target: str(series)}
    rule = LearningRule(**texts)
    try:
        return analyse(rule, machine, sign_mode=sign_mode, num_weight_bits=bits)
    except ParameterError:
        return None


def _executed(
    found: Ranges, one: ProgramRange, machine: Machine, point: dict[str, int]
) -> tuple[int, set[int]]:
    """What the interpreter stores, and addresses at which it counted an event."""
    form = synapse_format(
        one.variable,
        machine,
        cast(SignMode, found.sign_mode),
        found.num_weight_bits,
    )
    counts: dict[tuple[str, int], int] = {}
    given = dict.fromkeys((*found.inputs, "w", "d", "t"), 0) | point
    state = {k: given[k] for k in ("w", "d", "t")}
    read = {k: v for k, v in given.items() if k not in state and k != DRAW}
    forms: dict[str, Any] = {p.variable: form for p in found.code.programs}
    stored = interpret(found.code, state, read, forms, point[DRAW], counts)
    return stored[one.variable], {place for name, place in counts if name == one.variable}


def _points(found: Ranges, n: int) -> list[dict[str, int]]:
    """Random states, many of them at ends."""
    draws = random.Random(11)
    points = []
    for _ in range(n):
        ends = draws.random() < 0.5
        points.append({
            name: draws.choice((low, high)) if ends else draws.randint(low, high)
            for name, (low, high) in found.inputs.items()
        })  # fmt: skip
    return points


@settings(max_examples=60, deadline=None)
@given(product_series(MACHINE_VARIABLES, max_products=3), machines(), sign_modes, weight_bits)
def test_intervals_hold_every_executed_value_and_no_proof_is_contradicted(
    series: ProductSeries, machine: Machine, sign_mode: SignMode, bits: int
) -> None:
    found = _analysed(series, machine, sign_mode, bits)
    if found is None:
        return
    one = found.programs[0]
    form = synapse_format(one.variable, machine, sign_mode, bits)
    never = {f.address for f in one.findings if f.answer == "never" and f.event != "loses low bits"}
    for point in _points(found, 40):
        stored, counted = _executed(found, one, machine, point)
        exact = run(one.program, found.code, {k: (v, v) for k, v in point.items()}, form)
        assert exact[-1].low == exact[-1].high == stored
        assert {s.address for s in exact if s.event in ("saturates", "wraps")} == counted
        assert not counted & never
        for step, whole in zip(exact, one.steps, strict=True):
            assert whole.low <= step.low == step.high <= whole.high


@settings(max_examples=60, deadline=None)
@given(product_series(MACHINE_VARIABLES, max_products=3), machines(), sign_modes, weight_bits)
def test_every_witness_does_what_it_claims(
    series: ProductSeries, machine: Machine, sign_mode: SignMode, bits: int
) -> None:
    found = _analysed(series, machine, sign_mode, bits)
    if found is None:
        return
    one = found.programs[0]
    for finding in one.findings:
        if finding.witness is not None:
            assert _happens(found, one, machine, finding)


def _happens(found: Ranges, one: ProgramRange, machine: Machine, finding: Finding) -> bool:
    """Whether the interpreter does what a finding's witness claims."""
    witness = finding.witness
    assert witness is not None
    point = {**witness.variables, **witness.inputs, DRAW: witness.draw}
    for name, value in point.items():
        low, high = found.inputs[name]
        assert low <= value <= high
    if finding.event == "loses low bits":
        lost = _product_before(one, found, finding.address, point)
        return lost % (1 << one.program.instructions[finding.address].shift) != 0
    return finding.address in _executed(found, one, machine, point)[1]


def _product_before(one: ProgramRange, found: Ranges, address: int, point: dict[str, int]) -> int:
    """The product register before its NARROW, by plain multiplication."""
    product = 0
    for i in one.program.instructions[:address]:
        constant = found.code.literals[i.literal] if i.literal >= 0 else 0
        match i.op:
            case Op.GATE:
                product = point[i.source]
            case Op.FACTOR:
                product *= min(max(point[i.source] + constant, i.low), i.high)
            case Op.SIGN:
                value = point[i.source] + constant
                product *= (value > 0) - (value < 0)
            case Op.SCALE:
                product *= constant
            case _:
                pass
    return product


@settings(max_examples=60, deadline=None)
@given(product_series(MACHINE_VARIABLES, max_products=1), machines(), weight_bits)
def test_no_state_changes_less_than_the_least_change(
    series: ProductSeries, machine: Machine, bits: int
) -> None:
    found = _analysed(series, machine, "MIXED", bits)
    if found is None:
        return
    one, product = found.programs[0], found.programs[0].products[0]
    form = synapse_format(one.variable, machine, "MIXED", bits)
    for point in _points(found, 60):
        steps = run(one.program, found.code, {k: (v, v) for k, v in point.items()}, form)
        change = Fraction(steps[product.addresses[1] - 1].low, 128)
        assert product.low <= change <= product.high
        assert change == 0 or (product.least is not None and abs(change) >= abs(product.least))


@pytest.mark.parametrize("machine", tuple(MACHINES.values()), ids=lambda m: m.name)
@pytest.mark.parametrize("name", ["stdp-loihi", "pelenet-assembly-early", "r-stdp-lava"])
def test_rules_of_the_folder_are_settled(name: str, machine: Machine) -> None:
    try:
        found = analyse(load_rule(name).rule, machine)
    except ParameterError:
        pytest.skip("the machine does not have what the rule uses")
    for one in found.programs:
        assert [finding for finding in one.findings if finding.answer == "open"] == []
        for finding in one.findings:
            assert finding.witness is None or _happens(found, one, machine, finding)


def test_a_product_that_wraps_32_bits_has_a_witness_and_a_warning() -> None:
    # 127^3 * 255^2 = 133e9 is beyond 2^31; LOIHI multiplies exactly
    rule = LearningRule(dw="u0*x1*x2*y1*w*w", x1=Trace(1), x2=Trace(1), y1=Trace(1))
    assert any("wraps" in text for text in rule_warnings(rule, LAVA))
    assert not any("wraps" in text for text in rule_warnings(rule, LOIHI))
    (scale,) = (f for f in analyse(rule, LAVA).programs[0].findings if f.event == "wraps")
    assert scale.answer == "happens"


def test_what_cannot_happen_is_proven() -> None:
    # at most 127 * 7 * 2^7 = 113792 is beyond 32767, but 127 * 2^-2 * 2^7 = 4064 is not
    def bound(text: str) -> str:
        one = analyse(LearningRule(dw=text), LAVA).programs[0]
        at = [k for k, i in enumerate(one.program.instructions) if i.op is Op.BOUND]
        return next(f.answer for f in one.findings if f.address == at[0])

    assert bound("7*x0*y1") == "happens"
    assert bound("2^-2*x0*y1") == "never"


def test_least_change_by_hand() -> None:
    # 2^-7 * 1 is 1/128 of a unit; three widths of 7 and a mantissa of 4 lose 25 - 15 = 10 bits
    (small,) = analyse(LearningRule(dw="2^-7*u0*x1"), LAVA).programs[0].products
    assert (small.least, small.moves) == (Fraction(1, 128), Fraction(1, 128))
    (narrow,) = analyse(LearningRule(dw="u0*x1*x2*y1"), LAVA).programs[0].products
    assert narrow.least == 1
    (negative,) = analyse(LearningRule(dw="-2^-3*u0*x1*x2*y1"), LAVA).programs[0].products
    assert negative.least == Fraction(-1, 8)  # the arithmetic shift floors -1 to -1


def test_stored_precision_divides_the_chance_to_move() -> None:
    rule = LearningRule(dw="u0*x1", x1=Trace(16, 10))
    for bits in (8, 6, 4):
        (product,) = analyse(
            rule, LOIHI, sign_mode="EXCITATORY", num_weight_bits=bits
        ).programs[0].products  # fmt: skip
        assert product.moves == Fraction(1, 1 << low_bits(LOIHI, "EXCITATORY", bits))


def test_a_rule_that_never_moves_a_weight_is_warned_of() -> None:
    silent = LearningRule(dw="0*x0*y1", y1=Trace(16, 10))
    assert rule_warnings(silent, LAVA) == ("dw: no product can ever move w",)
    (text,) = rule_warnings(LearningRule(dw="x0*y1"), LAVA)
    assert text.startswith("y1 has an impulse of 0")
    assert rule_warnings(LearningRule(dw="x0*y1", y1=Trace(16, 10)), LAVA) == ()


def test_the_listing_shows_intervals_products_and_findings() -> None:
    rule = LearningRule(dw="2^-2*u0*x1", x1=Trace(16, 10))
    shown = str(analyse(rule, LAVA, sign_mode="EXCITATORY")).splitlines()
    assert shown[0] == "LAVA, EXCITATORY weights of 8 bits; w 0..255, x1@u 0..127, u 0..1"
    assert shown[2:8] == [
        "dw = 2^-2*u0*x1",
        "   0  LOAD       w           a in 0..32640",
        "    ; 2^-2*u0*x1: changes w by 0..31.75",
        "    ; least change 1/4, which moves w with probability 1/4",
        "   1  GATE       u           m in 0..1",
        "   2  FACTOR     x1@u        m in 0..127",
    ]
    assert "   6  ADD      saturates      with" in "\n".join(shown)


def test_every_rule_of_the_folder_can_be_analysed() -> None:
    names = [str(getattr(one, "name", one)) for one in list_rules()]
    assert len(names) > 50
    for name in names[::9]:
        rule = load_rule(name).rule
        assert analyse(rule, LOIHI).programs
        assert len(lower(rule.series, LOIHI).programs) == len(analyse(rule, LOIHI).programs)
