"""How far a setting is from the ideal: by the window of a pair, and by a short run.

The ideal runs here in real numbers, step by step, as the float rule says. The setting's window is
exact (curves/pair.py), and its run is the emulator's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.pair import learning_windows
from loihi_emu.description.connections import Dense
from loihi_emu.description.network import Network
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.fitting.float_rule import FloatRule
from loihi_emu.simulator import Simulator

NEURONS: Final = 4
RATE: Final = 0.04
_SEED: Final = 20
_SHORTEST, _LONGEST = 10, 60
_LAGS: Final = (1, 2, 3, 5, 8, 13, 21, 34)


def window_lags(rule: FloatRule) -> NDArray[np.int64]:
    """Lags on which windows are compared: both sides of 0, closer to it denser, up to 3 tau."""
    slowest = max((rule.trace(name)[1] for name in rule.read), default=0.0)
    reach = int(min(max(_SHORTEST, 3 * slowest), _LONGEST))
    side = [lag for lag in _LAGS if lag < reach] + [reach]
    return np.array([*(-lag for lag in reversed(side)), 0, *side])


def ideal_window(rule: FloatRule, lags: NDArray[np.int64], weight: float) -> NDArray[np.float64]:
    """Change of the weight by one pair of spikes, less what happens without spikes."""
    return np.array([_pair(rule, int(lag), weight) for lag in lags])


def _pair(rule: FloatRule, lag: int, weight: float) -> float:
    """The update in the step of the later spike."""
    traces = {}
    for name in rule.read:
        impulse, tau = rule.trace(name)
        since = max(lag, 0) if name[0] == "x" else max(-lag, 0)
        traces[name] = impulse * math.exp(-since / tau)
    gates = {"x0": float(lag <= 0), "y0": float(lag >= 0), "r0": 1.0, "u": _share(rule)}
    silent = {"u": _share(rule), "r0": 1.0}
    rest = rule.change(dict.fromkeys(rule.read, 0.0), silent, weight)
    return rule.change(traces, gates, weight) - rest


def _share(rule: FloatRule) -> float:
    """How often u_k is 1."""
    k = next((one.decimation for one in rule.products if one.decimation is not None), 0)
    return 2.0**-k


def setting_window(
    rule: LearningRule,
    machine: Machine,
    synapse: SynapseSetting,
    lags: NDArray[np.int64],
    unit: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected change and its standard deviation, in the ideal's units."""
    window = learning_windows(rule, machine, synapse=synapse, lags=lags.tolist())["dw"]
    return window.mean * unit, window.spread * unit


def rms(values: NDArray[np.float64]) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values)))) if values.size else 0.0


@dataclass(frozen=True)
class ShortRun:
    """Spikes of a few neurons, and the ideal weights that they lead to.

    Parameters
    ----------
    pre, post : [step, neuron] int64 array
    start : float
        Weight of every synapse before the first step.
    weights : [post, pre] float64 array
    """

    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    start: float
    weights: NDArray[np.float64]


def ideal_run(rule: FloatRule, steps: int, start: float, limits: tuple[float, float]) -> ShortRun:
    """Run the float rule on random spikes of fixed seed; post spikes follow pre spikes in part."""
    rng = np.random.default_rng(_SEED)
    pre = rng.random((steps, NEURONS)) < RATE
    post = rng.random((steps, NEURONS)) < RATE / 2
    post[1:] |= pre[:-1] & (rng.random((max(steps - 1, 0), NEURONS)) < 1 / 2)
    weights = np.full((NEURONS, NEURONS), start)
    traces = {name: np.zeros(NEURONS) for name in rule.read}
    k = next((one.decimation for one in rule.products if one.decimation is not None), 0)
    for step in range(steps):
        for name in rule.read:
            impulse, tau = rule.trace(name)
            spikes = pre[step] if name[0] == "x" else post[step]
            traces[name] = traces[name] * math.exp(-1 / tau) + impulse * spikes
        due = float((step + 1) % (1 << k) == 0)
        for j in range(NEURONS):
            for i in range(NEURONS):
                here = {n: float(traces[n][i if n[0] == "x" else j]) for n in rule.read}
                gates = {"x0": float(pre[step, i]), "y0": float(post[step, j]), "u": due}
                change = rule.change(here, {**gates, "r0": 1.0}, float(weights[j, i]))
                weights[j, i] = min(max(weights[j, i] + change, limits[0]), limits[1])
    return ShortRun(pre.astype(np.int64), post.astype(np.int64), start, weights)


def setting_run(
    rule: LearningRule, machine: Machine, synapse: SynapseSetting, run: ShortRun, unit: float
) -> NDArray[np.float64]:
    """Weights of a setting after the same spikes, in the ideal's units, [post, pre]."""
    net = Network(warn=False)
    pre, post = net.add(SpikeSource(run.pre)), net.add(SpikeSource(run.post))
    rewarded = RewardSource([1], repeat=True) if "r0" in rule.variables else None
    plastic = net.add(
        Dense(
            pre, post, synapse.w0 or 0, rule=rule, sign_mode=synapse.sign_mode,
            num_weight_bits=synapse.num_weight_bits, reward=rewarded,
        )
    )  # fmt: skip
    simulator = Simulator(net, machine=machine, seed=_SEED)
    simulator.run(len(run.pre))
    return np.asarray(simulator.get(plastic, "weights"), np.float64) * unit
