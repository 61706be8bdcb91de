import numpy as np
import pytest
from numpy.testing import assert_allclose

from loihi_emu.analysis.probing import probe_windows
from loihi_emu.analysis.window import observed_changes
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.rule_files import list_rules, load_rule
from loihi_emu.compiler.synapse_setting import SynapseSetting


@pytest.mark.parametrize("epoch", [1, 4, 7])
def test_pair_stdp_has_the_exponential_window_it_is_written_for(epoch: int) -> None:
    rule = LearningRule(
        dw="2^-1*x1*y0 - 2^-2*x0*y1", x1=Trace(16, 10), y1=Trace(24, 5), t_epoch=epoch
    )
    window = probe_windows(rule, longest_lag=30)["dw"]
    after, before = window.lags > 0, window.lags < 0

    assert_allclose(window.change[after], 8 * np.exp(-window.lags[after] / 10), rtol=1e-12)
    assert_allclose(window.change[before], -6 * np.exp(window.lags[before] / 5), rtol=1e-12)
    assert window.pairs
    assert window.counted == "event"
    # the place of a pair in the epoch does not matter for products of one trace
    assert_allclose(window.lowest, window.highest, rtol=1e-9)


def test_both_spikes_in_one_step_read_each_others_fresh_impulse() -> None:
    rule = LearningRule(dw="x1*y0 - 2^-1*x0*y1", x1=Trace(16, 10), y1=Trace(16, 10))
    window = probe_windows(rule)["dw"]
    assert window.change[window.lags == 0].tolist() == [16 - 8]


def test_the_place_in_the_epoch_matters_where_spikes_share_an_epoch() -> None:
    rule = LearningRule(dw="4*x0*y0", t_epoch=8)
    window = probe_windows(rule, longest_lag=10)["dw"]
    # a lag of 3 fits into an epoch of 8 at 5 of 8 places
    assert_allclose(window.change[window.lags == 3], 4 * 5 / 8)
    assert (window.lowest[window.lags == 3], window.highest[window.lags == 3]) == (0, 4)
    assert window.change[window.lags >= 8].tolist() == [0, 0, 0]


def test_spikes_that_act_alone_make_no_pair_window() -> None:
    window = probe_windows(LearningRule(dw="2*x0 - y0"))["dw"]
    assert not window.pairs
    assert window.explanation == ("dw has no pair window: pre and post spikes act each by itself")


def test_decay_makes_no_pair_window() -> None:
    window = probe_windows(LearningRule(dw="-2^-5*u0*w"), synapse=SynapseSetting(w0=100))["dw"]
    assert not window.pairs
    assert not window.change.any()
    assert window.explanation == "dw has no pair window: no pair changes it"


def test_the_drift_of_a_synapse_without_spikes_is_taken_away() -> None:
    rule = LearningRule(dw="x1*y0 + 3*u0", x1=Trace(10, 10))
    window = probe_windows(rule)["dw"]
    after = window.lags > 0
    assert_allclose(window.change[after], 10 * np.exp(-window.lags[after] / 10), rtol=1e-9)


def test_a_target_that_no_spike_triggers_is_summed_over_epochs() -> None:
    rule = LearningRule(dw="2^-4*u0*x1*y1", x1=Trace(16, 5), y1=Trace(16, 5))
    window = probe_windows(rule)["dw"]
    # sum over steps t >= lag of 16 e^(-t/5) 16 e^(-(t - lag)/5) / 16
    lag = np.abs(window.lags)
    expected = 16 * np.exp(-lag / 5) / (1 - np.exp(-2 / 5))
    assert window.counted == "total"
    assert_allclose(window.change, expected, rtol=1e-4)
    assert window.explanation == ("dw changes at epoch ends: the sum over all epochs after a pair")


def test_a_third_factor_that_nothing_drives_is_held_on() -> None:
    rule = LearningRule(dw="2^-4*y0*x1*y2", x1=Trace(16, 10))
    window = probe_windows(rule)["dw"]
    after = window.lags > 0
    # within a step, a received trace decays with the longest tau there is
    assert_allclose(window.change[after], 16 * np.exp(-window.lags[after] / 10), rtol=1e-4)


def test_each_target_has_its_window() -> None:
    windows = probe_windows(load_rule("lava-three-targets").rule)
    assert list(windows) == ["dw", "dd", "dt"]


@pytest.mark.parametrize("name", list_rules()[::8])
def test_rules_in_public_use_can_be_probed(name: str) -> None:
    subject = load_rule(name)
    windows = probe_windows(subject.rule, synapse=subject.synapse)
    assert list(windows) == list(subject.rule.series)
    for window in windows.values():
        assert window.lags.tolist() == list(range(window.lags[0], -window.lags[0] + 1))
        assert (window.lowest <= window.change + 1e-6 * np.abs(window.change)).all()


def test_observed_changes_by_hand() -> None:
    # one synapse, epochs of 2 steps: post at 2, pre at 3, nothing, post at 8
    pre, post = np.zeros((2, 8, 1))
    pre[2], post[1], post[7] = 1, 1, 1
    weights = np.array([5, 5, 5, 3, 3, 3, 3, 9.0])[:, None]
    lags, changes = observed_changes(weights, pre, post, epoch=2, start=[5])
    assert lags.tolist() == [2 - 3, 8 - 3]
    assert changes.tolist() == [3 - 5, 9 - 3]


def test_observed_changes_before_both_sides_have_spiked_are_left_out() -> None:
    lags, changes = observed_changes([[1], [2]], [[1], [1]], [[0], [0]], epoch=1, start=[0])
    assert lags.size == changes.size == 0
