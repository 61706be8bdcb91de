"""Whether a rule learns in fixed point, in one sentence: what a comparison says first.

Example: of Lava's STDP tutorial it is "learns: weight w goes from 50 to 60 (float: 57.03)".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

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


def verdict(
    subject: RuleFile, machine: Machine, gains: Sequence[ProductGain], fixed: Run, ideal: Run
) -> str:
    """What became of each variable that the rule changes, in fixed point beside float.

    A variable *learns*, *saturates at step T* (it reaches an end of its range and never leaves it
    again), or *never moves*; then the sentence says why.
    """
    parts = []
    synapse = subject.synapse
    for target in subject.rule.series:
        lost = [one for one in gains if one.target == target and one.lost_bits]
        ends = synapse_format(
            target[1], machine, synapse.sign_mode,  # type: ignore[arg-type]
            synapse.num_weight_bits,
        )[-2:]  # fmt: skip
        parts.append(_of_one(VARIABLE_OF[target], ends, lost, fixed, ideal))
    return "; ".join(parts)


def _of_one(
    name: str, ends: tuple[int, int], lost: Sequence[ProductGain], fixed: Run, ideal: Run
) -> str:
    """The verdict on one variable, whose range has these ends."""
    label = LABELS[name]
    if not _moves(fixed, name):
        return f"never moves: {label} stays at {_mean(fixed.start[name])}; " + _why_still(
            name, lost, fixed, ideal
        )
    course = (
        f"{label} goes from {_mean(fixed.start[name])} to {_mean(fixed.final[name])} "
        f"(float: {_mean(ideal.final[name])})"
    )
    step = _saturated(fixed.series[name], ends)
    if step is not None:
        which = "every synapse is" if fixed.final[name].size > 1 else "it is"
        return f"saturates at step {step}: {course}; from then on {which} at an end of its range"
    full = int(np.isin(np.asarray(fixed.final[name]), ends).sum())
    n = fixed.final[name].size
    ended = f"; {full} of {n} synapses end at an end of their range" if full else ""
    return f"learns: {course}{ended}"


def _moves(run: Run, name: str) -> bool:
    """Whether a variable ever differed from its start."""
    series = np.asarray(run.series[name])
    if not series.size:
        return False
    still = run.final[name] == run.start[name]
    return bool(np.any(series != series[0]) or not np.all(still))


def _why_still(name: str, lost: Sequence[ProductGain], fixed: Run, ideal: Run) -> str:
    """Why a variable did not move."""
    silent = [side for side in ("pre", "post") if not getattr(fixed, side).raster().any()]
    if silent:
        return f"no {' and no '.join(silent)} neuron spikes"
    start, final = (np.asarray(one[name], np.float64) for one in (ideal.start, ideal.final))
    if not np.any(np.abs(final - start) > NOTHING):
        return "it does not move in float either"
    reason = f"every product rounds to 0 (float: {_mean(final)})"
    if lost:
        reason += f"; {lost[0].text} counts {lost[0].shown} in fixed point"
    return reason


def _saturated(series: NDArray[np.generic], ends: tuple[int, int]) -> int | None:
    """The first step from which on every recorded synapse is at an end of its range, if any."""
    at_end = np.asarray(np.isin(np.asarray(series), ends).all(axis=1))
    if not at_end.size or not at_end[-1]:
        return None
    inside = np.flatnonzero(~at_end)
    return int(inside[-1]) + 2 if inside.size else 1


def _mean(values: NDArray[np.generic]) -> str:
    """A value, or the mean of several."""
    value = float(np.asarray(values, np.float64).mean())
    return ("on average " if np.size(values) > 1 else "") + shown(value)
