"""Rewards, noise, delays that are learned, and what a spike delivers: values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loihi_emu import (
    BRIAN2LOIHI,
    LAVA,
    LIF,
    LOIHI,
    Constant,
    Dense,
    LearningRule,
    Machine,
    Network,
    Noise,
    Probe,
    RewardSource,
    Simulator,
    Sparse,
    SpikeSource,
    Trace,
)
from loihi_emu.errors import ParameterError

BACKENDS = ("kernels", "interpreter")


def _silent(n: int = 1) -> SpikeSource:
    return SpikeSource(np.zeros((1, n)))


def _rewarded(rule: LearningRule, rewards: Any, steps: int, **options: Any) -> Any:
    net = Network()
    pre, post = net.add(_silent()), net.add(_silent())
    c = net.add(Dense(pre, post, 0, rule=rule, reward=RewardSource(rewards)))
    probes = [Probe(c, name) for name in ("weights", "r0", "r1")]
    recording = Simulator(net, machine=LOIHI, **options).run(steps, probes)
    return {name: recording[c, name].reshape(-1).tolist() for name in ("weights", "r0", "r1")}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_reward_s_trace_moves_a_weight_with_its_sign(backend: str) -> None:
    rule = LearningRule(dw="u0*r1", r1=Trace(10, 0))
    found = _rewarded(rule, [0, 1, 0, -2], 5, backend=backend)
    assert found["r1"] == [0, 10, 0, -20, 0]
    assert found["r0"] == [0, 1, 0, 1, 0]
    assert found["weights"] == [0, 10, 10, -10, -10]


@pytest.mark.parametrize("backend", BACKENDS)
def test_r0_says_whether_the_epoch_was_rewarded(backend: str) -> None:
    rule = LearningRule(dw="u0*r0", t_epoch=4)
    found = _rewarded(rule, [0, 1], 8, backend=backend)
    assert found["r0"] == [0, 1, 1, 1, 0, 0, 0, 0]
    assert found["weights"] == [0, 0, 0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_r1_holds_eight_bits_signed_and_decays_towards_zero(backend: str) -> None:
    rule = LearningRule(dw="u0*r1", r1=Trace(100, 2))
    found = _rewarded(rule, [1, 1, 0, -2, -2], 7, backend=backend, random=Constant(0.999))
    # factor floor(exp(-1/2) * 128) / 128 = 77/128; magnitudes cut by the draw of 0.999
    assert found["r1"] == [100, 127, 76, -128, -128, -77, -46]


def test_r1_in_float_and_on_average_in_fixed_point_agree() -> None:
    rule = LearningRule(dw="u0*r1", r1=Trace(40, 8))
    rewards = [1, 0, 0, 1, 0, 0, 0]
    ideal = _rewarded(rule, rewards, 7, mode="floating_pt")["r1"]
    decays = 40 * np.exp(-np.arange(7) / 8)
    np.testing.assert_allclose(ideal, decays + np.r_[0, 0, 0, decays[:4]])
    runs = [_rewarded(rule, rewards, 7, seed=seed)["r1"] for seed in range(200)]
    factor = np.floor(np.exp(-1 / 8) * 128) / 128
    expected = 40 * factor ** np.arange(7)
    np.testing.assert_allclose(
        np.mean(runs, 0), expected + np.r_[0, 0, 0, expected[:4]], atol=4.5 / np.sqrt(200)
    )


def test_a_rule_without_a_source_of_rewards_has_none() -> None:
    net = Network()
    pre, post = net.add(_silent()), net.add(_silent())
    c = net.add(Dense(pre, post, 5, rule=LearningRule(dw="u0*r1 + u0*r0", r1=Trace(9, 9))))
    sim = Simulator(net)
    sim.run(5)
    assert sim.get(c, "weights").tolist() == [[5]]


def test_bad_rewards_are_refused() -> None:
    net = Network()
    pre, post = net.add(_silent()), net.add(_silent())
    with pytest.raises(ParameterError, match="Dense has a reward and no rule to use it"):
        Dense(pre, post, 0, reward=RewardSource([1]))
    with pytest.raises(ParameterError, match=r"values have shape \(1, 2\); allowed: \[step\]"):
        RewardSource([[1, 2]])
    net.add(Dense(pre, post, 0, rule=LearningRule(dw="u0*r1"), reward=RewardSource([300])))
    with pytest.raises(ParameterError, match=r"values\[0\] is 300; allowed: whole numbers -128"):
        Simulator(net)


def _noisy(noise: Noise, machine: Machine = LOIHI, n: int = 4000, **options: Any) -> Any:
    net = Network()
    cells = net.add(LIF(n, du=4095, dv=4095, vth=131071, noise=noise))
    sim = Simulator(net, machine=machine, **options)
    recording = sim.run(3, [Probe(cells, "u"), Probe(cells, "v")])
    return recording[cells, "u"], recording[cells, "v"]


def test_noise_at_exponent_seven_is_the_draw_itself() -> None:
    u, v = _noisy(Noise(7))
    assert (u.min(), u.max()) == (-128, 127)
    assert abs(u.mean() + 0.5) < 4.5 * np.sqrt((256**2 - 1) / 12 / u.size)
    np.testing.assert_array_equal(u, v)  # dv = 4095 keeps less than one of v
    narrow, _ = _noisy(Noise(7), replace(LOIHI, name="narrow", noise_range=(-127, 127)))
    assert (narrow.min(), narrow.max()) == (-127, 127)
    first, second = u[0, 1:] + 0.5, u[0, :-1] + 0.5
    assert abs((first * second).mean()) < 4.5 * 256**2 / 12 / np.sqrt(first.size)


def test_noise_of_v_leaves_u_and_offsets_move_it_by_64() -> None:
    u, v = _noisy(Noise(7, offset=2, target="v"))
    assert not u.any()
    assert (v[0].min(), v[0].max()) == (0, 255)
    _, halved = _noisy(Noise(6, offset=-3, target="v"))
    # (draw - 192) / 2 without its fraction: -160..-32, the ends from draws of -128 and 127
    assert (halved[0].min(), halved[0].max()) == (-160, -32)


def test_noise_is_the_same_as_defined_and_for_any_chunks_or_source() -> None:
    u, v = _noisy(Noise(9), n=20)
    for options in ({"backend": "interpreter"}, {"random": Constant(0.2)}):
        again = _noisy(Noise(9), n=20, **options)
        np.testing.assert_array_equal(again[0], u)
        np.testing.assert_array_equal(again[1], v)
    other, _ = _noisy(Noise(9), n=20, seed=1)
    assert (other != u).mean() > 0.8


def test_float_noise_is_the_fixed_one_before_the_shift_by_six() -> None:
    u, _ = _noisy(Noise(9), n=50)
    net = Network()
    cells = net.add(LIF(50, du=1, dv=1, vth=1e9, noise=Noise(9)))
    ideal = Simulator(net, mode="floating_pt").run(3, [Probe(cells, "u")])[cells, "u"]
    np.testing.assert_array_equal(ideal * 64, u)


def test_noise_out_of_range_is_refused() -> None:
    with pytest.raises(ParameterError, match="Noise exponent is 24"):
        Noise(24)
    with pytest.raises(ParameterError, match="Noise target is 'w'; allowed: u, v"):
        Noise(3, target="w")


def _arrivals(machine: Machine, raster: Any, steps: int, **options: Any) -> NDArray[Any]:
    """What a connection of one synapse of weight 3 delivers in each step."""
    net = Network()
    pre, post = net.add(SpikeSource(raster)), net.add(LIF(1, vth=1000))
    c = net.add(Dense(pre, post, 3, **options))
    return np.asarray(
        Simulator(net, machine=machine).run(steps, [Probe(c, "a_out")])[c, "a_out"][:, 0]
    )


def test_a_learned_delay_is_read_when_a_spike_arrives() -> None:
    spikes = [[1], [0], [0], [0], [1], [0]]
    rule = LearningRule(dd="2^2*x0")
    found = _arrivals(LOIHI, spikes, 15, rule=rule, tag_2=3)
    # step 1 waits 3 steps and raises d to 7; step 5 waits 7
    assert np.flatnonzero(found).tolist() == [1 + 1 + 3 - 1, 5 + 1 + 7 - 1]
    assert np.flatnonzero(_arrivals(LAVA, spikes, 15, rule=rule, tag_2=3)).tolist() == [1, 5]


def test_a_delay_that_no_rule_changes_delays_too() -> None:
    rule = LearningRule(dw="0*x0")
    assert np.flatnonzero(_arrivals(LOIHI, [[1]], 9, rule=rule, tag_2=5)).tolist() == [6]
    assert np.flatnonzero(_arrivals(LOIHI, [[1]], 9, rule=rule, delays=5)).tolist() == [6]
    assert np.flatnonzero(_arrivals(LOIHI, [[1]], 70, rule=rule, tag_2=63)).tolist() == [64]


@pytest.mark.parametrize(
    ("machine", "weight", "exponent", "expected"),
    [(LOIHI, -77, -1, -39), (LOIHI, 255, 7, 32640), (LOIHI, -256, 7, -32767), (LOIHI, 3, 2, 12),
     (LAVA, -77, 0, -78), (BRIAN2LOIHI, -77, 0, -76), (BRIAN2LOIHI, -77, -2, -19)],
)  # fmt: skip
def test_what_a_spike_delivers(machine: Machine, weight: int, exponent: int, expected: int) -> None:
    net = Network()
    pre, post = net.add(SpikeSource([[1]])), net.add(LIF(2))
    dense = net.add(Dense(pre, post, weight, weight_exp=exponent))
    sparse = net.add(Sparse(pre, post, ([1], [0], [weight]), weight_exp=exponent))
    sim = Simulator(net, machine=machine)
    names = ("effective_weights", "a_out")
    recording = sim.run(2, [Probe(c, name) for c in (dense, sparse) for name in names])
    assert sim.get(dense, "effective_weights").tolist() == [[expected]] * 2
    assert sim.get(sparse, "effective_weights").tolist() == [expected]
    assert recording[dense, "effective_weights"][1].tolist() == [[expected]] * 2
    assert recording[dense, "a_out"][1].tolist() == [expected] * 2
    assert recording[sparse, "a_out"][1].tolist() == [0, expected]
    with pytest.raises(ParameterError, match="follow from the weights"):
        sim.set(dense, "effective_weights", 1)


def test_a_set_weight_has_no_bits_that_the_format_lacks() -> None:
    net = Network()
    pre, post = net.add(SpikeSource([[1]])), net.add(LIF(1))
    rule = LearningRule(dw="0*x0")
    c = net.add(Dense(pre, post, 77, rule=rule, num_weight_bits=5, sign_mode="EXCITATORY"))
    sim = Simulator(net)
    sim.run(1)
    assert sim.get(c, "weights").item() == 72
    sim.set(c, "weights", 79)
    assert sim.get(c, "weights").item() == 72
