"""Reads and writes files of recorded cases: one case a line, JSON, gzipped.

Runs in Python 3.10 too. A file is byte for byte the same for the same cases (no time stamp).
Example: `write_cases(path, cases)`, then `list(read_cases(path))`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of a file, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Write `cases` to `path`; returns how many.

    Raises
    ------
    ValueError
        If a case holds a number that is not finite: JSON has none.
    """
    count = 0
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        for case in cases:
            line = json.dumps(case, separators=(",", ":"), allow_nan=False)
            out.write(line.encode() + b"\n")
            count += 1
    return count
