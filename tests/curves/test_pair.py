import dataclasses
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from loihi_emu.analysis.probing import probe_windows
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, LOIHI1, Machine
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.rule_files import load_rule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.pair import learning_windows
from loihi_emu.description.connections import Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.sources import SpikeSource
from loihi_emu.errors import ParameterError
from loihi_emu.simulator import Simulator


def test_one_decay_and_one_rounding_by_hand() -> None:
    # LOIHI keeps floor(128 exp(-1/2)) / 128 = 77/128 of 3: 1.8046875, so 2 with 0.8046875, else 1.
    # Half of 2 is 1; half of 1 is 1 or 0, each half of the time: 1 with 0.8046875 + 0.09765625
    rule = LearningRule(dw="2^-1*x1*y0", x1=Trace(3, 2))
    window = learning_windows(rule, LOIHI, longest_lag=1)["dw"]
    p = 0.8046875 + 0.1953125 / 2
    assert_allclose(window.mean, [0, 1.5, p], rtol=1e-12)
    assert_allclose(window.spread, [0, 0.5, math.sqrt(p * (1 - p))], rtol=1e-9)
    assert_allclose(window.noise, window.spread)
    assert (window.lowest.tolist(), window.highest.tolist()) == ([0, 1, 0], [0, 2, 1])
    assert_allclose(window.ideal, [0, 1.5, 1.5 * math.exp(-1 / 2)])


def test_an_impulse_with_a_fraction_by_hand() -> None:
    # LAVA compares a fraction of 8 bits with 7 random ones, so it counts twice: 2.125 is 3 once in
    # four times, 2.25 once in two; both traces of a side take one draw, so x2 rises alone once in
    # four times
    rule = LearningRule(dw="x1*y0 - x2*y0", x1=Trace(2.125, 10), x2=Trace(2.25, 10))
    window = learning_windows(rule, LAVA, longest_lag=1)["dw"]
    at = window.lags == 0
    assert_allclose((window.mean[at], window.spread[at] ** 2), [[-1 / 4], [3 / 16]])
    own = learning_windows(rule, LOIHI, longest_lag=1)["dw"]
    # each by its own, once in eight and once in four times: variances 7/64 and 12/64 add up
    assert_allclose((own.mean[at], own.spread[at] ** 2), [[-1 / 8], [19 / 64]])


def test_what_a_synapse_without_spikes_does_is_taken_away() -> None:
    rule = LearningRule(dw="x1*y0 + 3*u0", x1=Trace(10, 10))
    window = learning_windows(rule, LAVA, longest_lag=2)["dw"]
    assert_allclose(window.mean[window.lags == 0], 10)
    assert not window.mean[window.lags < 0].any()


def test_places_in_the_epoch_count_alike() -> None:
    window = learning_windows(LearningRule(dw="4*x0*y0", t_epoch=8), LAVA, longest_lag=9)["dw"]
    at = window.lags == 3
    # a lag of 3 fits into an epoch of 8 at 5 of 8 places, and no draw matters
    assert_allclose((window.mean[at], window.ideal[at]), 4 * 5 / 8)
    assert_allclose(window.spread[at] ** 2, 16 * 5 / 8 * 3 / 8)
    assert not window.noise.any()


@pytest.mark.parametrize("name", ["pair-stdp", "triplet-stdp", "stdp-loihi"])
@pytest.mark.parametrize("epoch", [1, 5])
def test_the_ideal_is_the_window_that_a_float_run_shows(name: str, epoch: int) -> None:
    subject = load_rule(name)
    rule = subject.rule.with_parameters(t_epoch=epoch)
    window = learning_windows(rule, LAVA, synapse=subject.synapse, longest_lag=12)["dw"]
    probed = probe_windows(rule, synapse=subject.synapse, longest_lag=12)["dw"]
    assert_allclose(window.ideal, probed.change, atol=1e-9)


_STAGED = dataclasses.replace(LAVA, name="staged", decay_staging="epoch")


@pytest.mark.parametrize("epoch", [1, 4])
@pytest.mark.parametrize("lag", [-7, 0, 2])
@pytest.mark.parametrize(
    "machine", [LAVA, LOIHI, LOIHI1, BRIAN2LOIHI, _STAGED], ids=lambda one: one.name
)
def test_engine_and_expectation_agree(machine: Machine, lag: int, epoch: int) -> None:
    if not machine.epochs and epoch > 1:
        pytest.skip("this machine has no epochs")
    rule = LearningRule(
        dw="2^-2*x1*y0 - 2^-3*y1*x0 + 2^-5*y2*x1*y0",
        x1=Trace(40, 6), y1=Trace(30.5, 9), y2=Trace(25, 4), t_epoch=epoch,
    )  # fmt: skip
    window = learning_windows(rule, machine, longest_lag=7)["dw"]
    at = int(np.flatnonzero(window.lags == lag)[0])
    changes = _changes_in_a_run(rule, machine, lag, trials=epoch * 1500)
    assert changes.min() >= window.lowest[at]
    assert changes.max() <= window.highest[at]
    # neighbours share draws on some machines: a wide margin, and still a twentieth of a step
    margin = 6 * window.spread[at] / math.sqrt(changes.size) + 1e-9
    assert abs(changes.mean() - window.mean[at]) < max(margin, 0.02)
    assert_allclose(changes.std(), window.spread[at], rtol=0.1, atol=0.02)


def _changes_in_a_run(
    rule: LearningRule, machine: Machine, lag: int, trials: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Changes of synapses that each see one pair, one pair a step."""
    later = 10 + np.arange(trials)
    n, places = trials, np.arange(trials)
    net = Network(warn=False)
    pre = net.add(SpikeSource.from_events(later + min(-lag, 0), places, n=n))
    post = net.add(SpikeSource.from_events(later + min(lag, 0), places, n=n))
    plastic = net.add(Sparse(pre, post, (places, places, np.full(n, 50)), rule=rule))
    simulator = Simulator(net, machine=machine, seed=5)
    simulator.run(int(later[-1]) + 2 * rule.t_epoch + rule.t_epoch)
    return np.asarray(simulator.get(plastic, "weights"), float) - 50


def test_the_first_spike_does_not_act_by_itself_in_that_network() -> None:
    """All products wait for the other side's trace: what the run sums is one epoch's change."""
    rule = LearningRule(dw="2^-2*x1*y0", x1=Trace(40, 6))
    window = learning_windows(rule, LAVA, longest_lag=5)["dw"]
    assert not window.mean[window.lags < 0].any()


def test_what_has_no_window_is_refused() -> None:
    with pytest.raises(ParameterError, match="r1"):
        learning_windows(LearningRule(dw="r1*x1*u0", x1=Trace(16, 10), r1=Trace(8, 10)), LOIHI)
    with pytest.raises(ParameterError, match="longest_lag is 0"):
        learning_windows(LearningRule(dw="x0*y0"), LAVA, longest_lag=0)


def test_the_synapse_decides_ends_and_precision() -> None:
    rule = LearningRule(dw="4*x0*y0")
    window = learning_windows(rule, LAVA, synapse=SynapseSetting(w0=253), longest_lag=1)["dw"]
    # 253 + 4 ends at 255; a MIXED weight of LAVA is stored without its lowest bit: 252 + 3
    assert window.mean[window.lags == 0].tolist() == [3.0]
