"""LOIHI1 and LOIHI2: what each does that the other does not, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loihi_emu import (
    LIF,
    LOIHI,
    LOIHI1,
    LOIHI2,
    Dense,
    LearningRule,
    Network,
    Noise,
    Probe,
    RewardSource,
    Simulator,
    SpikeSource,
    Trace,
)
from loihi_emu.chip import decay
from loihi_emu.chip.machines import Machine
from loihi_emu.chip.random_bits import Constant
from loihi_emu.errors import ParameterError

BACKENDS = ["kernels", "interpreter"]


def _plastic(dw: str, weight: int = 100, **options: Any) -> tuple[Network, Any]:
    net = Network()
    pre, post = net.add(SpikeSource([[0]])), net.add(SpikeSource([[0]]))
    return net, net.add(Dense(pre, post, weight, rule=_rule(dw), **options))


def _rule(dw: str) -> LearningRule:
    return LearningRule(dw=dw, r1=Trace(2, 1), x1=Trace(100, 4), t_epoch=2)


def test_the_name_loihi_stands_for_loihi_2() -> None:
    assert LOIHI.differences(LOIHI2) == ()


def test_where_the_chips_differ() -> None:
    assert set(LOIHI1.differences(LOIHI2)) == {
        "noise_range", "noise_shift", "mixed_sign_takes_bit", "decay_staging",
        "reward_tau_counts", "reward_decays",
    }  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("fields", "r1"),
    [
        # a draw of 0.5: e^-1 cut to 7 bits is 47/128. 2 keeps 0.73: 1 at the next epoch's start,
        # and 1 keeps 0.37: 0
        ({}, [2, 2, 1, 1, 0, 0]),
        # tau counts steps: e^-2 is 17/128 in an epoch
        ({"reward_tau_counts": "steps"}, [2, 2, 0, 0, 0, 0]),
        # decays in every step, by e^-1
        ({"reward_tau_counts": "steps", "reward_decays": "step"}, [2, 1, 0, 0, 0, 0]),
        # by e^-1/2, 77/128, in every step: 1.2, then 0.6
        ({"reward_decays": "step"}, [2, 1, 1, 1, 1, 1]),
    ],
)
def test_when_and_how_r1_decays(fields: Any, r1: list[int], backend: str) -> None:
    net, plastic = _plastic("u0*r1", reward=RewardSource([1]))
    machine = replace(LOIHI1, name="tried", **fields)
    simulator = Simulator(net, machine=machine, random=Constant(0.5), backend=backend)
    assert simulator.run(6, [Probe(plastic, "r1")])[plastic, "r1"].ravel().tolist() == r1


@pytest.mark.parametrize(("machine", "kept"), [(LOIHI1, np.exp(-1)), (LOIHI2, np.exp(-2))])
def test_r1_decays_in_real_numbers_as_its_machine_says(machine: Machine, kept: float) -> None:
    net, plastic = _plastic("u0*r1", reward=RewardSource([1]))
    simulator = Simulator(net, machine=machine, mode="floating_pt")
    r1 = simulator.run(3, [Probe(plastic, "r1")])[plastic, "r1"].ravel()
    assert r1[2] == pytest.approx(2 * kept)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("counts", "x1"), [("steps", [99, 77]), ("epochs", [112, 98])])
def test_tau_counts_steps_or_epochs(counts: Any, x1: list[int], backend: str) -> None:
    """x1 of 127 and tau 4: e^-1/4 is 99/128; of two-step epochs, e^-1/8 a step is 112/128.

    127 keeps 98.2, then 99 keeps 76.6; or 111.1, then 112 keeps 98: the draw of 0 rounds up.
    """
    machine = replace(LOIHI2, name="tried", tau_counts=counts)
    found = [127]
    whole, threshold = decay.table(machine, 4, decay.unit(machine, "x1", 2))
    for _ in range(2):
        found.append(int(whole[found[-1]]) + int(threshold[found[-1]] > 0))
    assert found[1:] == x1
    net = Network()
    pre, post = net.add(SpikeSource([[0]])), net.add(SpikeSource([[0]]))
    plastic = net.add(Dense(pre, post, 0, rule=_rule("u0*x1")))
    simulator = Simulator(net, machine=machine, random=Constant(0.0), backend=backend)
    simulator.set(plastic, "x1", 127)
    simulator.run(2)
    assert simulator.get(plastic, "x1").item() == x1[1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_mixed_weight_of_loihi_1_moves_in_steps_of_two(backend: str) -> None:
    """Odd host-written weights are cut to even ones; 1 is rounded to 0 or 2."""
    for machine, step, first in ((LOIHI1, 2, 100), (LOIHI2, 1, 101)):
        net, plastic = _plastic("u0*1", weight=101)
        simulator = Simulator(net, machine=machine, seed=3, backend=backend)
        weights = simulator.run(100, [Probe(plastic, "weights")])[plastic, "weights"].ravel()
        assert weights[0] == first
        assert set(np.diff(weights).tolist()) == {0, step}
        assert weights[-1] - first == pytest.approx(50, abs=20)


@pytest.mark.parametrize("backend", BACKENDS)
def test_small_noise_of_loihi_1_is_biased_downwards(backend: str) -> None:
    """Exponent 0 leaves -127/128..127/128: floored -1 or 0, toward zero always 0."""
    found = {}
    for machine in (LOIHI1, replace(LOIHI1, name="cut", noise_shift="toward_zero")):
        net = Network()
        cell = net.add(LIF(50, vth=1000, du=4095, dv=0, noise=Noise(0)))
        simulator = Simulator(net, machine=machine, seed=1, backend=backend)
        found[machine.name] = set(simulator.run(20, [Probe(cell, "u")])[cell, "u"].ravel().tolist())
    assert found == {"LOIHI1": {-1, 0}, "cut": {0}}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("limit", "end"), [("ignored", 11), ("clips", 8)])
def test_a_weight_limit_is_ignored_or_clips(limit: Any, end: int, backend: str) -> None:
    net, plastic = _plastic("u0*1", weight=1, weight_limit=(2, 2))
    machine = replace(LOIHI2, name="tried", weight_limit=limit)
    simulator = Simulator(net, machine=machine, seed=1, backend=backend)
    simulator.run(20)
    assert simulator.get(plastic, "weights").item() == end


def test_a_weight_beyond_its_limit_is_refused_where_it_clips() -> None:
    net, _ = _plastic("u0*1", weight=9, weight_limit=(2, 2))
    with pytest.raises(ParameterError, match=r"weights.*allowed: whole numbers -8\.\.8"):
        Simulator(net, machine=replace(LOIHI2, name="tried", weight_limit="clips"))
    with pytest.raises(
        ParameterError, match=r"weight_limit mantissa is 16; allowed: whole numbers 0\.\.15"
    ):
        _plastic("u0*1", weight_limit=(16, 2))
