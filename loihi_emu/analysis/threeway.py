"""A pair rule on recorded spikes in three ways: ideal, float and fixed point; why they differ.

The ideal is `loihi_emu.offline`: the sum over all pairs of spikes, in real numbers. The difference
between it and fixed point is split into named causes that add up to it.
Example: `print(compare_three_ways("stdp-loihi", pre, post, machine=LAVA))`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.analysis.stages import bounded_change, engine_change, rounded_traces_change
from loihi_emu.analysis.subject import find_rule, machine_for
from loihi_emu.analysis.tables import Table, plain_data
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.description.validation import whole_numbers
from loihi_emu.errors import ParameterError
from loihi_emu.offline import STDPParams, stdp_offline_dw_firings

Array = NDArray[np.float64]

CAUSES: Final = {
    "equal times": "two spikes in one step count as a pair in a run, and not in the ideal",
    "epoch length": "an epoch reads traces once, and keeps one spike time for each neuron",
    "trace limit": "traces are clipped to 127",
    "trace rounding": "traces are whole numbers; impulses and decays are rounded at random",
    "weight rounding": "a change is rounded to what the weight can store",
    "weight limit": "products, sums and weights saturate; the sign mode bounds the weight",
}
"""Causes of difference in the order in which they are switched on, each in a sentence."""

_WIDE: Final[dict[str, Any]] = {
    "name": "no weight limit",
    "mixed_weights": (-(1 << 15), (1 << 15) - 1),
    "accumulator": (-(1 << 29), (1 << 29) - 1),
}
"""Fields of a machine whose weights meet no limit; the state has 16 bits."""


@dataclass(frozen=True)
class ThreeWay:
    """Weight changes of a rule on recorded spikes in three ways, and the causes of the differences.

    Parameters
    ----------
    subject : RuleFile
    machine : Machine
    params : STDPParams
        The window of the rule, as the ideal uses it.
    ideal, floating, fixed : [post, pre] float64 array
        Change of each weight over the record, in units of weight.
    contributions : dict of str to [post, pre] float64 array
        For each cause, in the order of `CAUSES`. They sum to `fixed - ideal`.
    """

    subject: RuleFile
    machine: Machine
    params: STDPParams
    ideal: Array
    floating: Array
    fixed: Array
    contributions: dict[str, Array]

    @property
    def shares(self) -> dict[str, float]:
        """The share of each cause in the sum of all magnitudes; they sum to 1, or all are 0."""
        sizes = {cause: float(np.abs(c).sum()) for cause, c in self.contributions.items()}
        whole = sum(sizes.values())
        return {cause: size / whole if whole else 0.0 for cause, size in sizes.items()}

    def values(self) -> Table:
        """A table of the three changes of each synapse; of many, the 12 with the largest."""
        order = np.argsort(-np.abs(self.ideal).ravel(), kind="stable")[:12]
        rows = []
        for post, pre in zip(*np.unravel_index(np.sort(order), self.ideal.shape), strict=True):
            three = (self.ideal, self.floating, self.fixed)
            rows.append((int(pre), int(post), *(float(one[post, pre]) for one in three)))
        return Table.of(("pre", "post", "ideal", "float", "fixed"), rows, "dw")

    def causes(self) -> Table:
        """A table of mean, mean magnitude and share of each cause; the last row is the total."""
        shares = self.shares
        rows: list[tuple[Any, ...]] = [
            (cause, float(c.mean()), float(np.abs(c).mean()), f"{100 * shares[cause]:.1f}")
            for cause, c in self.contributions.items()
        ]
        total = self.fixed - self.ideal
        whole = f"{100 * sum(shares.values()):.1f}"
        rows.append(("fixed - ideal", float(total.mean()), float(np.abs(total).mean()), whole))
        return Table.of(("cause", "mean", "mean size", "share %"), rows, "why they differ")

    def to_dict(self) -> dict[str, Any]:
        """Everything except the machine, in JSON's types."""
        found: dict[str, Any] = plain_data(
            {
                "rule": {target: str(one) for target, one in self.subject.rule.series.items()},
                "machine": self.machine.name,
                "ideal": self.ideal,
                "floating": self.floating,
                "fixed": self.fixed,
                "contributions": self.contributions,
                "shares": self.shares,
            }
        )
        return found

    def __str__(self) -> str:
        return f"{self.values()}\n\n{self.causes()}"


def compare_three_ways(
    rule: str | Path | LearningRule | RuleFile,
    pre: ArrayLike,
    post: ArrayLike,
    *,
    weight: int = 0,
    sign_mode: str = "MIXED",
    num_weight_bits: int = 8,
    machine: Machine | None = None,
    seed: int = 0,
) -> ThreeWay:
    """Compare weight changes of a pair rule on recorded spikes: ideal, float and fixed point.

    Parameters
    ----------
    rule : str, Path, LearningRule or RuleFile
        A rule that has only dw, as a sum of products c*y0*x1 and c*x0*y1.
    pre, post : [step, neuron] array_like
        Spikes, 0 or 1; row 0 is step 1. Every pre neuron has a synapse to every post neuron.
    weight : int
        Initial weight of every synapse.
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
    num_weight_bits : int
        1..8.
    machine : Machine, optional
        By default LOIHI, or the machine that the rule needs.
    seed : int
        Seed of the random rounding, unless the rule has one.

    Returns
    -------
    ThreeWay

    Raises
    ------
    ParameterError
        The rule is not a pair rule, or `pre` and `post` have different numbers of steps.

    Notes
    -----
    The causes are differences between stages. Each stage below differs from the one before it in
    one thing. The contribution of a cause is its stage minus the stage before:

    0. *ideal*: `stdp_offline_dw_firings` with APlus = c_x * impulse of x1, AMinus =
       -c_y * impulse of y1, the traces' time constants, all pairs; pairs with dt = 0 count 0;
    1. *equal times*: float with t_epoch 1. A spike reads the other side's trace after the impulse
       of the same step, so that dt = 0 counts c_x * impulse + c_y * impulse;
    2. *epoch length*: float with the rule's t_epoch (an incomplete epoch at the end of the record
       is not learned);
    3. *trace limit*: the same with traces clipped to 127 after each impulse;
    4. *trace rounding*: the integer traces of fixed point, summed without rounding or saturation
       of the weight. The rules y0*x1 and x0*y1 run separately, with the weight set back to 0 in
       every epoch, and are multiplied by the coefficients. A decay law that is not exponential
       counts here;
    5. *weight rounding*: fixed point on a machine whose accumulator and weight reach no limit;
    6. *weight limit*: fixed point.

    Stages 1 and 2 have sign mode MIXED, because other sign modes limit the weight in float too;
    `floating` is float with the rule's t_epoch and `sign_mode`. The order of the stages is part of
    the definition: in another order a cause would get another part of the same total. Stages 4 to 6
    have the same random draws for traces, and stages 5 and 6 the same draws for the weight.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule, Trace
    >>> rule = LearningRule(dw="y0*x1 - x0*y1", x1=Trace(16, 10), y1=Trace(16, 10), t_epoch=2)
    >>> found = compare_three_ways(rule, [[1], [0], [0], [0]], [[0], [0], [1], [0]], machine=LAVA)
    >>> found.ideal.round(3).tolist(), found.fixed.tolist()
    ([[13.1]], [[13.0]])
    """
    subject = find_rule(rule)
    used = machine_for(subject, machine)
    coefficients = _coefficients(subject.rule)
    spikes = _records(pre, post)
    learned = subject.rule
    given: dict[str, Any] = {"weight": weight, "sign_mode": sign_mode, "bits": num_weight_bits}
    free: dict[str, Any] = {"weight": weight, "sign_mode": "MIXED", "bits": num_weight_bits}
    params = _params(learned, coefficients)
    ideal = stdp_offline_dw_firings(np.ones((spikes[0].shape[1], spikes[1].shape[1])), *spikes,
                                    params).T  # fmt: skip
    stepwise = learned.with_parameters(t_epoch=1)
    unlimited = replace(used, **_WIDE)
    stages = [
        ideal,
        engine_change(stepwise, spikes, "floating_pt", used, seed, **free),
        engine_change(learned, spikes, "floating_pt", used, seed, **free),
        bounded_change(learned, spikes, coefficients, used),
        rounded_traces_change(learned, spikes, coefficients, used, seed),
        engine_change(learned, spikes, "fixed_pt", unlimited, seed, **free),
        engine_change(learned, spikes, "fixed_pt", used, seed, **given),
    ]
    steps = (after - before for before, after in pairwise(stages))
    return ThreeWay(
        subject, used, params, ideal,
        engine_change(learned, spikes, "floating_pt", used, seed, **given), stages[-1],
        dict(zip(CAUSES, steps, strict=True)),
    )  # fmt: skip


def _coefficients(rule: LearningRule) -> dict[str, float]:
    """Sums of the coefficients of y0*x1 and of x0*y1, by trace."""
    found = {"x1": 0.0, "y1": 0.0}
    shapes = {"y0": "x1", "x0": "y1"}
    if set(rule.series) != {"dw"}:
        raise ParameterError(f"the rule has {', '.join(rule.series)}; a pair rule has dw alone")
    for product in rule.series["dw"].products:
        trace = shapes.get(product.dependency)
        names = [(f.variable, f.constant, f.sign) for f in product.factors]
        if trace is None or names != [(trace, None, False)]:
            raise ParameterError(
                f"dw = {rule.series['dw']} is no pair rule; allowed: a sum of c*y0*x1 and c*x0*y1"
            )
        found[trace] += product.mantissa * 2.0**product.exponent
    return found


def _params(rule: LearningRule, coefficients: dict[str, float]) -> STDPParams:
    """The rule's window; a trace without memory has the shortest tau that floats can hold."""
    return STDPParams(
        APlus=coefficients["x1"] * rule.x1.impulse,
        TauPlus=rule.x1.tau or 1e-3,
        AMinus=-coefficients["y1"] * rule.y1.impulse,
        TauMinus=rule.y1.tau or 1e-3,
    )


def _records(pre: ArrayLike, post: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both records as arrays of 0 and 1 with one number of steps."""
    found = [whole_numbers(name, one, (0, 1)) for name, one in (("pre", pre), ("post", post))]
    shapes = [one.shape for one in found]
    if any(len(shape) != 2 or 0 in shape for shape in shapes) or shapes[0][0] != shapes[1][0]:
        raise ParameterError(
            f"pre and post have shapes {shapes[0]} and {shapes[1]}; "
            "allowed: [step, neuron] with the same steps"
        )
    return found[0], found[1]
