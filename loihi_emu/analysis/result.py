"""The result of a comparison: both runs, their differences, and remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.activity import Activity
from loihi_emu.analysis.circuit import Setting
from loihi_emu.analysis.counting import EventCount
from loihi_emu.analysis.difference import Difference
from loihi_emu.analysis.one_run import Run
from loihi_emu.analysis.verdict import verdict
from loihi_emu.analysis.window import VARIABLE_OF, Window, observed_changes
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.gain import ProductGain
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.rule_files import RuleFile


@dataclass(frozen=True)
class Result:
    """Both runs of a rule and their differences; `print` shows a report, `save` writes files.

    Parameters
    ----------
    subject : RuleFile
        The rule that was run.
    machine : Machine
    setting : Setting
    synapses : (post, pre) pair of [synapse] int64 arrays
        The synapses whose series were recorded: all, or 256 in a large circuit.
    fixed, ideal : Run
    differences : tuple of Difference
        One for each variable.
    activities : tuple of Activity
        Pre and post in fixed point, pre and post in float.
    counts : tuple of EventCount
        Saturations and wraps of every instruction of the rule.
    windows : mapping of str to Window
        By target.
    notes : tuple of str
        Remarks: what was assumed, and what the comparison cannot show.
    gains : tuple of ProductGain
        What each product counts in fixed point.
    """

    subject: RuleFile
    machine: Machine
    setting: Setting
    synapses: tuple[NDArray[np.int64], NDArray[np.int64]]
    fixed: Run
    ideal: Run
    differences: tuple[Difference, ...]
    activities: tuple[Activity, ...]
    counts: tuple[EventCount, ...]
    windows: Mapping[str, Window]
    notes: tuple[str, ...]
    gains: tuple[ProductGain, ...]

    @property
    def verdict(self) -> str:
        """Whether the rule learns, saturates or never moves, and why; one sentence."""
        return verdict(self.subject, self.machine, self.gains, self.fixed, self.ideal)

    @property
    def rule(self) -> LearningRule:
        """The rule."""
        return self.subject.rule

    @property
    def epoch(self) -> int:
        """Steps between changes of a synapse: the rule's epoch; 1 on a machine without epochs."""
        return self.rule.t_epoch if self.machine.epochs else 1

    def observed(self, run: Run, target: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Lags and changes of one target in one run; see `observed_changes`."""
        post, pre = self.synapses
        variable = VARIABLE_OF[target]
        return observed_changes(
            run.series[variable],
            run.pre.raster()[:, pre],
            run.post.raster()[:, post],
            epoch=self.epoch if run is self.fixed else self.rule.t_epoch,
            start=run.start[variable][post, pre],
        )
