"""What cannot act is told where the network is made, and what is told is true."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.description.network import Network

_PULSE = np.array([[0], [0], [100], [0]])


def _warnings_of(**connection: Any) -> list[str]:
    """What is told of one plastic connection between two sources."""
    net = Network()
    pre = net.add(le.SpikeSource([[1], [0], [1], [0]]))
    post = net.add(le.SpikeSource([[0], [1], [0], [0]]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.add(le.Dense(pre, post, 0, name="plastic", **connection))
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize(
    ("connection", "told"),
    [
        ({"rule": le.LearningRule(dw="x1*y0")}, "reads x1, whose impulse is 0"),
        ({"rule": le.LearningRule(dw="x0*y1")}, "reads y1, whose impulse is 0"),
        ({"rule": le.LearningRule(dw="u0*r1", r1=le.Trace(1, 9))}, "reads r1, and the connection"),
        (
            {"rule": le.LearningRule(dw="u0*r1"), "reward": le.RewardSource([1])},
            "the impulse of r1 is 0",
        ),
        (
            {"rule": le.LearningRule(dw="x0*y0"), "reward": le.RewardSource([1])},
            "no product reads r0 or r1",
        ),
        (
            {
                "rule": le.LearningRule(dw="x0*y0"),
                "third_factor": le.TraceSource(y2=_PULSE),
            },
            "gives y2, which no product reads",
        ),
        (
            {
                "rule": le.LearningRule(dw="u0*y3 + x0*y1", y1=le.Trace(16, 10)),
                "third_factor": le.TraceSource(y3=_PULSE),
            },
            "sets y1 to 0 in every step",
        ),
        (
            {
                "rule": le.LearningRule(dw="u0*y3", y3=le.Trace(40, 20)),
                "third_factor": le.TraceSource(y3=_PULSE),
            },
            "each post spike adds the rule's y3 impulse, 40",
        ),
        (
            {
                "rule": le.LearningRule(dw="u0*y3", t_epoch=2),
                "third_factor": le.TraceSource(y3=_PULSE),
            },
            r"arrives in steps 3, where no product reads it: products read it in steps 2, 4",
        ),
        (
            {
                "rule": le.LearningRule(dw="y0*y3"),
                "third_factor": le.TraceSource(y3=_PULSE),
            },
            "products read it in every step, and there after a post spike",
        ),
        (
            {
                "rule": le.LearningRule(dw="u0*y3", t_epoch=2),
                "third_factor": le.TraceSource(y3=[[9], [9], [9], [0]]),
            },
            "lost in 1 of 2 epochs",
        ),
    ],
)  # fmt: skip
def test_each_thing_that_cannot_act_is_told_once(connection: dict[str, Any], told: str) -> None:
    (text,) = _warnings_of(**connection)
    assert text.startswith("plastic: ")
    assert told in text


@pytest.mark.parametrize(
    "connection",
    [
        {"rule": le.LearningRule(dw="x1*y0", x1=le.Trace(16, 10))},
        {"rule": le.LearningRule(dw="x1*y0"), "graded": "OVERWRITE", "num_message_bits": 8},
        {
            "rule": le.LearningRule(dw="u0*r1", r1=le.Trace(1, 9)),
            "reward": le.RewardSource([0, 1]),
        },
        {"rule": le.LearningRule(dw="u0*y3"), "third_factor": le.TraceSource(y3=_PULSE)},
        {"rule": le.LearningRule(dw="x0*y3"), "third_factor": le.TraceSource(y3=_PULSE)},
        {
            "rule": le.LearningRule(dw="u0*y3", t_epoch=3),
            "third_factor": le.TraceSource(y3=_PULSE[:3], repeat=True),
        },
    ],
)
def test_what_can_act_is_not_told(connection: dict[str, Any]) -> None:
    assert not _warnings_of(**connection)


def test_a_network_can_be_told_to_be_silent() -> None:
    net = Network(warn=False)
    pre = net.add(le.SpikeSource([[1]]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.add(le.Dense(pre, pre, 0, rule=le.LearningRule(dw="x1*y0")))
        le.Simulator(net)


def _rewarded(reward: int, steps: list[int], *, t_epoch: int, delay: int = 0) -> tuple[Any, Any]:
    """The issue's network: a reward from a source to the third factor of a LearningLIF."""
    net = Network()
    pre = net.add(le.SpikeSource.from_events([2, 6, 10], [0] * 3, n=1))
    post = net.add(le.LearningLIF(1, vth=10, du=4095, dv=4095, y3="third_factor"))
    source = net.add(le.SpikeSource.from_events(steps, [0] * len(steps), n=1))
    net.add(le.Dense(source, le.ThirdFactor(post), reward, delays=delay))
    rule = le.LearningRule(dw="2^-2*u0*y3", t_epoch=t_epoch)
    return net, net.add(le.Dense(pre, post, 0, rule=rule, third_factor=post, name="plastic"))


def _weight(net: Network, plastic: Any, n_steps: int) -> int:
    sim = le.Simulator(net, machine="LAVA", backend="interpreter")
    sim.run(n_steps)
    return int(sim.get(plastic, "weights").item())


def test_a_reward_within_an_epoch_is_lost_and_told() -> None:
    late = pytest.warns(le.NoEffectWarning, match="arrives in steps 10, where no product reads it")
    with late:
        lost = _weight(*_rewarded(100, [9], t_epoch=4), 20)
    assert lost == 0
    # a spike of step 10 and a delay of 1 arrive in step 12, the last of an epoch: 100 / 4
    with warnings.catch_warnings():
        warnings.simplefilter("error", le.NoEffectWarning)
        kept = _weight(*_rewarded(100, [10], t_epoch=4, delay=1), 20)
    assert kept == 25


def test_rewards_of_neurons_may_come_at_any_step() -> None:
    net = Network()
    pre = net.add(le.SpikeSource([[1]]))
    judge = net.add(le.LIF(1))
    post = net.add(le.LearningLIF(1, y1="third_factor"))
    rule = le.LearningRule(dw="u0*y1", t_epoch=8)
    net.add(le.Dense(pre, post, 0, rule=rule, third_factor=post))
    with pytest.warns(le.NoEffectWarning, match=r"no connection ends on ThirdFactor\(LearningLIF"):
        le.Simulator(net)
    net.add(le.Dense(judge, le.ThirdFactor(post), 9))
    with pytest.warns(le.NoEffectWarning, match=r"read it in steps 8, 16, \.\.\. alone"):
        le.Simulator(net)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True),
    length=st.integers(12, 14),
    repeat=st.booleans(),
    t_epoch=st.integers(1, 5),
    product=st.sampled_from(["u0*y3", "u1*y3", "u2*y3", "x0*y3", "y0*y3"]),
)
def test_a_third_factor_is_told_to_be_lost_just_where_it_changes_nothing(
    steps: list[int], length: int, repeat: bool, t_epoch: int, product: str
) -> None:
    def weight(level: int) -> tuple[int, bool]:
        values = np.zeros((length, 1))
        values[np.array(steps) - 1] = level
        net = Network()
        pre, post = net.add(le.SpikeSource([[1], [0], [0], [1]])), net.add(le.SpikeSource([[1]]))
        rule = le.LearningRule(dw=f"2^-1*{product}", t_epoch=t_epoch)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            plastic = net.add(
                le.Dense(pre, post, 0, rule=rule,
                         third_factor=le.TraceSource(y3=values, repeat=repeat))
            )  # fmt: skip
        told = any("where no product reads it" in str(one.message) for one in caught)
        return _weight(net, plastic, 84), told

    moved, told = weight(100)
    still, _ = weight(0)
    assert still == 0
    if told:
        assert moved == 0
    elif product[1] not in "12":  # which of the epochs u1 counts is the machine's
        assert moved > 0
