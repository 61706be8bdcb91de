"""Records from Lava; runs inside the `lava` environment (Python 3.10), as a script:

    python -m benchmarks.oracles.record_lava record learning 100 7 new.jsonl.gz
    python -m benchmarks.oracles.record_lava replay given.jsonl.gz again.jsonl.gz

`record` draws inputs and keeps what Lava gives; `replay` gives the inputs of recorded cases to Lava
again. A drawn case that Lava refuses, or whose numbers are not finite, is drawn anew.
"""  # noqa: D400

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.oracles.case_files import Case, read_cases, write_cases
from benchmarks.oracles.lava_cases import draw
from benchmarks.oracles.lava_models import run


def recorded(kind: str, count: int, seed: int) -> Iterator[Case]:
    """`count` cases of `kind`; the same ones for the same seed."""
    made = attempt = 0
    while made < count:
        case = draw(kind, np.random.default_rng([seed, attempt]), f"{kind}-{seed}-{made}")
        attempt += 1
        out = _attempted(case)
        if out is not None:
            made += 1
            yield {**case, "out": out}
    print(f"{kind}: {made} recorded, {attempt - made} drawn anew", file=sys.stderr)


def _attempted(case: Case) -> dict[str, Any] | None:
    """Lava's `out`, or None where Lava fails on the case or leaves the numbers."""
    try:
        with np.errstate(all="ignore"):
            out = run(case)
    except Exception as error:
        print(f"{case['id']}: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    if case["kind"] == "parse":
        if case["wellformed"] and "error" in out:
            print(f"Lava refused {case['rule']['dw']!r}: {out['message']}", file=sys.stderr)
            return None
        return out
    return out if all(map(_is_finite, out.values())) else None


def _is_finite(series: Any) -> bool:
    if isinstance(series, list):
        return all(map(_is_finite, series))
    return math.isfinite(series)


def replayed(path: Path) -> Iterator[Case]:
    """The cases of a file with the `out` that Lava gives here and now."""
    for case in read_cases(path):
        yield {**case, "out": run(case)}


def main(arguments: list[str], record: Callable[[str, int, int], Iterator[Case]]) -> None:
    """Do what the command line says (see the module)."""
    if arguments[0] == "record":
        kind, count, seed, out = arguments[1:]
        write_cases(Path(out), record(kind, int(count), int(seed)))
    else:
        given, out = arguments[1:]
        write_cases(Path(out), replayed(Path(given)))


if __name__ == "__main__":
    main(sys.argv[1:], recorded)
