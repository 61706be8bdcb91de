"""A comparison as text, tables and JSON.

Example: `for part in parts(comparison): print(part)` is what `loihi-emu compare` prints.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loihi_emu.analysis.subject import read_traces
from loihi_emu.analysis.tables import Table, shown
from loihi_emu.analysis.verdict import LABELS

if TYPE_CHECKING:
    from loihi_emu.analysis.one_run import Run
    from loihi_emu.analysis.result import Result

_ALL_SYNAPSES: Final = 10_000


def label(variable: str) -> str:
    """The name of a variable in rules and in Lava.

    >>> label("tag_2"), label("x1")
    ('delay d (tag_2)', 'x1')
    """
    return LABELS.get(variable, variable)


def parts(comparison: Result) -> list[str | Table]:
    """The report: the verdict, what ran, differences, final values, activity, events, notes."""
    found: list[str | Table] = [comparison.verdict, _head(comparison)]
    found += [_gain_table(comparison), _difference_table(comparison)]
    found += [_final_values(comparison), _activity_table(comparison), _counts(comparison)]
    if comparison.notes:
        found.append("\n".join(f"* {note}" for note in comparison.notes))
    return [part for part in found if part != ""]


def to_dict(comparison: Result) -> dict[str, Any]:
    """The report in JSON's types and NumPy's; series are left to the data file."""
    subject, setting = comparison.subject, comparison.setting
    rule = comparison.rule
    return {
        "rule": {
            "name": subject.name, "title": subject.title, "source": subject.source,
            **{target: str(series) for target, series in rule.series.items()},
            "traces": {name: asdict(trace) for name, trace in rule.traces.items()},
            "t_epoch": rule.t_epoch, "rng_seed": rule.rng_seed,
        },
        "verdict": comparison.verdict,
        "machine": comparison.machine.name,
        "gains": [one.to_dict() for one in comparison.gains],
        "setting": asdict(setting),
        "variables": {
            one.variable: {
                "largest_difference": one.largest, "mean_difference": one.mean,
                "first_step_that_differs": one.first_step,
                "first_step_that_differs_by_1": one.first_unit_step,
            }
            for one in comparison.differences
        },
        "final": {run.mode: _final(run) for run in (comparison.fixed, comparison.ideal)},
        "activity": [asdict(one) for one in comparison.activities],
        "events": [asdict(one) for one in comparison.counts],
        "saturations": sum(e.times for e in comparison.counts if e.kind == "saturation"),
        "wraps": sum(e.times for e in comparison.counts if e.kind == "wrap"),
        "windows": {target: asdict(one) for target, one in comparison.windows.items()},
        "notes": comparison.notes,
    }  # fmt: skip


def _final(run: Run) -> dict[str, Any]:
    """Final values of every synapse, or their summary where there are many."""
    return {
        name: {
            "mean": float(values.mean()), "lowest": values.min(), "highest": values.max(),
            "values": values if values.size <= _ALL_SYNAPSES else None,
        }
        for name, values in run.final.items()
    }  # fmt: skip


def _head(comparison: Result) -> str:
    """Which rule ran where."""
    setting, rule = comparison.setting, comparison.rule
    n = setting.neurons
    size = "one synapse" if n == 1 else f"{n} x {n} synapses"
    seed = setting.rng_seed if rule.rng_seed is None else rule.rng_seed
    return "\n".join(
        [
            comparison.subject.title,
            *(f"  {target} = {series}" for target, series in rule.series.items()),
            f"fixed_pt on {comparison.machine.name} beside floating_pt: {size}, "
            f"{setting.steps} steps, epoch {rule.t_epoch}, initial weight {setting.weight}",
            f"spike trains: seed {setting.seed}, probability {shown(setting.probability)}; "
            f"rounding: seed {seed}",
            *([f"traces: {_traces(comparison)}"] if read_traces(rule) else []),
        ]
    )


def _traces(comparison: Result) -> str:
    """Impulse and tau of every trace that the rule reads."""
    rule = comparison.rule
    return ", ".join(
        f"{name} impulse {shown(rule.traces[name].impulse)}, tau {shown(rule.traces[name].tau)}"
        for name in read_traces(rule)
    )


def _gain_table(comparison: Result) -> str | Table:
    """Products that count less in fixed point than their text says; nothing where none does."""
    lost = [one for one in comparison.gains if one.lost_bits]
    if not lost:
        return ""
    rows = [(one.target, one.text, one.shown, one.restored) for one in lost]
    columns = ("target", "product", "counts", "as written again by")
    return Table.of(columns, rows, f"products that {comparison.machine.name} makes smaller")


def _difference_table(comparison: Result) -> Table:
    """One row a variable."""
    columns = ("variable", "largest diff.", "mean diff.", "first differs", "first by 1 or more")
    rows = [
        (
            label(one.variable), _measured(one.largest), _measured(one.mean),
            _at(one.first_step), _at(one.first_unit_step),
        )
        for one in comparison.differences
    ]  # fmt: skip
    return Table.of(columns, rows, "fixed_pt against floating_pt")


def _measured(value: float) -> str:
    """A difference with four digits."""
    return f"{value:.4g}"


def _at(step: int | None) -> str:
    """A step, or that there is none."""
    return "never" if step is None else f"step {step}"


def _final_values(comparison: Result) -> Table:
    """Final values of synaptic variables in both modes."""
    rows: list[tuple[Any, ...]] = []
    for name in comparison.fixed.final:
        for run in (comparison.fixed, comparison.ideal):
            values = np.asarray(run.final[name])
            if values.size == 1:
                rows.append((label(name), run.mode, values.item()))
            else:
                summary = (values.min(), float(values.mean()), values.max())
                rows.append((label(name), run.mode, *summary))
    if len(rows[0]) == 3:
        return Table(
            ("final value of", "mode", "value"),
            tuple((name, mode, repr(value)) for name, mode, value in rows),
        )
    return Table.of(("final values of", "mode", "lowest", "mean", "highest"), rows)


def _activity_table(comparison: Result) -> Table:
    """One row a population and mode."""
    columns = ("population", "spikes", "per neuron and step", "silent", "median interval")
    rows = [
        (one.population, one.spikes, _measured(one.rate), one.silent, one.median_interval)
        for one in comparison.activities
    ]
    return Table.of(columns, rows)


def _counts(comparison: Result) -> str | Table:
    """Instructions that saturated or wrapped, or that none did."""
    hit = [one for one in comparison.counts if one.times]
    if not hit:
        count = len(comparison.counts)
        return f"no instruction of the rule saturated or wrapped: 0 events at {count} that could"
    rows = [
        (f"d{one.variable}", one.address, one.op, one.meaning, one.product or None, one.times)
        for one in hit
    ]
    columns = ("program", "address", "instruction", "event", "of product", "times")
    return Table.of(columns, rows, "saturations and wraps in fixed_pt")
