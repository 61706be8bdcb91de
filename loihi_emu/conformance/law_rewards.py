"""The exact law of r1: of its sum over a run, its set of values, or its last value.

r1 is one number, changed by rewards and decays alone, so that every run of it can be followed with
its probability. Impulses must be whole and draws a trace's own.
Authority: `reward` of kernels/reference/traces.py.
Example: after a reward of impulse 2, r1 of LOIHI1 with tau 1 stays 1 with probability 94/128.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from loihi_emu.chip import decay
from loihi_emu.chip.formats import DRAW, REWARD
from loihi_emu.chip.machines import Machine
from loihi_emu.conformance.law_traces import shares_draws
from loihi_emu.conformance.summary_file import Summary

Law = dict[Any, float]
_NARROWING = decay.DECAY_DRAW_BITS - DRAW.bits


def law_of(summary: Summary, machine: Machine) -> Law | None:
    """Each outcome of the summary with its probability; None where it is no summary of r1's."""
    given = summary.network["synapses"]
    if summary.observe != "r1" or summary.take not in ("sum", "set", "last"):
        return None
    trace = given.get("r1", {"impulse": 0, "tau": 0})
    if shares_draws(machine) or not float(trace["impulse"]).is_integer():
        return None
    t_epoch = given.get("t_epoch", 1) if machine.epochs else 1
    rewards: defaultdict[int, int] = defaultdict(int)
    for step, value in given.get("rewards", []):
        rewards[step] += value * int(trace["impulse"])
    every = t_epoch if machine.reward_decays == "epoch" else 1
    whole, threshold = decay.table(machine, trace["tau"], decay.unit(machine, "r1", t_epoch))
    start: Any = () if summary.take == "set" else 0
    states: Mapping[tuple[int, Any], float] = {(0, start): 1.0}
    for step in range(1, summary.steps + 1):
        after: defaultdict[tuple[int, Any], float] = defaultdict(float)
        for (r1, so_far), p in states.items():
            decays = (step - 1) % every == 0 and r1 != 0
            for value, q in _decayed(r1, whole, threshold) if decays else ((r1, 1.0),):
                value = min(max(value + rewards[step], REWARD.lowest), REWARD.highest)
                after[value, _taken(summary.take, so_far, value)] += p * q
        states = after
    law: defaultdict[Any, float] = defaultdict(float)
    for (_, outcome), p in states.items():
        law[outcome] += p
    return dict(law)


def _decayed(r1: int, whole: Any, threshold: Any) -> tuple[tuple[int, float], ...]:
    """What a decay makes of r1, with probabilities: a draw of 16 bits lies below the fraction."""
    sign = 1 if r1 > 0 else -1
    up = -(-int(threshold[abs(r1)]) >> _NARROWING) / DRAW.size
    kept = int(whole[abs(r1)])
    if up == 0:
        return ((sign * kept, 1.0),)
    return (sign * kept, 1 - up), (sign * (kept + 1), up)


def _taken(take: str, so_far: Any, value: int) -> Any:
    """The summary of a run that goes on with one more value."""
    if take == "sum":
        return so_far + value
    if take == "last":
        return value
    return so_far if value in so_far else tuple(sorted((*so_far, value)))
