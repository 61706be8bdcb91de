"""Whether a rule learns in fixed point, in one sentence: what a comparison says first.

Example: of Lava's STDP tutorial it is "learns: weight w goes from 50 to 60 (float: 57.03)".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.tables import shown
from loihi_emu.analysis.window import NOTHING, VARIABLE_OF
from loihi_emu.compiler.synapse_format import synapse_format

if TYPE_CHECKING:
    from loihi_emu.analysis.one_run import Run
    from loihi_emu.chip.machines import Machine
    from loihi_emu.compiler.gain import ProductGain
    from loihi_emu.compiler.rule_files import RuleFile

LABELS: Final = {"weights": "weight w", "tag_2": "delay d (tag_2)", "tag_1": "tag t (tag_1)"}
"""Variables by the names they have in rules and in Lava."""


@dataclass(frozen=True)
class Course:
    """How a variable went in one mode.

    Parameters
    ----------
    start : array
        Every synapse before the first step.
    series : [step, synapse] array
        The recorded synapses after each step.
    final : array, optional
        Every synapse after the last step; by default the last row of `series`.
    """

    start: NDArray[Any]
    series: NDArray[Any]
    final: NDArray[Any] | None = None

    @property
    def end(self) -> NDArray[Any]:
        """Every synapse after the last step."""
        return np.asarray(self.series)[-1] if self.final is None else np.asarray(self.final)

    @property
    def moves(self) -> bool:
        """Whether a synapse ever differed from its start."""
        series = np.asarray(self.series)
        return bool(np.any(series != series[0]) or np.any(self.end.ravel() != _flat(self.start)))


def verdict(
    subject: RuleFile, machine: Machine, gains: Sequence[ProductGain], fixed: Run, ideal: Run
) -> str:
    """What became of each variable that the rule changes, in fixed point beside float.

    A variable *learns*, *saturates at step T* (it reaches an end of its range and never leaves it
    again), or *never moves*; then the sentence says why.
    """
    parts = []
    synapse = subject.synapse
    silent = tuple(side for side in ("pre", "post") if not getattr(fixed, side).raster().any())
    for target in subject.rule.series:
        lost = [one for one in gains if one.target == target and one.lost_bits]
        ends = synapse_format(
            target[1], machine, synapse.sign_mode,  # type: ignore[arg-type]
            synapse.num_weight_bits,
        )[-2:]  # fmt: skip
        name = VARIABLE_OF[target]
        courses = (Course(r.start[name], r.series[name], r.final[name]) for r in (fixed, ideal))
        parts.append(verdict_on(name, ends, lost, *courses, silent=silent))
    return "; ".join(parts)


def verdict_on(
    name: str,
    ends: tuple[int, int],
    lost: Sequence[ProductGain],
    fixed: Course,
    ideal: Course,
    *,
    silent: Sequence[str],
) -> str:
    """The verdict on one variable, whose range has these ends; `silent` sides have no spikes."""
    label = LABELS[name]
    if not fixed.moves:
        reason = _why_still(lost, ideal, silent)
        return f"never moves: {label} stays at {_mean(fixed.start)}; {reason}"
    course = (
        f"{label} goes from {_mean(fixed.start)} to {_mean(fixed.end)} (float: {_mean(ideal.end)})"
    )
    step = _saturated(fixed.series, ends)
    if step is not None:
        which = "every synapse is" if fixed.end.size > 1 else "it is"
        return f"saturates at step {step}: {course}; from then on {which} at an end of its range"
    full = int(np.isin(fixed.end, ends).sum())
    ended = f"; {full} of {fixed.end.size} synapses end at an end of their range" if full else ""
    return f"learns: {course}{ended}"


def _why_still(lost: Sequence[ProductGain], ideal: Course, silent: Sequence[str]) -> str:
    """Why a variable did not move."""
    if silent:
        return f"no {' and no '.join(silent)} neuron spikes"
    before, after = (_flat(one).astype(float) for one in (ideal.start, ideal.end))
    if not np.any(np.abs(after - before) > NOTHING):
        return "it does not move in float either"
    reason = f"every product rounds to 0 (float: {_mean(ideal.end)})"
    if lost:
        reason += f"; {lost[0].text} counts {lost[0].shown} in fixed point"
    return reason


def _flat(values: Any) -> NDArray[Any]:
    """All values in a row."""
    return np.asarray(values).ravel()


def _saturated(series: NDArray[Any], ends: tuple[int, int]) -> int | None:
    """The first step from which on every recorded synapse is at an end of its range, if any."""
    at_end = np.asarray(np.isin(np.asarray(series), ends).all(axis=1))
    if not at_end.size or not at_end[-1]:
        return None
    inside = np.flatnonzero(~at_end)
    return int(inside[-1]) + 2 if inside.size else 1


def _mean(values: NDArray[Any]) -> str:
    """A value, or the mean of several."""
    value = float(np.asarray(values, np.float64).mean())
    return ("on average " if np.size(values) > 1 else "") + shown(value)
