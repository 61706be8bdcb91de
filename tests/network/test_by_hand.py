"""Small networks whose every number can be worked by hand, through kernels and definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu import (
    LIF,
    CurrentInput,
    Dense,
    LearningLIF,
    LearningRule,
    LIFRefractory,
    LIFReset,
    Network,
    Probe,
    Simulator,
    SpikeSource,
    TernaryLIF,
    ThirdFactor,
    Trace,
)
from loihi_emu.chip.formats import DELAYS
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, Machine
from loihi_emu.description.populations import Neurons

FORGETS = 4095
"""du on Lava's machine: u keeps nothing, it is the step's input << 6."""


@pytest.fixture(params=["kernels", "interpreter"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _run(
    net: Network, n_steps: int, probes: list[Probe], backend: str, machine: Machine = LAVA
) -> Any:
    return Simulator(net, machine=machine, seed=0, backend=backend).run(n_steps, probes)


def _driven(cells: Neurons, current: int, n_steps: int, backend: str, machine: Machine) -> Any:
    net = Network()
    net.add(cells)
    net.add(CurrentInput(cells, np.full((n_steps, cells.n), current)))
    probes = [Probe(cells, name) for name in ("u", "v", "spikes")]
    return _run(net, n_steps, probes, backend, machine)


@pytest.mark.parametrize(
    ("machine", "du", "spikes"),
    [
        (LAVA, FORGETS, [1, 4, 7]),  # the spike, then two steps of rest
        (BRIAN2LOIHI, 4096, [1, 3, 5, 7]),  # the spike's own step is the first of two
    ],
)
def test_refractory_period(machine: Machine, du: int, spikes: list[int], backend: str) -> None:
    cells = LIFRefractory(1, du=du, vth=1, refractory_period=2)
    recording = _driven(cells, 2, 8, backend, machine)
    assert recording[cells, "spikes"].steps.tolist() == spikes
    assert recording[cells, "u"].ravel().tolist() == [2 << 6] * 8
    assert not recording[cells, "v"].any()


def test_reset_comes_before_its_step(backend: str) -> None:
    cells = LIFReset(1, vth=1000, reset_interval=3, reset_offset=4)
    recording = _driven(cells, 1, 5, backend, LAVA)
    # u keeps 4095/4096 of itself, toward zero: 64, 63 + 64, 126 + 64; then 0 before step 4
    assert recording[cells, "u"].ravel().tolist() == [64, 127, 190, 64, 127]
    assert recording[cells, "v"].ravel().tolist() == [64, 191, 381, 64, 191]


def test_ternary_spikes_have_signs(backend: str) -> None:
    cells = TernaryLIF(2, du=FORGETS, vth_hi=1, vth_lo=-2)
    net = Network()
    net.add(cells)
    net.add(CurrentInput(cells, [[2, -2], [0, -1], [-1, 3]]))
    recording = _run(net, 3, [Probe(cells, "spikes"), Probe(cells, "v")], backend)
    # v << 6: 2 > 1 spikes; -2 is not below -2, -3 is; then -1 and 3
    assert recording[cells, "spikes"].raster().tolist() == [[1, 0], [0, -1], [0, 1]]
    assert (recording[cells, "v"] >> 6).tolist() == [[0, -2], [0, 0], [-1, 0]]


@pytest.mark.parametrize("exponent", [-1, 0, 3])
def test_every_delay_arrives_in_its_step(exponent: int, backend: str) -> None:
    """A spike of step 1 through delay d arrives in step 2 + d; one of step 3 two steps later."""
    longest = DELAYS[-1]
    net = Network()
    source = net.add(SpikeSource([[1], [0], [1]]))
    cells = net.add(LIF(len(DELAYS), vth=100000))
    delays = np.array(DELAYS)[:, None]
    given = net.add(Dense(source, cells, 6, delays=delays, weight_exp=exponent))
    recording = _run(net, longest + 5, [Probe(given, "a_out")], backend)
    expected = np.zeros((longest + 5, len(DELAYS)), int)
    for d in DELAYS:
        expected[[1 + d, 3 + d], d] = 6 * 2.0**exponent
    np.testing.assert_array_equal(recording[given, "a_out"], expected)


@pytest.mark.parametrize(
    ("exponent", "delivered"),
    [
        (0, [10, -10, 6, -6]),
        (2, [40, -40, 24, -24]),
        (-2, [2, -3, 1, -2]),  # floor of 2.5, -2.5, 1.5, -1.5
    ],
)
def test_weight_exponent_shifts_the_sum_of_a_step(
    exponent: int, delivered: list[int], backend: str
) -> None:
    net = Network()
    source, cells = net.add(SpikeSource([[1, 1]])), net.add(LIF(4, vth=1000))
    weights = [[6, 4], [-6, -4], [6, 0], [-6, 0]]
    given = net.add(Dense(source, cells, weights, weight_exp=exponent))
    recording = _run(net, 2, [Probe(given, "a_out")], backend)
    assert recording[given, "a_out"].tolist() == [[0] * 4, delivered]


@pytest.mark.parametrize(
    ("mode", "x1"),
    [
        # payloads 51, 0, 200, 180: halves 26 (25.5 to even), 100, 90; tau is long
        ("OVERWRITE", [26, 26, 100, 90]),
        ("ADD_WITH_SATURATION", [26, 26, 126, 127]),
        ("ADD_WITHOUT_SATURATION", [26, 26, 126, 89]),  # 126 + 90 - 127
    ],
)
def test_graded_spikes_write_x1(mode: str, x1: list[int], backend: str) -> None:
    net = Network()
    source = net.add(SpikeSource([[51], [0], [200], [180]]))
    post = net.add(SpikeSource([[0]]))
    rule = LearningRule(dw="x0*x1", x1=Trace(0, 1e6), t_epoch=9)
    plastic = net.add(Dense(source, post, 4, rule=rule, num_message_bits=8, graded=mode))
    recording = _run(net, 4, [Probe(plastic, "x1")], backend)
    assert recording[plastic, "x1"].ravel().tolist() == x1


def test_a_loop_with_a_delay_rings(backend: str) -> None:
    """A neuron that excites itself: a spike returns 1 + 3 steps later, and again."""
    net = Network()
    cell = net.add(LIF(1, du=FORGETS, vth=5))
    net.add(CurrentInput(cell, [[6]]))
    net.add(Dense(cell, cell, 6, delays=3))
    recording = _run(net, 14, [Probe(cell, "spikes")], backend)
    assert recording[cell, "spikes"].steps.tolist() == [1, 5, 9, 13]


def test_a_learning_lif_sends_its_own_traces(backend: str) -> None:
    """y1: a trace of its spikes that lasts one step; y2: what arrives at the third factor."""
    net = Network()
    source = net.add(SpikeSource([[1], [1], [0], [0]]))
    cell = net.add(LearningLIF(1, du=FORGETS, dv=0, vth=5, y1=Trace(100, 0), y2="third_factor"))
    net.add(CurrentInput(cell, [[0], [6], [0], [6]]))
    net.add(Dense(source, ThirdFactor(cell), 200))
    rule = LearningRule(dw="2^-2*u0*y1 - 2^-3*u0*y2")
    plastic = net.add(Dense(source, cell, 0, rule=rule, third_factor=cell, weight_exp=-8))
    names = [Probe(cell, "y1"), Probe(cell, "y2"), Probe(plastic, "weights")]
    recording = _run(net, 4, names, backend)
    assert recording[cell, "y1"].ravel().tolist() == [0, 100, 0, 100]
    # 200 arrives in steps 2 and 3 and is kept in 0..127
    assert recording[cell, "y2"].ravel().tolist() == [0, 127, 127, 0]
    changes = np.diff(recording[plastic, "weights"].ravel(), prepend=0)
    # a received trace decays by a factor of exp(-1/65535) in its epoch, as Lava's does
    low = np.array([0, 25 - 16, -16, 24])
    assert ((changes >= low) & (changes <= low + 1)).all()
