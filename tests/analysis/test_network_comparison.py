"""A network of one's own in both modes."""

import numpy as np
import pytest

import loihi_emu as le
from loihi_emu.analysis import compare_network
from loihi_emu.analysis.network_comparison import NetworkComparison
from loihi_emu.errors import ParameterError


def _network(dw: str = "2^-2*x1*y0 - 2^-2*y1*x0", weight: int = 40, tau: int = 10) -> le.Network:
    rng = np.random.default_rng(5)
    net = le.Network(warn=False)
    pre = net.add(le.SpikeSource(rng.random((200, 6)) < 0.1, name="in"))
    post = net.add(le.LIF(4, du=4095, dv=400, vth=150, name="out"))
    rule = le.LearningRule(dw=dw, x1=le.Trace(16, tau), y1=le.Trace(16, 10))
    net.add(le.Dense(pre, post, np.full((4, 6), weight), rule=rule, name="plastic"))
    return net


def test_differences_are_those_of_the_series() -> None:
    found = compare_network(_network(), 200, machine="LAVA")
    (learned,), (fired,) = found.learned, found.fired
    apart = np.abs(learned.fixed["weights"] - learned.ideal["weights"])
    assert learned.differences[0].largest == apart.max()
    assert learned.fixed["weights"].shape == (200, 24)
    assert found.verdict.startswith("learns: weight w goes from on average 40 to on average ")
    assert (fired.population, fired.fixed > 10) == ("out", True)


def test_the_same_spikes_leave_the_difference_of_learning_alone() -> None:
    own, same = (
        compare_network(_network(), 200, machine="LAVA", same_spikes=both) for both in (False, True)
    )
    assert np.array_equal(own.learned[0].fixed["weights"], same.learned[0].fixed["weights"])
    assert same.fired == ()
    largest = [one.learned[0].differences[0].largest for one in (own, same)]
    assert 0 < largest[1] <= largest[0]


def test_a_rule_that_rounds_to_0_never_moves() -> None:
    found = compare_network(_network("2^-7*x1*x1*x1*y0", tau=1), 50, machine="LAVA")
    assert found.verdict.startswith("never moves: weight w stays at on average 40; every product")
    assert [one.shown for one in found.learned[0].gains] == ["1/1024"]
    assert "1/1024" in str(found)


def test_a_network_that_learns_nothing_says_so() -> None:
    net = le.Network()
    cells = net.add(le.LIF(2, bias_mant=100, vth=1, name="cells"))
    found = compare_network(net, 10)
    assert found.verdict == "nothing learns: no connection has a rule"
    assert found.fired[0].population == cells.name


def test_compare_takes_a_network_or_a_rule() -> None:
    assert isinstance(le.compare(_network(), 5), NetworkComparison)
    assert le.compare("stdp-loihi", machine="LAVA", steps=5).verdict.startswith("never moves")


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match="steps is 0"):
        compare_network(_network(), 0)
    net = le.Network(warn=False)
    pre, post = net.add(le.SpikeSource([[1]])), net.add(le.LearningLIF(1, y1=le.Trace(9, 5)))
    rule = le.LearningRule(dw="x0*y1", y1=le.Trace(0, 0))
    net.add(le.Dense(pre, post, [[1]], rule=rule, third_factor=post, name="plastic"))
    with pytest.raises(ParameterError, match="plastic takes its third factor from LearningLIF"):
        compare_network(net, 5, same_spikes=True)
