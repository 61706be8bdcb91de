"""Measure everything on docs/performance.md and write it: `python -m benchmarks.performance`.

Takes some minutes on an idle machine; peers that are not installed are named on the page
(`python -m benchmarks.oracles setup` installs them). Example: `--only rate` draws one plot anew.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from benchmarks.measuring import Measurement, measure
from benchmarks.performance.drawing import draw, draw_moments
from benchmarks.performance.memory import costs
from benchmarks.performance.series import REAL_TIME, Points, chip_by_moment, figures, measure_figure
from benchmarks.rows import rows
from benchmarks.table import HEADINGS, cells, facts, notes, remarks
from benchmarks.turns import SECONDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
MOMENTS = "moments"


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
        draw(figure, points[name], _plot(name))
    if options.only:
        return 0
    _say(f"{MOMENTS}: a chip, one moment after the other")
    moments = chip_by_moment(options.seed)
    draw_moments(moments, _plot(MOMENTS))
    measured = []
    for row in rows(options.seed).values():
        _say(f"{row.name}: {row.title}")
        measured.append(measure(row, options.repetitions))
    about = facts(options.seed, options.repetitions)
    machine = about["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    text = {
        "machine": f"{machine['processor']} with {machine['cores']} cores ({versions})",
        "date": datetime.date.today().isoformat(),
        "table": _table(measured),
        "notes": "".join(f"* {line}\n" for line in (*notes(measured), *remarks(measured))),
        "seconds": f"{SECONDS:g}",
        "threads": _threads(points["chip"]),
        "moments": _moments(moments),
        "memory": _memory(),
    }
    PAGE.write_text(page(text, [cells(each) for each in measured]))
    return 0


def page(text: dict[str, str], table: Sequence[Sequence[str]]) -> str:
    """The page: page.md with these texts, and with one number of each row of the table.

    Row `dense-1k` fills in `$dense_1k`: its ratio, or its time where nothing is compared with it.
    """
    ratio, ours, theirs = (HEADINGS.index(name) for name in ("ratio", "ours", "theirs"))
    said = {row[0].replace("-", "_"): row[ratio if row[theirs] else ours] for row in table}
    said = {name: number or "not measured" for name, number in said.items()}
    return Template(Path(__file__).with_name("page.md").read_text()).substitute(said | text)


def _plot(name: str) -> Path:
    return DOCS / "figures" / f"performance-{name}.png"


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
    return f"Two threads are faster than one: {', '.join(gains)}."


def _moments(moments: Sequence[tuple[float, float]]) -> str:
    """How a chip's repetitions went: all, with the least interference, and with the most."""
    by_look = [seconds for _, seconds in sorted(moments)]
    tenth = len(by_look) // 10
    least, most = (statistics.median(part) * 1e3 for part in (by_look[:tenth], by_look[-tenth:]))
    real_time = sum(seconds < REAL_TIME for seconds in by_look)
    return (
        f"Of {len(moments)} repetitions, {real_time} took less than 1 ms a step. The median is "
        f"{statistics.median(by_look) * 1e3:.2f} ms a step; it is {least:.2f} ms for the tenth of "
        f"the repetitions with the least interference and {most:.2f} ms for the tenth with the "
        "most."
    )


if __name__ == "__main__":
    sys.exit(main())
