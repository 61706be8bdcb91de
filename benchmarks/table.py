"""Shows measurements: one table for people, one JSON document for programs.

The table is rich's where rich is installed and the terminal is wide enough, plain text otherwise;
both have the same cells.
Example: `print(plain([measure(row, 5)]))`.
"""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measurement, Side
from benchmarks.turns import quietest

HEADINGS = ("name", "what", "ours", "against", "theirs", "ratio", "goal", "reached")
PACKAGES = ("loihi-emu", "numpy", "numba", "llvmlite")


def cells(measurement: Measurement) -> list[str]:
    """One measurement as the table's cells, in the order of `HEADINGS`."""
    row, ratio = measurement.row, measurement.ratio
    if ratio is None:
        shown = _interference(measurement)
    elif row.goal.kind == "faster":
        shown = f"{ratio:,.3g} x faster" if ratio < 100 else f"{ratio:,.0f} x faster"
    else:
        shown = f"{1 / ratio:.2f} x the time"
    goal = _quantity(row.goal.value, row.unit) if row.goal.kind == "below" else row.goal.text
    reached = {True: "yes", False: "no", None: "-"}[measurement.reached]
    theirs = _side(measurement.theirs, row.unit) if row.theirs else ""
    ours = _side(measurement.ours, row.unit)
    return [row.name, row.title, ours, row.against, theirs, shown, goal, reached]


def _interference(measurement: Measurement) -> str:
    """How much other load slowed a time that is compared with a clock."""
    if not measurement.row.by_the_clock or not measurement.ours.values:
        return ""
    return f"interference {measurement.held_up:.2f} x"


def _side(side: Side, unit: str) -> str:
    return "missing (see below)" if side.median is None else _quantity(side.median, unit)


def _quantity(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.3g} {unit}"
    for scale, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= scale:
            return f"{value / scale:.3g} {name}"
    return f"{value / 1e-6:.3g} us"


def notes(measurements: Sequence[Measurement]) -> list[str]:
    """Why a side is missing, a line for each."""
    return [
        f"{measurement.row.name}: {whose} side is missing: {side.missing}"
        for measurement in measurements
        for whose, side in (("our", measurement.ours), ("their", measurement.theirs))
        if side.missing
    ]


def remarks(measurements: Sequence[Measurement]) -> list[str]:
    """What a row's repetitions gave, all and those with the least interference; a line a row."""
    return [
        _in_quiet_moments(each)
        for each in measurements
        if each.ours.values and len(each.turns) > each.repetitions
    ]


def _in_quiet_moments(measurement: Measurement) -> str:
    row, quiet = measurement.row, quietest(measurement.turns, measurement.repetitions)
    reached = sum(row.goal.reached(value, None) is True for value in measurement.ours.values)
    held_up = statistics.median(turn.held_up for turn in quiet)
    least = _quantity(statistics.median(turn.values["ours"] for turn in quiet), row.unit)
    return (
        f"{row.name}: {reached} of {len(measurement.turns)} repetitions reach the goal; the median "
        f"of the {len(quiet)} with the least interference ({held_up:.2f} x) is {least}"
    )


def plain(measurements: Sequence[Measurement]) -> str:
    """The table as text."""
    lines = [list(HEADINGS), *map(cells, measurements)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def show(measurements: Sequence[Measurement], facts: dict[str, Any]) -> None:
    """Print the table, what is missing, the machine and the versions."""
    if not _shown_by_rich(measurements):
        print(plain(measurements))
    for line in (*notes(measurements), *remarks(measurements)):
        print(line)
    machine = facts["machine"]
    print(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}")
    print(", ".join(f"{name} {number}" for name, number in facts["versions"].items()))
    print(f"seed {facts['seed']}, medians of {facts['repetitions']}, sides alternately")


def _shown_by_rich(measurements: Sequence[Measurement]) -> bool:
    """Print rich's table; False, and nothing, without rich or on too narrow a terminal."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        return False
    table = Table(*HEADINGS)
    for measurement in measurements:
        table.add_row(*cells(measurement))
    console = Console()
    unlimited = console.options.update(max_width=1000)
    if console.measure(table, options=unlimited).maximum > console.width:
        return False
    console.print(table)
    return True


def facts(seed: int, repetitions: int) -> dict[str, Any]:
    """The machine, the versions of our side and the choices of this run."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
        },
        "versions": versions,
        "seed": seed,
        "repetitions": repetitions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def document(measurements: Sequence[Measurement], about: dict[str, Any]) -> dict[str, Any]:
    """Everything that was measured, ready for JSON."""
    return {**about, "rows": [_entry(measurement) for measurement in measurements]}


def _entry(measurement: Measurement) -> dict[str, Any]:
    row = measurement.row
    return {
        "name": row.name,
        "what": row.title,
        "against": row.against,
        "unit": row.unit,
        "goal": {"kind": row.goal.kind, "value": row.goal.value},
        "ours": _described(measurement.ours),
        "theirs": _described(measurement.theirs) if row.theirs else None,
        "ratios": measurement.ratios,
        "ratio": measurement.ratio,
        "held_up": [turn.held_up for turn in measurement.turns],
        "reached": measurement.reached,
    }


def _described(side: Side) -> dict[str, Any]:
    return {
        "median": side.median,
        "values": side.values,
        "missing": side.missing,
        "versions": side.versions,
        "parameters": side.parameters,
    }
