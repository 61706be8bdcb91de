"""Any network runs the same bits through kernels and through the definition in plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu import Dense, LearningRule, Network, Probe, Simulator, Sparse, SpikeSource, Trace
from loihi_emu.chip.machines import MACHINES, Machine
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.llvm.sizes import BLOCK
from tests.scenes import build, simulate
from tests.strategies import scenes

SOURCES = [Pcg64(), Counter()]


@settings(max_examples=200)
@given(st.data(), st.sampled_from(list(MACHINES.values())), st.sampled_from(SOURCES))
def test_kernels_run_what_the_definition_says(
    data: st.DataObject, machine: Machine, source: RandomSource
) -> None:
    scene = data.draw(scenes(machine=machine, entry_learns=data.draw(st.booleans())))
    built = build(scene, sparse=data.draw(st.booleans()))
    defined, compiled = (
        simulate(built, machine=machine, random=source, backend=backend, counting=True)
        for backend in ("interpreter", "kernels")
    )
    expected = built.run(scene.n_steps, defined)
    found = built.run(scene.n_steps, compiled)
    for name, series in expected.items():
        np.testing.assert_array_equal(found[name], series, name)
    for connection in built.learning():
        assert compiled.counts(connection) == defined.counts(connection)


def _weights(
    dw: str, shape: tuple[int, int], backend: str, source: RandomSource, *, sparse: bool
) -> Any:
    """Weights after some epochs of two steps between random spikes; every third synapse absent."""
    rng = np.random.default_rng(5)
    n_post, n_pre = shape
    net = Network()
    pre = net.add(SpikeSource(rng.random((6, n_pre)) < 0.3))
    post = net.add(SpikeSource(rng.random((6, n_post)) < 0.3))
    weights = rng.integers(-50, 50, shape)
    rule = LearningRule(dw=dw, x1=Trace(16.5, 9), y1=Trace(90, 4), t_epoch=2)
    rows, columns = np.nonzero(np.arange(weights.size).reshape(shape) % 3)
    connection = net.add(
        Sparse(pre, post, (rows, columns, weights[rows, columns]), rule=rule)
        if sparse
        else Dense(pre, post, weights, rule=rule)
    )
    simulator = Simulator(net, seed=3, random=source, backend=backend)
    return simulator.run(6, [Probe(connection, "weights", every=6)])[connection, "weights"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.kind))
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("shape", [(BLOCK + 1, 2), (2, BLOCK + 1)])
@pytest.mark.parametrize(
    "dw",
    [
        "2^-2*x1*y0 - 2^-2*y1*x0",
        "2^-2*x1*y0 + y0*x0*3",  # x0 is a factor, and no product waits for it
        "u1*y1*2^-3 + x0*(y0-2)",
    ],
)
def test_more_synapses_than_a_block_holds(
    dw: str, shape: tuple[int, int], sparse: bool, source: RandomSource
) -> None:
    defined, compiled = (
        _weights(dw, shape, backend, source, sparse=sparse)
        for backend in ("interpreter", "kernels")
    )
    np.testing.assert_array_equal(compiled, defined)


def test_an_unknown_backend_is_refused() -> None:
    net = Network()
    net.add(SpikeSource([[1]]))
    with pytest.raises(
        ParameterError, match="backend is 'gpu'; allowed: auto, kernels, interpreter"
    ):
        Simulator(net, backend="gpu")


@pytest.mark.parametrize("t_epoch", [1, 3])
@pytest.mark.parametrize("n_pre", [5, 70])
def test_post_spikes_alone_learn_from_traces_that_began_in_the_epoch(
    t_epoch: int, n_pre: int
) -> None:
    rng = np.random.default_rng(1)
    net = Network()
    pre = net.add(SpikeSource(rng.random((60, n_pre)) < 0.03))
    post = net.add(SpikeSource(rng.random((60, 6)) < 0.4))
    rule = LearningRule(dw="2^-2*x1*y0", x1=Trace(16, 1.5), t_epoch=t_epoch)  # no row of its own
    plastic = net.add(Dense(pre, post, np.zeros((6, n_pre), int), rule=rule))
    weights = []
    for backend in ("kernels", "interpreter"):
        simulator = Simulator(net, machine="LAVA", backend=backend)
        weights.append(simulator.run(60, [Probe(plastic, "weights")])[plastic, "weights"])
    np.testing.assert_array_equal(*weights)
    assert 0 < np.count_nonzero(weights[0][-1]) < weights[0][-1].size
