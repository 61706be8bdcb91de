"""The window of any rule, measured with single pairs of spikes in float.

There is one synapse for each lag and each place in the learning epoch. Beside it run a synapse with
the pre spike alone, one with the post spike alone, and one without spikes, whose drift is
subtracted.
Example: `probe_windows(LearningRule.load("pair-stdp"))["dw"].change` at lag 1 is 127/8 exp(-1/10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.thirds import driven_post, is_rewarded
from loihi_emu.analysis.window import NOTHING, VARIABLE_OF, Window
from loihi_emu.chip.machines import LAVA
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.description.connections import Connection, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.simulator import Simulator

_SHORTEST, _LONGEST = 20, 60
_PHASES: Final = 64
_HORIZON: Final = 600


@dataclass(frozen=True)
class _Trials:
    """Spike times of every probing synapse; 0: that side stays silent. The last has no spike."""

    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    later: NDArray[np.int64]
    shape: tuple[int, int]
    steps: int


def probe_windows(
    rule: LearningRule, *, synapse: SynapseSetting | None = None, longest_lag: int | None = None
) -> dict[str, Window]:
    """Measure the windows of all targets of a rule, in real numbers.

    Parameters
    ----------
    rule : LearningRule
    synapse : SynapseSetting, optional
        Initial values of weight and tags; the sign mode is not used.
    longest_lag : int, optional
        Steps; by default 4 tau of the slowest trace, within 20..60.

    Returns
    -------
    dict of str to Window
        By target, in the order dw, dd, dt.

    Raises
    ------
    ParameterError
        The rule cannot run in floating point.
    """
    setting = synapse or SynapseSetting()
    slowest = max((trace.tau for trace in rule.traces.values()), default=0)
    reach = longest_lag or int(min(max(_SHORTEST, 4 * slowest, 2 * rule.t_epoch), _LONGEST))
    lags = np.arange(-reach, reach + 1)
    horizon = int(min(5 * slowest, _HORIZON))
    trials = _trials(rule, lags, horizon)
    net, plastic = _probing_network(rule, setting, trials)
    simulator = Simulator(net, machine=LAVA, mode="floating_pt", seed=0)
    variables = [VARIABLE_OF[target] for target in rule.series]
    starts = {name: simulator.get(plastic, name) for name in variables}
    waits = [target for target, one in rule.series.items() if _waits_for_spikes(one)]
    probes = [Probe(plastic, VARIABLE_OF[target], every=rule.t_epoch) for target in waits]
    recording = simulator.run(trials.steps, probes)
    windows: dict[str, Window] = {}
    for target in rule.series:
        name = VARIABLE_OF[target]
        if target in waits:
            values = np.concatenate([starts[name][None], recording[plastic, name]])
            changes = _changes_at(values, trials.later, rule.t_epoch)
        else:
            changes = simulator.get(plastic, name) - starts[name]
            changes = changes - changes[-1]
        windows[target] = _window(target, lags, changes, trials, event=target in waits)
    return windows


def _waits_for_spikes(series: ProductSeries) -> bool:
    """Whether some product of a series depends on x0 or y0."""
    return any(product.dependency != "u" for product in series.products)


def _trials(rule: LearningRule, lags: NDArray[np.int64], horizon: int) -> _Trials:
    """Pairs at every lag and phase; then their pre spikes alone, their post spikes alone, none."""
    period = rule.t_epoch * 2 ** (rule.decimation or 0)
    phases = np.unique(np.linspace(0, period - 1, min(period, _PHASES)).astype(np.int64))
    # the first spike comes in the second period: before it, nothing is different
    first = np.repeat(period + 2 + phases, lags.size)
    lag = np.tile(lags, phases.size)
    pre, post = first + np.maximum(-lag, 0), first + np.maximum(lag, 0)
    silent = np.zeros_like(pre)
    last = int(max(pre.max(), post.max())) + horizon
    return _Trials(
        np.concatenate([pre, pre, silent, [0]]),
        np.concatenate([post, silent, post, [0]]),
        np.concatenate([np.tile(np.maximum(pre, post), 3), [1]]),
        (phases.size, lags.size),
        -(-last // period) * period,
    )


def _probing_network(
    rule: LearningRule, setting: SynapseSetting, trials: _Trials
) -> tuple[Network, Connection]:
    """One synapse a trial, from its own pre neuron to its own post neuron."""
    net = Network(warn=False)
    n = trials.pre.size
    pre_steps, pre_neurons = _events(trials.pre)
    pre = net.add(SpikeSource.from_events(pre_steps, pre_neurons, n=n))
    post, third = driven_post(net, rule, trials.post)
    places = np.arange(n)
    plastic = net.add(
        Sparse(
            pre,
            post,
            (places, places, np.full(n, _weight(setting))),
            rule=rule,
            tag_1=setting.tag_1,
            tag_2=setting.tag_2,
            third_factor=third,
            reward=_one_an_epoch(rule) if is_rewarded(rule) else None,
        )
    )
    return net, plastic


def _one_an_epoch(rule: LearningRule) -> RewardSource:
    """A reward in the first step of every epoch."""
    return RewardSource([1] + [0] * (rule.t_epoch - 1), repeat=True)


def _events(times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Steps and neurons of the trials that spike."""
    neurons = np.flatnonzero(times)
    return times[neurons], neurons


def _weight(setting: SynapseSetting) -> int:
    """The initial weight."""
    return 50 if setting.w0 is None else setting.w0


def _changes_at(
    values: NDArray[np.float64], later: NDArray[np.int64], epoch: int
) -> NDArray[np.float64]:
    """Change of each synapse in the epoch of its later spike, less that of the silent one."""
    end = -(-later // epoch)
    synapses = np.arange(later.size)
    drift = np.diff(values[:, -1])
    return np.asarray(values[end, synapses] - values[end - 1, synapses] - drift[end - 1])


def _window(
    target: str,
    lags: NDArray[np.int64],
    changes: NDArray[np.float64],
    trials: _Trials,
    *,
    event: bool,
) -> Window:
    """Mean and range over the phases, and whether the pair matters."""
    pair, pre_alone, post_alone = changes[:-1].reshape(3, *trials.shape)
    largest = np.abs(pair).max(initial=0)
    pairs = np.abs(pair - pre_alone - post_alone).max(initial=0) > NOTHING * max(1.0, largest)
    return Window(
        target,
        lags,
        pair.mean(axis=0),
        pair.min(axis=0),
        pair.max(axis=0),
        "event" if event else "total",
        bool(pairs),
    )
