"""Between runs: what is set is what is read, learning is switched, a rule's numbers change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu import Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace
from loihi_emu.chip import formats
from loihi_emu.chip.machines import LAVA, SIGN_MODES
from loihi_emu.chip.random_bits import Counter, Pcg64
from tests.scenes import SYNAPTIC, TRACES, build, simulate
from tests.strategies import edged, scenes


@pytest.fixture(params=["kernels", "interpreter"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@settings(max_examples=60)
@given(scenes(), st.integers(0, 2**32 - 1), st.sampled_from([Pcg64(), Counter()]))
def test_what_is_set_is_what_is_read(scene: Any, seed: int, source: Any) -> None:
    built = build(scene)
    simulator = simulate(built, random=source)
    simulator.run(scene.n_steps // 2)
    rng, plastic = np.random.default_rng(seed), built.plastic
    ranges: dict[str, Any] = dict.fromkeys(TRACES, formats.TRACE)
    ranges |= {mode: LAVA.weight_range(mode) for mode in SIGN_MODES}
    ranges |= {"weights": ranges[plastic.sign_mode]}
    ranges |= {"tag_1": LAVA.tag_range, "tag_2": LAVA.delay_range}
    given_values = {
        name: edged(ranges[name], simulator.get(plastic, name).shape, rng)
        for name in (*SYNAPTIC, *TRACES)
        if name not in SYNAPTIC[1:] or simulator.get(plastic, name).any()
    }
    for name, values in given_values.items():
        simulator.set(plastic, name, values)
    for name, values in given_values.items():
        np.testing.assert_array_equal(simulator.get(plastic, name), values, name)
    u = edged((-(1 << 23), (1 << 23) - 1), built.hidden.n, rng)
    simulator.set(built.hidden, "u", u)
    np.testing.assert_array_equal(simulator.get(built.hidden, "u"), u)


@settings(max_examples=60)
@given(scenes(), st.sampled_from([Pcg64(), Counter()]))
def test_a_run_goes_on_from_what_was_read(scene: Any, source: Any) -> None:
    """Setting every variable to what it is changes nothing."""
    built = build(scene)
    left, set_again = (simulate(built, random=source) for _ in range(2))
    for simulator in (left, set_again):
        simulator.run(scene.n_steps // 2)
    for name in ("weights", *TRACES):
        set_again.set(built.plastic, name, set_again.get(built.plastic, name))
    expected, found = (built.run(scene.n_steps, one) for one in (left, set_again))
    for name, series in expected.items():
        np.testing.assert_array_equal(found[name], series, name)


@settings(max_examples=40)
@given(scenes(given_post=True), st.sampled_from(["kernels", "interpreter"]))
def test_learning_switched_off_leaves_synapses_and_moves_traces(scene: Any, backend: str) -> None:
    built = build(scene)
    learning, resting = (simulate(built, backend=backend) for _ in range(2))
    resting.set_learning(built.plastic, False)
    expected, found = (built.run(scene.n_steps, one) for one in (learning, resting))
    for name in SYNAPTIC:
        series = found[f"plastic {name}"]
        assert (series == series[0]).all()
    for name in TRACES:
        np.testing.assert_array_equal(found[f"plastic {name}"], expected[f"plastic {name}"])


def _plastic(rule: LearningRule) -> tuple[Network, Any]:
    net = Network()
    pre, post = net.add(SpikeSource(np.ones((9, 1)))), net.add(SpikeSource(np.ones((9, 1))))
    return net, net.add(Dense(pre, post, 0, rule=rule))


def test_a_rules_numbers_change_between_runs(backend: str) -> None:
    """x1 = impulse in every step: tau 0 keeps nothing."""
    net, plastic = _plastic(LearningRule(dw="y0*x1", x1=Trace(3, 0)))
    simulator = Simulator(net, machine=LAVA, seed=0, backend=backend)
    probes = [Probe(plastic, "weights"), Probe(plastic, "x1")]
    simulator.run(2)
    simulator.set(plastic, "x1_impulse", 10)
    recording = simulator.run(2, probes)
    assert recording[plastic, "weights"].ravel().tolist() == [16, 26]
    assert simulator.rule(plastic).x1 == Trace(10, 0)
    simulator.set(plastic, "x1_tau", 1e6)
    recording = simulator.run(2, probes)
    assert recording[plastic, "x1"].ravel().tolist() == [20, 30]
    assert recording[plastic, "weights"].ravel().tolist() == [46, 76]


def test_learning_goes_on_when_it_is_switched_on(backend: str) -> None:
    net, plastic = _plastic(LearningRule(dw="y0*x1", x1=Trace(3, 0)))
    simulator = Simulator(net, machine=LAVA, seed=0, backend=backend)
    weights = []
    for enabled in (True, False, True):
        simulator.set_learning(plastic, enabled)
        weights += (
            simulator.run(2, [Probe(plastic, "weights")])[plastic, "weights"].ravel().tolist()
        )
    assert weights == [3, 6, 6, 6, 9, 12]
