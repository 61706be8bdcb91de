"""Curves of rates and of triplets: what spikes without correlation, and three spikes, change.

They are sampled: the emulator runs one synapse for each trial, and in floating point the same
spikes. So a rule that reads its own weight, or holds it at an end, shows that too.
Example: `rate_curves(rule, LOIHI)["dw"].mean`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.rule import TRACES, LearningRule
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.outcomes import initial_values
from loihi_emu.curves.trials import SEED, run_trials
from loihi_emu.errors import ParameterError

RATES: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
STEPS: Final = 1000
TRIALS: Final = 24
_PER: Final = 1000
_ENDS: Final = {"dw": "w", "dd": "d", "dt": "t"}
_FIRST: Final = 4


@dataclass(frozen=True)
class RateCurve:
    """Change of a synaptic variable by spikes without correlation, against their rate.

    Parameters
    ----------
    target : {'dw', 'dd', 'dt'}
    machine : str
    rates : [rate] float64 array
        Probability of a spike in a step, of both neurons. At 0 only u_k acts: the drift without
        spikes.
    mean, spread : [rate] float64 array
        Mean and standard deviation over the trials of the change in 1,000 steps, fixed point. It is
        the slope up to where the first half of the trials has saturated, or to the end.
    ideal : [rate] float64 array
        The mean in floating point, of the same spikes and steps.
    saturation : tuple of int or None
        Of each rate, the step by which half of the trials have reached an end of the variable;
        None: they have not.
    trials, steps : int
    """

    target: str
    machine: str
    rates: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    ideal: NDArray[np.float64]
    saturation: tuple[int | None, ...]
    trials: int
    steps: int

    def to_dict(self) -> dict[str, Any]:
        """Everything, with arrays."""
        return dict(vars(self))


@dataclass(frozen=True)
class TripletCurve:
    """Change of a synaptic variable by three spikes with the same distance.

    Parameters
    ----------
    target : {'dw', 'dd', 'dt'}
    machine : str
    distances : [distance] int64 array
        Steps between neighbouring spikes.
    mean, spread, ideal : dict of str to [distance] float64 array
        By order, `pre-post-pre` and `post-pre-post`: mean and standard deviation over the trials in
        fixed point, and the change in floating point, less what a silent synapse does.
    trials : int
    """

    target: str
    machine: str
    distances: NDArray[np.int64]
    mean: dict[str, NDArray[np.float64]]
    spread: dict[str, NDArray[np.float64]]
    ideal: dict[str, NDArray[np.float64]]
    trials: int

    def to_dict(self) -> dict[str, Any]:
        """Everything, with arrays."""
        return dict(vars(self))


def rate_curves(
    rule: LearningRule,
    machine: Machine,
    *,
    synapse: SynapseSetting | None = None,
    rates: Sequence[float] = RATES,
    steps: int = STEPS,
    trials: int = TRIALS,
) -> dict[str, RateCurve]:
    """Measure what uncorrelated spikes change.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    synapse : SynapseSetting, optional
        Initial values, sign mode and weight bits; by default a weight of 50.
    rates : sequence of float
        Probabilities of a spike in a step, 0..1.
    steps : int
        At least one epoch.
    trials : int
        Synapses for each rate, at least 2.

    Returns
    -------
    dict of str to RateCurve
        By target.

    Raises
    ------
    ParameterError
        The machine refuses the rule, a number is out of range, or a third factor writes a trace.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule
    >>> curve = rate_curves(LearningRule(dw="-2*x0"), LAVA, rates=[0, 0.5], steps=20)["dw"]
    >>> bool(curve.mean[0] == 0), bool(curve.mean[1] < -500)
    (True, True)
    """
    given = np.asarray(rates, np.float64)
    if given.ndim != 1 or not given.size or not ((given >= 0) & (given <= 1)).all():
        raise ParameterError(f"rates are {rates!r:.60}; allowed: probabilities 0..1")
    if steps < rule.t_epoch or trials < 2:
        raise ParameterError(
            f"steps are {steps} and trials {trials}; allowed: an epoch of {rule.t_epoch} or more, "
            "and 2 or more"
        )
    setting = synapse or SynapseSetting()
    rng = np.random.default_rng(SEED)
    each = np.repeat(given, trials)
    pre, post = (rng.random((steps, each.size)) < each for _ in range(2))
    fixed = run_trials(rule, machine, setting, pre, post, "fixed_pt")
    ideal = run_trials(rule, machine, setting, pre, post, "floating_pt")
    return {
        target: _rate_curve(rule, machine, setting, given, trials, target, fixed, ideal, steps)
        for target in rule.series
    }


def _rate_curve(
    rule: LearningRule,
    machine: Machine,
    setting: SynapseSetting,
    rates: NDArray[np.float64],
    trials: int,
    target: str,
    fixed: dict[str, NDArray[np.float64]],
    ideal: dict[str, NDArray[np.float64]],
    steps: int,
) -> RateCurve:
    """Slopes and saturation of one target."""
    variable = _ENDS[target]
    mode: SignMode = setting.sign_mode  # type: ignore[assignment]
    form = synapse_format(variable, machine, mode, setting.num_weight_bits)
    start = initial_values(setting, machine)[variable]
    low, high = max(form[0], form[3]) - start, min(form[1], form[4]) - start
    shape = (-1, rates.size, trials)
    changes, wanted = fixed[target].reshape(shape), ideal[target].reshape(shape)
    saturation: list[int | None] = []
    slopes = []
    for k in range(rates.size):
        reached = np.maximum.accumulate((changes[:, k] <= low) | (changes[:, k] >= high), axis=0)
        half = np.flatnonzero(reached.mean(axis=1) >= 1 / 2)
        end = int(half[0]) if half.size else len(changes) - 1
        saturation.append((end + 1) * rule.t_epoch if half.size else None)
        per = _PER / ((end + 1) * rule.t_epoch)
        slopes.append(
            (changes[end, k].mean() * per, changes[end, k].std() * per, wanted[end, k].mean() * per)
        )
    mean, spread, floating = (np.array(column) for column in zip(*slopes, strict=True))
    return RateCurve(
        target, machine.name, rates, mean, spread, floating, tuple(saturation), trials, steps
    )


def has_triplets(rule: LearningRule) -> bool:
    """Whether some product reads two traces, so that three spikes do what pairs do not."""
    return any(
        sum(factor.variable in TRACES for factor in product.factors) >= 2
        for series in rule.series.values()
        for product in series.products
    )


def triplet_curves(
    rule: LearningRule,
    machine: Machine,
    *,
    synapse: SynapseSetting | None = None,
    distances: Sequence[int] = (1, 2, 3, 5, 8, 13, 21, 34),
    trials: int = TRIALS,
) -> dict[str, TripletCurve]:
    """Measure what triplets of spikes change.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    synapse : SynapseSetting, optional
    distances : sequence of int
        Steps between neighbouring spikes, at least 1.
    trials : int
        Synapses for each distance and order, at least 2. Each begins a step later than the last, so
        that they share no draws and lie at all places of an epoch.

    Returns
    -------
    dict of str to TripletCurve
        By target.

    Raises
    ------
    ParameterError
        As for `rate_curves`.
    """
    given = np.asarray(distances, np.int64)
    if given.ndim != 1 or not given.size or given.min() < 1 or trials < 2:
        raise ParameterError(
            f"distances are {distances!r:.60} and trials {trials}; allowed: integers from 1, and 2 "
            "or more trials"
        )
    setting = synapse or SynapseSetting()
    first = _FIRST + np.arange(trials)
    slowest = max((trace.tau for trace in rule.traces.values()), default=0)
    last = int(first[-1] + 2 * given.max() + max(slowest, rule.t_epoch))
    steps = -(-last // rule.t_epoch) * rule.t_epoch
    n = 2 * given.size * trials
    outer, inner = np.zeros((2, steps, n + 1), bool)
    begins = np.tile(first, 2 * given.size)
    apart = np.tile(np.repeat(given, trials), 2)
    outer[begins, np.arange(n)] = inner[begins + apart, np.arange(n)] = True
    outer[begins + 2 * apart, np.arange(n)] = True
    pre, post = outer.copy(), inner.copy()
    pre[:, n // 2 : n], post[:, n // 2 : n] = inner[:, n // 2 : n], outer[:, n // 2 : n]
    runs = [
        run_trials(rule, machine, setting, pre, post, mode) for mode in ("fixed_pt", "floating_pt")
    ]
    curves = {}
    for target in rule.series:
        fixed, ideal = (
            (run[target][-1, :n] - run[target][-1, n]).reshape(2, given.size, trials)
            for run in runs
        )
        orders = dict(enumerate(("pre-post-pre", "post-pre-post")))
        curves[target] = TripletCurve(
            target, machine.name, given,
            {name: fixed[k].mean(axis=1) for k, name in orders.items()},
            {name: fixed[k].std(axis=1) for k, name in orders.items()},
            {name: ideal[k].mean(axis=1) for k, name in orders.items()}, trials,
        )  # fmt: skip
    return curves
