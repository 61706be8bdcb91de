"""Sparse rows that nothing reads for long learn before the log that they need is overwritten.

A spike log holds 64 epochs at most, and generated networks run for fewer. Here rows are silent for
several times that, so a row that is refreshed too late, or never, loses what it had to learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import loihi_emu as le

_TRACE = le.Trace(20, 3000)
_RULES = {
    "needs x": le.LearningRule(dw="2^-5*x1*y0", x1=_TRACE),
    "reads x": le.LearningRule(dw="2^-5*x1*y0 - 2^-4*y0", x1=_TRACE),
    "reads no x": le.LearningRule(dw="2^-1*y0 - 2^-4*w*y0"),
}


def _network(rule: le.LearningRule, n_pre: int, n_steps: int) -> tuple[le.Network, Any]:
    """Pre neurons that spike once, soon, and post neurons that go on."""
    rng = np.random.default_rng(n_pre)
    early = np.zeros((n_steps, n_pre), bool)
    early[np.arange(n_pre) % 23, np.arange(n_pre)] = True
    net = le.Network()
    pre = net.add(le.SpikeSource(early))
    post = net.add(le.SpikeSource(rng.random((n_steps, 3)) < 0.2))
    targets, sources = rng.integers(0, 3, n_pre), np.arange(n_pre)
    weights = rng.integers(-30, 30, n_pre)
    net.add(le.Sparse(pre, post, (targets, sources, weights), rule=rule, name="plastic"))
    return net, net.find("plastic")


@pytest.mark.parametrize("n_pre", [1, 70])
@pytest.mark.parametrize("t_epoch", [1, 2, 5])
@pytest.mark.parametrize("reads", _RULES)
def test_silent_rows_are_refreshed_in_time(reads: str, t_epoch: int, n_pre: int) -> None:
    rule = le.LearningRule(dw=_RULES[reads].dw, x1=_RULES[reads].x1, t_epoch=t_epoch)
    n_steps = 2 * (64 // t_epoch.bit_length()) * t_epoch + 7
    found = []
    for backend in ("interpreter", "kernels"):
        net, plastic = _network(rule, n_pre, n_steps)
        simulator = le.Simulator(net, machine="LOIHI", seed=1, backend=backend)
        if backend == "kernels":
            assert simulator.plan.defers_post_updates
        simulator.run(n_steps)
        found.append(simulator.get(plastic, "weights"))
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != plastic.weights).any()
