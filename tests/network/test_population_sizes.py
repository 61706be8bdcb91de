"""How neurons and traces are computed depends on a population's size; what comes of it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu import (
    CurrentInput,
    Dense,
    LearningLIF,
    LearningRule,
    LIFRefractory,
    LIFReset,
    Network,
    Noise,
    Probe,
    Simulator,
    SpikeSource,
    ThirdFactor,
    Trace,
)

N_STEPS = 24
TAUS = (10.0, 3.7)


def _traces(spikes: Any, t_epoch: int) -> Any:
    """x1 and x2 of sources with these spikes, [trace, step, neuron]."""
    net = Network()
    pre, post = net.add(SpikeSource(spikes)), net.add(SpikeSource(np.zeros((N_STEPS, 1))))
    x1, x2 = (Trace(97.4, tau) for tau in TAUS)
    rule = LearningRule(dw="x1*x2*y0", x1=x1, x2=x2, t_epoch=t_epoch, rng_seed=11)
    plastic = net.add(Dense(pre, post, 0, rule=rule))
    probes = [Probe(plastic, "x1"), Probe(plastic, "x2")]
    recording = Simulator(net, machine="LAVA").run(N_STEPS, record=probes)
    return np.array([recording[plastic, name] for name in ("x1", "x2")])


@pytest.mark.parametrize("t_epoch", [1, 4, 12])
@pytest.mark.parametrize("n", [20, 300, 2100])
def test_a_neuron_s_traces_do_not_depend_on_how_many_there_are(n: int, t_epoch: int) -> None:
    """All neurons share an epoch's draws on LAVA: each does the same in whatever company."""
    spikes = np.random.default_rng(n).random((N_STEPS, n)) < 0.15
    found = _traces(spikes, t_epoch)
    assert np.unique(found).size > 20
    for first in range(0, n, max(1, n // 12)):
        few = _traces(spikes[:, first : first + 2], t_epoch)
        np.testing.assert_array_equal(found[:, :, first : first + 2], few)


MANY = 4700  # more than twice as many as take a step together


def _crowd() -> tuple[Network, list[Probe]]:
    """Populations of many neurons, of every kind of input at once."""
    rng = np.random.default_rng(8)
    net = Network()
    source = net.add(SpikeSource(rng.random((12, 3)) < 0.6))
    tired = net.add(LIFRefractory(MANY, du=800, dv=300, vth=30, refractory_period=2))
    noisy = net.add(LIFReset(MANY, reset_interval=5, du=700, dv=90, vth=40, noise=Noise(9)))
    learner = net.add(LearningLIF(MANY, du=4095, dv=200, vth=60, y1=Trace(9, 5), y3="third_factor"))
    for cells, weight_exp in ((tired, 2), (noisy, 0), (learner, -1)):
        weights = rng.integers(-60, 120, (MANY, 3))
        net.add(Dense(source, cells, weights, weight_exp=weight_exp))
        net.add(CurrentInput(cells, rng.integers(-20, 60, (12, MANY))))
    net.add(Dense(source, ThirdFactor(learner), rng.integers(0, 40, (MANY, 3))))
    state = [Probe(cells, name) for cells in (tired, noisy, learner) for name in ("u", "v")]
    return net, [*state, Probe(learner, "y1"), Probe(learner, "y3")]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_neurons_that_step_together_are_all_and_none_twice(threads: int) -> None:
    net, probes = _crowd()
    expected = Simulator(net, backend="interpreter").run(12, probes)
    found = Simulator(net, threads=threads).run(12, probes)
    for probe in probes:
        key = probe.item, probe.variable
        assert np.unique(expected[key]).size > 20
        np.testing.assert_array_equal(found[key], expected[key])
