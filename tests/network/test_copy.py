"""A copy of a simulator goes on to the same bits and leaves its original alone; short reprs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu import LIF, Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons
from tests.scenes import build, simulate
from tests.strategies import scenes


@settings(max_examples=25)
@given(st.data())
def test_a_copy_goes_on_to_the_same_bits(data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(["fixed_pt", "floating_pt"]))
    scene = data.draw(scenes(modes=(mode,)))
    built = build(scene, sparse=data.draw(st.booleans()))
    simulator = simulate(built, mode=mode)
    first = data.draw(st.integers(0, scene.n_steps - 1))
    simulator.run(first)
    backend = data.draw(st.sampled_from([None, "interpreter"]))
    twin = simulator.copy(backend=backend)
    copied = built.run(scene.n_steps - first, twin)
    assert simulator.step == first
    original = built.run(scene.n_steps - first, simulator)
    for name, values in original.items():
        np.testing.assert_array_equal(copied[name], values)


def _network() -> tuple[Network, Neurons, Connection]:
    net = Network()
    source, cells = net.add(SpikeSource([[1, 0]], repeat=True)), net.add(LIF(3, name="cells"))
    rule = LearningRule(dw="2^-2*x1*x0", x1=Trace(16, 10))
    return net, cells, net.add(Dense(source, cells, 6, rule=rule, name="plastic"))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_copy_has_what_was_set(threads: int) -> None:
    net, _, plastic = _network()
    simulator = Simulator(net, machine="LAVA", threads=threads, backend="kernels")
    simulator.set(plastic, "x1_impulse", 40)
    simulator.run(3)
    twin = simulator.copy(backend="interpreter")
    for one in (simulator, twin):
        one.run(4)
    assert twin.rule(plastic).x1.impulse == 40
    assert (simulator.get(plastic, "weights") == twin.get(plastic, "weights")).all()
    assert twin.get(plastic, "x1").max() > 100  # impulses of 40 in every step, not of 16


def test_short_reprs() -> None:
    net, cells, plastic = _network()  # 2 neurons, each to all 3 cells
    assert repr(net) == (
        "<Network: 5 neurons in 2 populations, 6 synapses in 1 connections, 1 of them learning>"
    )
    simulator = Simulator(net, backend="interpreter")
    recording = simulator.run(2, [Probe(cells, "spikes"), Probe(plastic, "weights")])
    # in the mapping's own order: series first, then events
    assert repr(recording) == "<Recording of (plastic, 'weights'), (cells, 'spikes')>"
    assert repr(simulator.run(1)) == "<Recording of nothing>"
