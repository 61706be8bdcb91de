"""Measure everything on docs/performance.md and write it: `python -m benchmarks.performance`.

Takes some minutes on an idle machine; peers that are not installed are named on the page
(`python -m benchmarks.oracles setup` installs them). Example: `--only rate` draws one plot anew.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from benchmarks.measuring import Measurement, measure
from benchmarks.performance.drawing import draw
from benchmarks.performance.memory import costs
from benchmarks.performance.series import Points, figures, measure_figure
from benchmarks.rows import rows
from benchmarks.table import HEADINGS, cells, facts, notes

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"


def main(arguments: list[str] | None = None) -> int:
    """Write the page and its plots; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("--only", metavar="PLOT", help="draw one plot, leave the page")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args(arguments)
    wanted = figures(options.seed)
    if options.only:
        if options.only not in wanted:
            parser.error(f"no plot {options.only!r}; there are {', '.join(wanted)}")
        wanted = {options.only: wanted[options.only]}
    points = {}
    for name, figure in wanted.items():
        points[name] = measure_figure(figure, options.repetitions, _say)
        draw(figure, points[name], DOCS / "figures" / f"performance-{name}.png")
    if options.only:
        return 0
    measured = []
    for row in rows(options.seed).values():
        _say(f"{row.name}: {row.title}")
        measured.append(measure(row, options.repetitions))
    about = facts(options.seed, options.repetitions)
    machine = about["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    PAGE.write_text(
        Template(Path(__file__).with_name("page.md").read_text()).substitute(
            machine=f"{machine['processor']} with {machine['cores']} cores ({versions})",
            date=datetime.date.today().isoformat(),
            table=_table(measured),
            missing="".join(f"* {note}\n" for note in notes(measured)),
            threads=_threads(points["chip"]),
            memory=_memory(),
        )
    )
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _table(measurements: Sequence[Measurement]) -> str:
    """The benchmarks' table in Markdown."""
    lines = [list(HEADINGS), ["---"] * len(HEADINGS), *map(cells, measurements)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _memory() -> str:
    """Bytes a neuron and a synapse, in Markdown."""
    lines = [f"| {cost.what} | {cost.bytes:.1f} |" for cost in costs()]
    return "\n".join(["| one | bytes |", "|---|---|", *lines])


def _threads(points: Points) -> str:
    """What the second thread gains, rate by rate."""
    one, two = points["1 thread"], points["2 threads"]
    gains = [f"{a / b:.2f} x at {x:g} Hz" for (x, a), (_, b) in zip(one, two, strict=True)]
    return "two are " + ", ".join(gains) + " as fast as one."


if __name__ == "__main__":
    sys.exit(main())
