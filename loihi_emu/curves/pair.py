"""The window of a rule on a machine: what a pair of spikes changes, with its distribution.

The change is that of the learning epoch of the later spike, from the synapse's initial values, less
what an epoch without spikes changes. Fixed point: every path of the traces and every draw, weighted
by probability. Ideal: the same epoch in real numbers.
Example: `learning_windows(rule, LOIHI)["dw"].mean`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product as combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.thirds import DRIVE, is_rewarded, undriven
from loihi_emu.chip.decimation import is_due
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.microcode import BEFORE
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.outcomes import Update, ideal_change
from loihi_emu.curves.trace_paths import Notes, Side, State
from loihi_emu.errors import ParameterError

_SHORTEST, _LONGEST = 20, 60
_MOST_PLACES: Final = 8
_COUNTS: Final = 1024
_X, _Y = ("x1", "x2"), ("y1", "y2", "y3")


@dataclass(frozen=True)
class LearningWindow:
    """Change of a synaptic variable by one pair of spikes, over all draws.

    Parameters
    ----------
    target : {'dw', 'dd', 'dt'}
    machine : str
    lags : [lag] int64 array
        t_post - t_pre in steps.
    mean : [lag] float64 array
        Expected change in fixed point, in units of the variable; exact, over draws and over the
        places of the pair in the epoch.
    spread : [lag] float64 array
        Standard deviation of the change over draws and places.
    noise : [lag] float64 array
        Its part that comes from draws alone: the root of the mean variance at one place.
    lowest, highest : [lag] float64 array
        Least and greatest change that can occur.
    ideal : [lag] float64 array
        The change in real numbers, averaged over places.
    """

    target: str
    machine: str
    lags: NDArray[np.int64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    noise: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    ideal: NDArray[np.float64]

    @property
    def noise_share(self) -> float:
        """Share of rounding noise in the squared change, 0..1; 0 where nothing changes."""
        power = float(np.sum(self.mean**2 + self.noise**2))
        return float(np.sum(self.noise**2)) / power if power else 0.0

    @property
    def error(self) -> float:
        """Root mean square of mean - ideal over the lags, in units of the variable."""
        return float(np.sqrt(np.mean((self.mean - self.ideal) ** 2)))

    def to_dict(self) -> dict[str, Any]:
        """Everything, with arrays."""
        return {**vars(self), "noise_share": self.noise_share, "error": self.error}


def learning_windows(
    rule: LearningRule,
    machine: Machine,
    *,
    synapse: SynapseSetting | None = None,
    longest_lag: int | None = None,
    lags: Sequence[int] | None = None,
) -> dict[str, LearningWindow]:
    """Compute the windows of all targets of a rule on a machine, without a simulation.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    synapse : SynapseSetting, optional
        Initial values, sign mode and weight bits; by default a weight of 50.
    longest_lag : int, optional
        Steps, at least 1; by default 4 tau of the slowest trace, within 20..60.
    lags : sequence of int, optional
        The lags to compute, in place of all up to the longest.

    Returns
    -------
    dict of str to LearningWindow
        By target, in the order dw, dd, dt. A target that only u_k triggers has the change at the
        end of the later spike's epoch. A trace that a third factor writes is 16 throughout.

    Raises
    ------
    ParameterError
        The machine refuses the rule, the rule reads r1, or `longest_lag` is below 1.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule, Trace
    >>> rule = LearningRule(dw="2^-2*x1*y0", x1=Trace(16, 10))
    >>> window = learning_windows(rule, LAVA, longest_lag=1)["dw"]
    >>> window.lags.tolist(), window.mean.round(3).tolist(), window.ideal.round(3).tolist()
    ([-1, 0, 1], [0.0, 4.0, 3.619], [0.0, 4.0, 3.619])
    """
    if "r1" in rule.variables:
        raise ParameterError(
            "rule reads r1, which depends on when rewards come; a window needs a rule without r1"
        )
    if longest_lag is not None and longest_lag < 1:
        raise ParameterError(f"longest_lag is {longest_lag}; allowed: 1 or more")
    setting = synapse or SynapseSetting()
    slowest = max((trace.tau for trace in rule.traces.values()), default=0)
    reach = longest_lag or int(min(max(_SHORTEST, 4 * slowest, 2 * rule.t_epoch), _LONGEST))
    shown = np.arange(-reach, reach + 1) if lags is None else np.asarray(lags, np.int64)
    pairs = _Pairs(rule, machine, setting)
    places = np.unique(np.linspace(1, rule.t_epoch, min(rule.t_epoch, _MOST_PLACES)).astype(int))
    results = [[pairs.change(int(lag), int(place)) for place in places] for lag in shown]
    return {
        target: LearningWindow(target, machine.name, shown, *_gathered(results, target))
        for target in rule.series
    }


@dataclass
class _Moments:
    """Expectation, variance and range of a change at one place, and the ideal one."""

    mean: float = 0.0
    square: float = 0.0
    lowest: float = math.inf
    highest: float = -math.inf
    ideal: float = 0.0

    def add(self, change: float, probability: float) -> None:
        """Count a change that occurs with a probability."""
        self.mean += probability * change
        self.square += probability * change**2
        self.lowest, self.highest = min(self.lowest, change), max(self.highest, change)


def _gathered(results: list[list[dict[str, _Moments]]], target: str) -> list[NDArray[np.float64]]:
    """Mean, spread, noise, lowest, highest and ideal over the places of each lag."""
    rows = []
    for places in results:
        found = [place[target] for place in places]
        mean = float(np.mean([one.mean for one in found]))
        noise = float(np.mean([max(one.square - one.mean**2, 0.0) for one in found]))
        square = float(np.mean([one.square for one in found]))
        rows.append(
            (
                mean, math.sqrt(max(square - mean**2, 0.0)), math.sqrt(noise),
                min(one.lowest for one in found), max(one.highest for one in found),
                float(np.mean([one.ideal for one in found])),
            )
        )  # fmt: skip
    return [np.array(column) for column in zip(*rows, strict=True)]


@dataclass
class _Pairs:
    """Computes what pairs of spikes change."""

    rule: LearningRule
    machine: Machine
    setting: SynapseSetting
    update: Update = field(init=False)

    def __post_init__(self) -> None:
        self.update = Update(self.rule, self.machine, self.setting)
        self.slots = frozenset(self.update.code.slots)
        self.received = undriven(self.rule)
        self.moments = {slot.partition("@")[2] for slot in self.slots if "@" in slot}
        self.reward = int(is_rewarded(self.rule))
        self._sides: dict[tuple[str, ...], Side] = {}
        self._starts: dict[tuple[Side, int, int], dict[State, float]] = {}
        k, seconds = self.rule.decimation, self.machine.decimation_counts == "seconds"
        period = 0 if k is None else max(_COUNTS, 1 << k)
        due = sum(is_due(n, k or 0, in_seconds=seconds) for n in range(1, period + 1))
        self.due = due / period if period else 0.0

    def change(self, lag: int, place: int) -> dict[str, _Moments]:
        """What a pair changes whose later spike is in step `place` of its epoch."""
        epoch = self.rule.t_epoch
        # steps of both spikes, counted within the epoch of the later one: at most 0 is before
        pre, post = place + min(-lag, 0), place + min(lag, 0)
        here = [max(pre, 0), max(post, 0)]
        ideal = self._ideal_inputs(pre, post, epoch)
        moments = {"x0": here[0], "y0": here[1], "u": epoch, BEFORE: 0}
        wanted = {name: at for name, at in moments.items() if name in self.moments}
        # a moment without its spike is read by no product: its gate is 0
        wanted = {n: at for n, at in wanted.items() if at or n == BEFORE}
        read = []
        for side in self._read_at(wanted):
            spike = pre if side.names[0] in _X else post
            paths = side.epoch_paths(self._start(side, spike), max(spike, 0), wanted)
            read.append(_by_notes(paths))
        gates = {"x0": int(pre > 0), "y0": int(post > 0), "r0": self.reward}
        silent = {"r0": self.reward} | self._silent()
        found = {target: _Moments() for target in self.rule.series}
        for u, share in ((0, 1 - self.due), (1, self.due)):
            if not share:
                continue
            idle = self.update.outcomes({**silent, "u": u})
            for notes in combinations(*(one.items() for one in read)):
                slots = dict(slot for one, _ in notes for slot in one)
                weight = share * math.prod(p for _, p in notes)
                for target, outcome in self.update.outcomes({**gates, **slots, "u": u}).items():
                    drift = sum(change * p for change, p in idle[target])
                    for change, p in outcome:
                        found[target].add(change - drift, weight * p)
            values = {v: float(value) for v, value in self.update.values.items()}
            for target, series in self.rule.series.items():
                change = ideal_change(series, {**gates, **ideal, "u": u}, values)
                rest = ideal_change(series, {**silent, "u": u}, values)
                found[target].ideal += share * (change - rest)
        return found

    def _silent(self) -> dict[str, int]:
        """What a synapse without spikes reads of third factors."""
        return {f"{name}@{m}": DRIVE for name in self.received for m in ("u", BEFORE)}

    def _read_at(self, moments: Iterable[str]) -> list[Side]:
        """Traces that are read at some moments; those whose draws are shared stay together."""
        sides = [
            [name for name in names if any(f"{name}@{m}" in self.slots for m in moments)]
            for names in (_X, _Y)
        ]
        if self.machine.random_source != "pcg64":
            sides = [[name] for names in sides for name in names]
        found = []
        for names in map(tuple, filter(None, sides)):
            if names not in self._sides:
                self._sides[names] = Side(self.rule, self.machine, names, self.slots, self.received)
            found.append(self._sides[names])
        return found

    def _rest(self, side: Side) -> State:
        """The traces of one side before any spike."""
        values = [DRIVE if name in self.received else 0 for name in side.names]
        return tuple((value, value) for value in values)

    def _start(self, side: Side, spike: int) -> dict[State, float]:
        """Distribution of a side before the epoch, if its spike came at step `spike` <= 0."""
        rest = self._rest(side)
        epoch = self.rule.t_epoch
        first = (spike - 1) % epoch + 1
        before = max(epoch - spike, 0) // epoch  # epochs back
        states = {rest: 1.0}
        for number in range(1, before + 1):
            key = side, number, first
            if key not in self._starts:
                found: dict[State, float] = {}
                step = first if number == 1 else 0
                for (state, _), p in side.epoch_paths(states, step, {}).items():
                    # what a third factor writes is there again
                    state = tuple(
                        rest[k] if name in self.received else state[k]
                        for k, name in enumerate(side.names)
                    )
                    found[state] = found.get(state, 0.0) + p
                self._starts[key] = found
            states = self._starts[key]
        return states

    def _ideal_inputs(self, pre: int, post: int, epoch: int) -> dict[str, float]:
        """Traces at every moment in real numbers."""
        inputs = {}
        for moment, at in (("x0", pre), ("y0", post), ("u", epoch)):
            for name, spike in (*((n, pre) for n in _X), *((n, post) for n in _Y)):
                trace, since = getattr(self.rule, name), at - spike
                value = trace.impulse * (
                    math.exp(-since / trace.tau) if trace.tau and since > 0 else float(not since)
                )
                value = value if since >= 0 else 0.0
                inputs[f"{name}@{moment}"] = float(DRIVE) if name in self.received else value
        return inputs


def _by_notes(paths: dict[tuple[State, Notes], float]) -> dict[Notes, float]:
    """Probabilities of what is read, whatever state is left."""
    found: dict[Notes, float] = {}
    for (_, notes), p in paths.items():
        found[notes] = found.get(notes, 0.0) + p
    return found
