"""The law of LOIHI's rounding: right on average, independent, and the same however it is run."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loihi_emu import (
    LAVA,
    LOIHI,
    MACHINES,
    Dense,
    LearningRule,
    Machine,
    Network,
    Probe,
    SpikeSource,
    Trace,
)
from loihi_emu.simulator import Simulator
from tests.machines import circuit


def _weights(
    machine: Machine, dw: str, n: int, steps: int, seed: int = 0, **options: Any
) -> NDArray[np.int64]:
    """Weights [step, post, pre] of an n x n connection all of whose neurons spike in every step."""
    net = Network()
    pre, post = (net.add(SpikeSource(np.ones((1, n)), repeat=True)) for _ in range(2))
    c = net.add(Dense(pre, post, 0, rule=LearningRule(dw=dw), sign_mode="EXCITATORY", **options))
    series = Simulator(net, machine=machine, seed=seed).run(steps, [Probe(c, "weights")])
    weights: NDArray[np.int64] = series[c, "weights"].astype(np.int64)
    return weights


@pytest.mark.parametrize("eighths", range(1, 8))
@pytest.mark.parametrize("bits", [8, 5])
def test_an_update_s_fraction_is_right_on_average(eighths: int, bits: int) -> None:
    """Steps of 2^(8 - bits), moved by eighths of one: the share that moves is eighths / 8."""
    n, step = 120, 1 << (8 - bits)
    dw = f"{eighths}*2^{-3 + 8 - bits}*x0"
    weights = _weights(LOIHI, dw, n, 1, num_weight_bits=bits)[0]
    assert set(np.unique(weights)) <= {0, step}
    share, expected = (weights > 0).mean(), eighths / 8
    assert abs(share - expected) < 4.5 * np.sqrt(expected * (1 - expected)) / n


def test_draws_of_synapses_and_epochs_are_independent() -> None:
    changes = np.diff(_weights(LOIHI, "2^-1*x0", 12, 200), axis=0).reshape(199, -1)
    ups = changes[:, :40] - 0.5
    correlations = np.asarray(np.corrcoef(ups.T))[np.triu_indices(40, 1)]
    assert np.abs(correlations).max() < 5.5 / np.sqrt(199)
    assert abs(correlations.mean()) < 5 / np.sqrt(199 * correlations.size)
    in_time = np.array([np.corrcoef(ups[1:, k], ups[:-1, k])[0, 1] for k in range(40)])
    assert abs(in_time.mean()) < 5 / np.sqrt(199 * 40)


def test_lava_s_synapses_round_as_one() -> None:
    changes = np.diff(_weights(LAVA, "2^-1*x0", 12, 60), axis=0)
    assert (changes == changes[:, :1, :1]).all()
    assert len(np.unique(changes)) == 2


def test_seeds_give_other_draws() -> None:
    first, second = (_weights(LOIHI, "2^-1*x0", 20, 1, seed=seed) for seed in (0, 1))
    assert 0.3 < (first != second).mean() < 0.7


def test_traces_decay_to_the_right_mean_and_each_on_its_own() -> None:
    """x1 = 100 after its impulse, tau 10 in 7 bits: 115/128 a step, rounded per neuron."""
    n, steps = 4000, 6
    net = Network()
    spikes = np.zeros((steps + 1, n))
    spikes[0] = 1
    pre, post = net.add(SpikeSource(spikes)), net.add(SpikeSource(np.zeros((1, 1))))
    rule = LearningRule(dw="x1*y0", x1=Trace(100, 10))
    c = net.add(Dense(pre, post, 0, rule=rule))
    x1 = Simulator(net, machine=LOIHI).run(steps, [Probe(c, "x1")])[c, "x1"].astype(float)
    assert (x1[0] == 100).all()
    for before, after in itertools.pairwise(x1):
        assert abs((after - before * 115 / 128).mean()) < 4.5 * 0.5 / np.sqrt(n)
    up = x1[1] - np.floor(100 * 115 / 128)  # 89.84
    assert abs(up.mean() - 0.84375) < 4.5 * np.sqrt(0.844 * 0.156 / n)
    assert abs(np.corrcoef(up[1:], up[:-1])[0, 1]) < 4.5 / np.sqrt(n)


def test_an_impulse_s_fraction_is_right_on_average() -> None:
    n = 20_000
    net = Network()
    pre, post = net.add(SpikeSource(np.ones((1, n)))), net.add(SpikeSource(np.zeros((1, 1))))
    shares = {}
    for machine in (LOIHI, LAVA):
        rule = LearningRule(dw="x1*y0", x1=Trace(20.75, 10))
        c = Dense(pre, post, 0, rule=rule)
        alone = Network()
        alone.add(pre)
        alone.add(post)
        alone.add(c)
        x1 = Simulator(alone, machine=machine).run(1, [Probe(c, "x1")])[c, "x1"]
        shares[machine.name] = (x1 == 21).mean()
    assert abs(shares["LOIHI"] - 0.75) < 4.5 * np.sqrt(0.75 * 0.25 / n)
    assert shares["LAVA"] == 1  # its draw never reaches a fraction of a half or more


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda m: m.name)
def test_threads_do_not_change_a_run(machine: Machine) -> None:
    alone = circuit.run(machine, threads=1)
    for threads in (2, 3):
        circuit.assert_same(circuit.run(machine, threads=threads), alone)
    again = circuit.run(machine, threads=2, chunks=(3, 1, 17, 19))
    circuit.assert_same(again, alone)


@pytest.mark.parametrize("threads", [1, 2])
def test_synapses_of_two_threads_draw_apart(threads: int) -> None:
    """Halves of the post neurons, each a thread's: as independent as neighbours of one thread."""
    n, epochs = 128, 16  # threads share neurons out by 64
    net = Network()
    pre, post = (net.add(SpikeSource(np.ones((1, n)), repeat=True)) for _ in range(2))
    rule = LearningRule(dw="2^-1*x0")
    c = net.add(Dense(pre, post, 0, rule=rule, sign_mode="EXCITATORY"))
    simulator = Simulator(net, machine=LOIHI, threads=threads)
    weights = simulator.run(epochs, [Probe(c, "weights")])[c, "weights"].astype(float)
    ups = np.diff(weights, axis=0) - 0.5
    first, second = ups[:, : n // 2].ravel(), ups[:, n // 2 :].ravel()
    assert abs(4 * (first * second).mean()) < 4.5 / np.sqrt(first.size)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda m: m.name)
def test_chunks_and_probes_do_not_change_a_run(machine: Machine) -> None:
    whole = circuit.run(machine)
    circuit.assert_same(circuit.run(machine, chunks=(3, 1, 17, 19)), whole)
    fewer = circuit.run(machine, probes=("weights", "v"), chunks=(39, 1))
    names = {name.split()[1] for name in fewer}
    assert names == {"weights", "v"}
    kept = [v for name, v in whole.items() if name.split()[1] in names]
    for found, expected in zip(fewer.values(), kept, strict=True):
        np.testing.assert_array_equal(found, expected)
