"""Explain: its last value is the engine's, its exact column the rule's text, its reasons hold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu import (
    MACHINES,
    Constant,
    Dense,
    LearningRule,
    Network,
    Simulator,
    Sparse,
    SpikeSource,
    Trace,
    explain,
)
from loihi_emu.analysis.explanation import Explanation
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.products import Factor
from loihi_emu.description.connections import Connection
from loihi_emu.errors import ParameterError
from tests import strategies
from tests.scenes import build, simulate

NAMES = {"w": "weights", "d": "tag_2", "t": "tag_1"}


def _pair(
    rule: LearningRule, pre: list[int], post: list[int], weight: int = 0, **options: Any
) -> tuple[Simulator, Connection]:
    """One synapse between two trains, on LAVA unless said otherwise."""
    draw = options.pop("draw", 0)
    machine = options.pop("machine", "LAVA")
    net = Network()
    first, second = (net.add(SpikeSource(np.array(train)[:, None])) for train in (pre, post))
    plastic = net.add(Dense(first, second, weight, rule=rule, name="plastic", **options))
    random = Constant(draw / 2**16)
    return Simulator(net, machine=machine, random=random, backend="interpreter"), plastic


@settings(max_examples=60)
@given(st.data())
def test_the_last_value_is_the_engines(data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(list(MACHINES.values())))
    scene = data.draw(strategies.scenes(machine=machine))
    built = build(scene, sparse=data.draw(st.booleans()))
    rows, columns = np.nonzero(scene.plastic.mask)
    if not rows.size:
        return
    at = data.draw(st.integers(0, rows.size - 1))
    post, pre = int(rows[at]), int(columns[at])
    t = data.draw(st.integers(1, scene.n_steps))
    backend = data.draw(st.sampled_from(["kernels", "interpreter"]))
    simulator = simulate(built, machine=machine, backend=backend)
    simulator.run(data.draw(st.integers(0, scene.n_steps)))
    before = simulator.step
    found = explain(simulator, built.plastic, (post, pre), t)
    assert simulator.step == before
    assert found.first <= t <= found.last
    engine = simulate(built, machine=machine, backend="kernels")
    engine.run(found.last)
    for variable, value in found.after.items():
        held = engine.get(built.plastic, NAMES[variable])
        k = at if held.ndim == 1 else (post, pre)
        if held.ndim == 1:  # sorted by pre, then by post neuron
            order = np.lexsort((rows, columns))
            k = int(np.flatnonzero(order == at)[0])
        assert held[k] == value


def _text_value(rule: LearningRule, target: str, found: Explanation) -> Fraction:
    """The change that the rule's text says, from what the epoch read."""
    total = Fraction(0)
    values = {**found.before, **found.inputs}
    for product in rule.series[target].products:
        term = Fraction(product.mantissa) * Fraction(2) ** product.exponent
        term *= values[product.dependency]
        for factor in product.factors:
            term *= _factor(factor, product.dependency, values)
        total += term
    return total


def _factor(factor: Factor, dependency: str, values: dict[str, int]) -> int:
    held = values.get(factor.variable, values.get(f"{factor.variable}@{dependency}"))
    assert held is not None
    value = held + (factor.constant or 0)
    return int(np.sign(value)) if factor.sign else value


@settings(max_examples=60)
@given(st.data())
def test_the_exact_column_is_the_rules_text(data: st.DataObject) -> None:
    machine: Machine = data.draw(st.sampled_from(list(MACHINES.values())))
    series = data.draw(strategies.rule_series(machine))
    texts = {target: str(one) for target, one in series.items()}
    traces = {name: Trace(16, 8) for name in ("x1", "x2", "y1", "y2", "y3")}
    rule = LearningRule(**texts, **traces, t_epoch=2)  # type: ignore[arg-type]
    try:
        simulator, plastic = _pair(rule, [1, 0, 0, 1, 1], [0, 1, 1, 0, 1], 20, machine=machine)
    except ParameterError:
        return  # too wide for the machine
    found = explain(simulator, plastic, (0, 0), data.draw(st.integers(1, 6)))
    for variable in found.after:
        change = _text_value(rule, f"d{variable}", found)
        assert found.exact[variable] == float(found.before[variable] + change)


def test_a_change_that_the_draw_does_not_round_up() -> None:
    # x1 is 12 when post spikes: 2^-6 * 12 = 0.1875 = 24/128; a draw of 24/128 is not below it
    rule = LearningRule(dw="2^-6*x1*y0", x1=Trace(12, 0), t_epoch=1)
    for draw, weight in ((24 << 9, 10), ((24 << 9) - 1, 11)):
        simulator, plastic = _pair(rule, [1], [1], 10, draw=draw, sign_mode="EXCITATORY")
        found = explain(simulator, plastic, (0, 0), 1)
        assert found.after == {"w": weight}
        assert found.exact == {"w": 10.1875}
        move = "goes from 10 to 11" if weight == 11 else "stays 10"
        verb = "rounds up" if weight == 11 else "does not round up"
        assert found.sentences["w"] == (
            f"weight {move}: 2^-6*y0*x1 = 0.1875; "
            f"fraction 0.1875: the draw {draw / 65536:.4g} {verb}"
        )


def test_no_spike_is_named() -> None:
    rule = LearningRule(dw="x1*y0 - y1*x0", x1=Trace(16, 4), y1=Trace(16, 4), t_epoch=2)
    simulator, plastic = _pair(rule, [0, 0], [0, 0], 5, sign_mode="EXCITATORY")
    found = explain(simulator, plastic, (0, 0), 1)
    assert (found.first, found.last, found.pre_spike, found.post_spike) == (1, 2, None, None)
    assert found.sentences["w"] == (
        "weight stays 5: no product is due: no post spike, no pre spike"
    )


def test_bits_dropped_by_alignment_are_named() -> None:
    # a mantissa of 4 bits and three traces of 7 are 25 bits, the accumulator has 16 with its sign:
    # 12^3 = 1728 is narrowed to fit. The text's value is 2^-7 * 1728 = 13.5
    rule = LearningRule(dw="2^-7*x1*x1*x1*y0", x1=Trace(12, 0), t_epoch=1)
    simulator, plastic = _pair(rule, [1], [1], 10, sign_mode="EXCITATORY")
    found = explain(simulator, plastic, (0, 0), 1)
    narrow = next(one for one in found.lines if one.op == "NARROW")
    bits = int(narrow.text.removeprefix(">> "))
    assert narrow.fixed == 1728 >> bits
    lost = 1728 / 2**bits - narrow.fixed
    assert narrow.event == f"counts 2^-{bits} of its text; the bits dropped are {lost:.4g}"
    assert "= 13.5, kept as" in found.sentences["w"]


def test_saturation_is_named() -> None:
    rule = LearningRule(dw="2^2*x1*y0", x1=Trace(100, 0), t_epoch=1)
    simulator, plastic = _pair(rule, [1], [1], 10, sign_mode="EXCITATORY")
    found = explain(simulator, plastic, (0, 0), 1)
    # 10 + 400 is above the accumulator's 255.99 and the weight's 255
    assert found.exact == {"w": 410.0}
    assert found.after == {"w": 255}
    assert "is held at 32767" in found.sentences["w"]


def test_the_past_is_run_again() -> None:
    rule = LearningRule(dw="2^-3*x1*y0", x1=Trace(16, 10), t_epoch=2)
    simulator, plastic = _pair(rule, [1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 0])
    ahead = str(explain(simulator, plastic, (0, 0), 3))
    simulator.run(6)
    assert str(explain(simulator, plastic, (0, 0), 3)) == ahead
    assert simulator.step == 6


def test_a_past_that_was_changed_is_refused() -> None:
    rule = LearningRule(dw="2^-3*x1*y0", x1=Trace(16, 10), t_epoch=2)
    simulator, plastic = _pair(rule, [1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 0])
    simulator.set(plastic, "weights", 40)
    assert explain(simulator, plastic, (0, 0), 2).before["w"] == 40
    simulator.run(4)
    with pytest.raises(ParameterError, match="explain the epoch before it is run"):
        explain(simulator, plastic, (0, 0), 2)


def test_what_cannot_be_explained_is_refused() -> None:
    rule = LearningRule(dw="x1*y0", x1=Trace(16, 10))
    net = Network()
    pre, post = net.add(SpikeSource([[1, 1]])), net.add(SpikeSource([[1, 1]]))
    plastic = net.add(Sparse(pre, post, ([0], [0], [9]), rule=rule, name="plastic"))
    fixed = Simulator(net, backend="interpreter")
    with pytest.raises(ParameterError, match="plastic has no synapse from pre neuron 1"):
        explain(fixed, plastic, (0, 1), 1)
    with pytest.raises(ParameterError, match="post neuron"):
        explain(fixed, plastic, (2, 0), 1)
    with pytest.raises(ParameterError, match="allowed: fixed_pt"):
        explain(Simulator(net, mode="floating_pt", backend="interpreter"), plastic, (0, 0), 1)


def test_it_prints_and_is_data() -> None:
    rule = LearningRule(dw="2^-3*x1*y0", x1=Trace(16, 0), t_epoch=1)
    simulator, plastic = _pair(rule, [1], [1], 10, sign_mode="EXCITATORY")
    found = explain(simulator, plastic, (0, 0), 1)
    assert str(found).startswith(
        "plastic, synapse (post 0, pre 0) on LAVA: epoch of steps 1..1\n"
        "pre spike in step 1, post spike in step 1; draw 0 / 2^16 = 0.0000\n\n"
        "weight goes from 10 to 12: 2^-3*y0*x1 = 2\n"
    )
    data = found.to_dict()
    assert data["inputs"] == {"x1@y0": 16, "y0": 1, "u": 0}
    assert data["lines"][-1]["op"] == "STORE"
    assert data["after"] == {"w": 12}
