"""The float twin of a network for fixed point: numbers worked by hand, and runs side by side."""

import numpy as np
import pytest

from loihi_emu import (
    LAVA,
    LIF,
    LOIHI,
    CurrentInput,
    Dense,
    LearningLIF,
    LearningRule,
    Network,
    Probe,
    Simulator,
    Sparse,
    SpikeSource,
    ThirdFactor,
    Trace,
)
from loihi_emu.chip.machines import Machine
from loihi_emu.description.float_twin import FloatTwin


def test_registers_become_what_they_stand_for() -> None:
    net = Network()
    cell = net.add(LIF(1, du=2047, dv=1024, vth=30, bias_mant=3, bias_exp=5, v=640))
    twin = FloatTwin(net, LOIHI).of(cell)
    # du + 1 of 4096 is taken away on LOIHI; dv has no offset; 6 bits of bias and v are below 1
    assert (twin.du, twin.dv) == (0.5, (1024 + LOIHI.dv_offset) / 4096)
    assert (twin.bias_mant.item(), twin.v.item(), twin.spike_above) == (1.5, 10.0, 30)


def test_weights_take_their_exponent_where_no_rule_changes_them() -> None:
    net = Network()
    pre, post = net.add(SpikeSource([[1]])), net.add(LIF(1))
    static = net.add(Sparse(pre, post, ([0], [0], [12]), weight_exp=2))
    rule = LearningRule(dw="x1*y0", x1=Trace(16, 10))
    plastic = net.add(Dense(pre, post, [[12]], rule=rule, weight_exp=2, name="plastic"))
    twin = FloatTwin(net, LAVA)
    assert twin.of(static).weights.tolist() == [48.0]
    assert twin.of(plastic).weights.ravel().tolist() == [12.0]
    assert twin.notes == [
        "plastic learns with weight_exp 2: float has no exponent, so its weights count as they are "
        "there"
    ]


@pytest.mark.parametrize("machine", [LAVA, LOIHI], ids=lambda one: one.name)
def test_voltages_agree_but_for_rounding(machine: Machine) -> None:
    """Each step rounds u and v by less than 1/64 of a weight; what decays forgets it again."""
    rng = np.random.default_rng(3)
    net = Network()
    pre = net.add(SpikeSource(rng.random((60, 8)) < 0.2))
    post = net.add(LIF(5, du=600, dv=300, vth=100_000, bias_mant=rng.integers(0, 99, 5)))
    net.add(CurrentInput(post, rng.integers(-20, 20, (60, 5))))
    net.add(Dense(pre, post, 2 * rng.integers(-30, 60, (5, 8)), weight_exp=1))
    twin = FloatTwin(net, machine)
    fixed = Simulator(net, machine=machine).run(60, [Probe(post, "v")])[post, "v"]
    ideal = Simulator(twin.network, machine=machine, mode="floating_pt")
    other = ideal.run(60, [Probe(twin.of(post), "v")])[twin.of(post), "v"]
    assert np.abs(other).max() > 100
    apart = np.abs(np.asarray(fixed) / 64 - other).max()
    assert apart < 2 * 4096 / 300 * 4096 / 600 / 64


def test_every_item_has_its_twin_third_factors_included() -> None:
    net = Network(warn=False)
    pre = net.add(SpikeSource([[1, 0]]))
    post = net.add(LearningLIF(1, y1=Trace(9, 5), y2="third_factor"))
    rule = LearningRule(dw="x0*y1", y1=Trace(0, 0))
    plastic = net.add(Dense(pre, post, [[1, 2]], rule=rule, third_factor=post))
    third = net.add(Dense(pre, ThirdFactor(post), [[3, 4]]))
    twin = FloatTwin(net, LAVA)
    assert twin.of(plastic).third_factor is twin.of(post)
    assert twin.of(third).post.population is twin.of(post)
    assert twin.of(pre) is pre
