"""Whether the code has become slower: ratios against peers, beside those that were kept.

Each row's two sides run in turns in this very run, so that a slow or busy machine meets both; what
is compared is the ratio of their times. A row fails when it is worse than the kept ratio by more
than `ALLOWED`, three times over. A peer that cannot run (no gcc) is named and passed over.
Example: `python -m benchmarks.regression`; `--keep` writes the ratios of this machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.measuring import measure
from benchmarks.rows import rows

KEPT = Path(__file__).with_name("regression.json")
ROWS = ("c-kernel", "lines-1k", "lines-4k", "decay-copy", "own-draws", "sweep")
ALLOWED = 2.0
ATTEMPTS = 3
REPETITIONS = 7


def main(arguments: list[str] | None = None) -> int:
    """Measure and compare; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.regression", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="write this run's ratios")
    options = parser.parse_args(arguments)
    kept: dict[str, float] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    found = {}
    worse = False
    for name in ROWS:
        ratio = _ratio(name, None if options.keep else kept.get(name))
        if ratio is None:
            print(f"{name:12} a side could not run; passed over")
            continue
        found[name] = round(ratio, 3)
        limit = kept.get(name, 0.0) / ALLOWED
        verdict = "" if options.keep else ("ok" if ratio >= limit else "WORSE")
        worse |= verdict == "WORSE"
        print(f"{name:12} theirs / ours {ratio:8.3g}   kept {kept.get(name, 0.0):8.3g}   {verdict}")
    if options.keep:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
    return int(worse)


def _ratio(name: str, kept: float | None) -> float | None:
    """Theirs / ours: the best of some attempts, one where the first is good enough."""
    best: float | None = None
    for _ in range(ATTEMPTS):
        ratio = measure(rows(0)[name], REPETITIONS).ratio
        if ratio is None:
            return best
        best = ratio if best is None else max(best, ratio)
        if kept is None or best >= kept / ALLOWED:
            break
    return best


if __name__ == "__main__":
    sys.exit(main())
