"""One table of every measurement: `python -m benchmarks [NAME...] [--json FILE] [--list]`.

`python -m benchmarks first-run` times first results where nothing is compiled, see first_run.py.

Nothing is asserted: a goal that is not reached is a "no" in the table. A side that cannot run is
named with the reason; the exit status is then 1. Bad usage: 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import first_run
from benchmarks.measuring import Measurement, measure
from benchmarks.rows import Row, rows
from benchmarks.table import document, facts, notes, show
from benchmarks.turns import SECONDS

FEWEST_REPETITIONS = 5


def main(arguments: list[str] | None = None) -> int:
    """Measure what the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to measure; all if none")
    parser.add_argument("--list", action="store_true", help="print the rows' names and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    parser.add_argument("--seed", type=int, default=0, help="of all weights and spikes")
    parser.add_argument("--repetitions", type=int, default=7, help="at least 5 (default 7)")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS,
        help=f"a time compared with a clock is repeated so long (default {SECONDS:g})",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    known = rows(options.seed)
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"no row {unknown[0]!r}; there are {', '.join(known)}")
    if options.repetitions < FEWEST_REPETITIONS:
        parser.error(f"--repetitions is {options.repetitions}; at least {FEWEST_REPETITIONS}")
    if options.list:
        for row in known.values():
            print(f"{row.name:12} {row.title}; against {row.against}; goal {row.goal.text or '-'}")
        return 0
    chosen = [known[name] for name in options.names or known]
    measurements = _measured(chosen, options.repetitions, options.seconds)
    about = facts(options.seed, options.repetitions)
    show(measurements, about)
    if options.json:
        options.json.write_text(json.dumps(document(measurements, about), indent=1) + "\n")
    return 1 if notes(measurements) else 0


def _measured(chosen: list[Row], repetitions: int, seconds: float) -> list[Measurement]:
    measurements = []
    for number, row in enumerate(chosen, 1):
        print(f"[{number}/{len(chosen)}] {row.name}: {row.title}", file=sys.stderr, flush=True)
        measurements.append(measure(row, repetitions, seconds))
    return measurements


if __name__ == "__main__":
    sys.exit(first_run.main(sys.argv[2:]) if sys.argv[1:2] == ["first-run"] else main())
