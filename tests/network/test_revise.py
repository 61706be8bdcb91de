"""Revising a running network, post spikes from elsewhere, delays of 63 steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import loihi_emu as le

PRE = (np.random.default_rng(1).random((60, 4)) < 0.3).astype(int)
POST = (np.random.default_rng(2).random((60, 3)) < 0.3).astype(int)
RULE = le.LearningRule(
    dw="2^-2*x1*y0 - 2^-2*y1*x0",
    x1=le.Trace(16.5, 10),
    y1=le.Trace(20, 7),
    t_epoch=4,
    rng_seed=3,
)


def _build(mode: str, rule: le.LearningRule = RULE, raster: Any = PRE, n: int = 3) -> Any:
    """A plastic and a delayed connection into resting neurons, post spikes from elsewhere."""
    decay = 1024 if mode == "fixed_pt" else 0.25
    weights = np.arange(4 * n).reshape(n, 4) * 10
    net = le.Network()
    source = net.add(le.SpikeSource(raster, repeat=True))
    teacher = net.add(le.SpikeSource(POST[:, :n], repeat=True))
    cells = net.add(
        le.LIFRefractory(n, du=decay, dv=decay, vth=90, refractory_period=2, bias_mant=3)
    )
    plastic = net.add(le.Dense(source, cells, weights, rule=rule, post_spikes=teacher))
    net.add(le.Dense(source, cells, weights + 1, delays=np.arange(4 * n).reshape(n, 4) % 7))
    return net, plastic, cells


def _state(sim: le.Simulator, plastic: Any, cells: Any) -> list[Any]:
    names = ("weights", "x1", "y1", "tx", "ty", "a_out")
    return [sim.get(plastic, name) for name in names] + [sim.get(cells, k) for k in ("u", "v")]


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
@pytest.mark.parametrize("step", [1, 7, 30])
def test_same_network_goes_on_as_if_nothing_happened(mode: str, step: int) -> None:
    net, plastic, cells = _build(mode)
    whole = le.Simulator(net, mode=mode)
    whole.run(60)
    expected = _state(whole, plastic, cells)
    net, _, _ = _build(mode)
    parts = le.Simulator(net, mode=mode)
    parts.run(step)
    net, plastic, cells = _build(mode)
    parts.revise(net)
    parts.run(60 - step)
    for one, other in zip(expected, _state(parts, plastic, cells), strict=True):
        np.testing.assert_array_equal(one, other)


def test_new_rule_and_source_hold_from_then_on() -> None:
    net, plastic, _ = _build("fixed_pt")
    sim = le.Simulator(net)
    sim.run(20)
    before = sim.get(plastic, "weights")
    net, plastic, _ = _build("fixed_pt", RULE.with_parameters(dw="0*x0"), np.zeros_like(PRE))
    sim.revise(net)
    sim.run(20)
    np.testing.assert_array_equal(sim.get(plastic, "weights"), before)
    assert not sim.get(plastic, "a_out").any()
    assert sim.step == 40


def test_other_structure_is_refused() -> None:
    sim = le.Simulator(_build("fixed_pt")[0])
    with pytest.raises(le.LoihiEmuError, match="make a new Simulator"):
        sim.revise(_build("fixed_pt", n=2)[0])
    with pytest.raises(le.LoihiEmuError, match="make a new Simulator"):
        sim.revise(_build("fixed_pt", RULE.with_parameters(t_epoch=2))[0])


def test_post_spikes_come_from_the_named_population() -> None:
    net, plastic, _ = _build("fixed_pt")
    sim = le.Simulator(net)
    sim.run(60)
    alone = le.Network()
    source = alone.add(le.SpikeSource(PRE))
    teacher = alone.add(le.SpikeSource(POST))
    other = alone.add(le.Dense(source, teacher, np.arange(12).reshape(3, 4) * 10, rule=RULE))
    reference = le.Simulator(alone)
    reference.run(60)
    np.testing.assert_array_equal(sim.get(plastic, "weights"), reference.get(other, "weights"))


def test_post_spikes_need_a_rule_and_the_right_size() -> None:
    source, cells = le.SpikeSource(PRE), le.LIF(3)
    with pytest.raises(le.LoihiEmuError, match="no rule"):
        le.Dense(source, cells, 1, post_spikes=cells)
    with pytest.raises(le.LoihiEmuError, match="has 4 neurons; allowed: 3"):
        le.Dense(source, cells, 1, post_spikes=source, rule=RULE)
    net = le.Network()
    net.add(source)
    net.add(cells)
    with pytest.raises(le.LoihiEmuError, match="add it to the network first"):
        net.add(le.Dense(source, cells, 1, post_spikes=le.LIF(3), rule=RULE))


def test_longest_delay_arrives_63_steps_late() -> None:
    net = le.Network()
    source = net.add(le.SpikeSource([[1]]))
    wire = net.add(le.Dense(source, source, 4, delays=63))
    recording = le.Simulator(net).run(70, record=[le.Probe(wire, "a_out")])
    assert np.flatnonzero(recording[wire, "a_out"][:, 0]).tolist() == [64]


def test_what_arrives_next_is_recorded_a_step_ahead() -> None:
    net, plastic, _ = _build("fixed_pt")
    recording = le.Simulator(net).run(
        30, record=[le.Probe(plastic, "a_out"), le.Probe(plastic, "a_next")]
    )
    np.testing.assert_array_equal(
        recording[plastic, "a_out"][1:], recording[plastic, "a_next"][:-1]
    )


def _listed(pairs: Any, **options: Any) -> tuple[le.Network, Any]:
    """Sparse synapses (post, pre, weight) from 3 sources to 3 cells, which learn slowly."""
    net = le.Network()
    source = net.add(le.SpikeSource(np.zeros((5, 3), int)))
    cells = net.add(le.LIF(3))
    post, pre, weights = (list(column) for column in zip(*pairs, strict=True))
    return net, net.add(le.Sparse(source, cells, (post, pre, weights), **options))


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
def test_other_pairs_of_neurons_are_refused_and_nothing_changes(mode: str) -> None:
    net, wires = _listed([(1, 1, 20), (0, 2, 90)], rule=RULE)
    sim = le.Simulator(net, mode=mode, backend="interpreter")
    sim.run(2)
    for other in ([(1, 1, 20), (0, 0, 90)], [(1, 1, 20)]):
        with pytest.raises(le.LoihiEmuError, match="joins other pairs of neurons"):
            sim.revise(_listed(other, rule=RULE)[0])
    assert sim.get(wires, "weights").tolist() == [20, 90]
    net, wires = _listed([(0, 2, 1), (1, 1, 2)], rule=RULE)
    sim.revise(net)  # the same pairs, listed in another order
    assert sim.get(wires, "weights").tolist() == [20, 90]


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
def test_a_sign_mode_that_does_not_allow_a_weight_is_refused(mode: str) -> None:
    net, wires = _listed([(1, 1, -5), (0, 2, 90)], rule=RULE)
    sim = le.Simulator(net, mode=mode, backend="interpreter")
    sim.run(2)
    revised = [(1, 1, 5), (0, 2, 90)]
    with pytest.raises(le.LoihiEmuError, match="-5"):
        sim.revise(_listed(revised, rule=RULE, sign_mode="EXCITATORY")[0])
    sim.set(wires, "weights", [6, 90])
    net, wires = _listed(revised, rule=RULE, sign_mode="EXCITATORY")
    sim.revise(net)
    assert sim.get(wires, "weights").tolist() == [6, 90]


def test_connections_between_other_populations_are_refused() -> None:
    def build(swapped: bool) -> le.Network:
        net = le.Network()
        cells = [net.add(le.LIF(2)), net.add(le.LIF(2))]
        net.add(le.Dense(cells[swapped], cells[not swapped], 7))
        return net

    sim = le.Simulator(build(swapped=False), backend="interpreter")
    with pytest.raises(le.LoihiEmuError, match="joins other populations"):
        sim.revise(build(swapped=True))
    smaller = build(swapped=False)
    smaller.connections.clear()
    with pytest.raises(le.LoihiEmuError, match="has 0 connections; allowed: 1"):
        sim.revise(smaller)
