"""Remarks on a comparison: what it assumed for the rule, and what it cannot show.

Example: a rule that reads y2 without an impulse gets a square wave as third factor; a remark says
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from loihi_emu.analysis.circuit import Setting
from loihi_emu.analysis.one_run import Run
from loihi_emu.analysis.thirds import DRIVE, is_rewarded, silent, undriven
from loihi_emu.analysis.window import Window
from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import TRACES, LearningRule
from loihi_emu.compiler.rule_files import RuleFile


def notes(
    subject: RuleFile,
    machine: Machine,
    setting: Setting,
    windows: Mapping[str, Window],
    fixed: Run,
    ideal: Run,
) -> Iterator[str]:
    """Sentences on one comparison of two runs."""
    rule = subject.rule
    received = undriven(rule)
    if received:
        yield (
            f"{', '.join(received)}: no impulse, so it is a third factor here: {DRIVE} in the "
            "second and the fourth quarter of the run, else 0"
        )
    still = silent(rule)
    if still:
        yield f"{', '.join(still)}: no impulse, so it stays 0; --trace NAME=IMPULSE,TAU gives one"
    yield from rule.coarse_taus(machine)
    if is_rewarded(rule):
        yield (
            "rewards are a third frozen train, drawn after pre and post; "
            "the window is probed with a reward in every epoch"
        )
    yield from _full_traces(rule, fixed, ideal)
    if setting.synapse.weight_exp:
        yield f"weight_exp {setting.synapse.weight_exp} of the rule's file is left at 0"
    if rule.t_epoch > 1 and not machine.epochs:
        yield f"machine {machine.name} has no epochs: t_epoch {rule.t_epoch} does not count there"
    recorded = ideal.series["weights"].shape[1]
    if recorded < setting.neurons**2:
        yield f"series of {recorded} of {setting.neurons**2} synapses were recorded"
    low, high = machine.weight_range(setting.synapse.sign_mode)  # type: ignore[arg-type]
    weights = ideal.series["weights"]
    lost = np.flatnonzero(~np.isfinite(weights).all(axis=1))
    if lost.size:
        yield f"floating_pt overflows to infinity in step {lost[0] + 1}"
    elif weights.min() < low or weights.max() > high:
        yield (
            f"floating_pt has no bounds: its weights reach {weights.min():.4g}..{weights.max():.4g}"
            f", {machine.name}'s {low}..{high}"
        )
    for window in windows.values():
        yield window.explanation


def _full_traces(rule: LearningRule, fixed: Run, ideal: Run) -> Iterator[str]:
    """Traces that reached their highest value in both modes, or where real numbers went on."""
    for name in TRACES:
        if name in fixed.series and fixed.series[name].size:
            reached = float(ideal.series[name].max())
            if fixed.series[name].max() < TRACE.highest or reached < TRACE.highest:
                continue
            goes_on = reached > TRACE.highest + 1
            if goes_on or rule.traces[name].impulse != TRACE.highest:
                yield (
                    f"{name} saturates at {TRACE.highest}, the highest value of a trace"
                    + (f"; in floating_pt it reaches {reached:.4g}" if goes_on else "")
                )
