import numpy as np
import pytest
from numpy.testing import assert_allclose

from loihi_emu import LIF, Dense, LearningRule, Network, Probe, Simulator, SpikeSource
from loihi_emu.errors import ParameterError
from loihi_emu.fitting.network import fit_network


def _network(rng: np.random.Generator) -> Network:
    net = Network()
    source = net.add(SpikeSource((rng.random((300, 12)) < 0.08).astype(int), name="in"))
    hidden = net.add(LIF(8, du=0.3, dv=0.1, vth=1.0, bias_mant=0.02, name="hidden"))
    out = net.add(LIF(3, du=1, dv=0.05, vth=0.7, name="out"))
    net.add(Dense(source, hidden, rng.uniform(0, 0.12, (8, 12)), name="strong"))
    net.add(Dense(hidden, hidden, rng.normal(0, 0.05, (8, 8)), name="weak"))
    net.add(Dense(hidden, out, rng.uniform(-0.2, 0.4, (3, 8)), name="read"))
    return net


def _spikes(net: Network, mode: str) -> list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    simulator = Simulator(net, machine="LOIHI", mode=mode)
    cells = net.populations[1:]
    recording = simulator.run(300, [Probe(one, "spikes") for one in cells])
    rasters: list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = []
    for one in cells:
        events = recording[one, "spikes"]
        raster = np.zeros((300, one.n), np.int64)
        raster[events.steps - 1, events.neurons] = 1
        rasters.append(raster)
    return rasters


def test_one_neuron_by_hand() -> None:
    # 0.5 is 255 steps; at exponent 0 one unit is 510 * 64 units of v, and vth = 1 is 510 exactly
    net = Network()
    source = net.add(SpikeSource([[1]]))
    cells = net.add(LIF(1, du=1, dv=0, vth=1.0, bias_mant=0.125, name="cells"))
    net.add(Dense(source, cells, 0.5, name="static"))
    found = fit_network(net)
    (connection,) = found.network.connections
    assert (connection.weights.tolist(), connection.weight_exp) == ([255], 0)
    fitted = found.network.populations[1]
    assert (fitted.spike_above, fitted.dv, fitted.du) == (510, 0, 4095)  # type: ignore[attr-defined]
    assert found.scales == {"cells": 510 * 64}
    # 0.125 * 510 * 64 = 4080
    assert fitted.bias_mant.tolist() == [4080]  # type: ignore[attr-defined]


def test_the_network_in_registers_spikes_as_the_one_in_real_numbers() -> None:
    net = _network(np.random.default_rng(3))
    found = fit_network(net)
    real, fixed = _spikes(net, "floating_pt"), _spikes(found.network, "fixed_pt")
    for one, other in zip(real, fixed, strict=True):
        assert one.sum() > 20
        # a threshold passed a step early or late shifts what follows, and not how much follows
        assert_allclose(other.sum(axis=0), one.sum(axis=0), atol=4)
        assert (other[:20] == one[:20]).all()


def test_a_step_in_which_all_inputs_meet_does_not_wrap() -> None:
    # 40 synapses of 255 steps are 10,200; LOIHI's input register ends at 2^15 = 32,768: exponent 1
    net = Network()
    source = net.add(SpikeSource(np.array([[1] * 40])))
    cells = net.add(LIF(1, du=1, dv=0, vth=39.5 * 0.1001, name="cells"))
    net.add(Dense(source, cells, np.full((1, 40), 0.1), name="static"))
    found = fit_network(net).network
    assert found.connections[0].weight_exp <= 1
    recording = Simulator(found, machine="LOIHI").run(4, [Probe(found.populations[1], "spikes")])
    # all arrive together: 4.0 > 3.954
    assert recording[found.populations[1], "spikes"].steps.tolist() == [2]


def test_a_weak_connection_has_an_exponent_of_its_own() -> None:
    found = fit_network(_network(np.random.default_rng(3)))
    strong, weak, _ = found.network.connections
    units = [2.0**one.weight_exp for one in (strong, weak)]
    # weak weights are as many steps as fit: half a register at least, or exponent 0
    assert units[1] <= units[0]
    assert weak.weight_exp == 0 or np.abs(weak.weights).max() > 127
    assert strong.sign_mode == "EXCITATORY"
    assert "weights (root mean square)" in str(found)


def test_what_has_no_registers_is_refused() -> None:
    net = Network()
    source, cells = net.add(SpikeSource([[1]])), net.add(LIF(1, vth=1.0))
    net.add(Dense(source, cells, 0.5, rule=LearningRule(dw="x0*y0"), name="plastic"))
    with pytest.raises(ParameterError, match="plastic learns"):
        fit_network(net)
    other = Network()
    source, cells = other.add(SpikeSource([[1]])), other.add(LIF(1, vth=1.0))
    other.add(Dense(source, cells, 0.5, weight_exp=2, name="shifted"))
    with pytest.raises(ParameterError, match="shifted weight_exp is 2"):
        fit_network(other)
