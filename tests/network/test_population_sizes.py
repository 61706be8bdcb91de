"""Traces of common draws are computed in ways that depend on a population's size; values do not.

All neurons share an epoch's draws, so that a neuron does the same in whatever company.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu import Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace

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
    spikes = np.random.default_rng(n).random((N_STEPS, n)) < 0.15
    found = _traces(spikes, t_epoch)
    assert np.unique(found).size > 20
    for first in range(0, n, max(1, n // 12)):
        few = _traces(spikes[:, first : first + 2], t_epoch)
        np.testing.assert_array_equal(found[:, :, first : first + 2], few)
