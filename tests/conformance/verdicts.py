"""Replays recorded cases in as many processes as there are processors, each its share.

A verdict is None where a case agrees, else what disagrees. Example:
`verdicts(CASES / "lava_networks.jsonl.gz")["network-0"]` is None.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from loihi_emu.conformance import first_disagreement, read_cases, replay

CASES = Path(__file__).parent / "cases"
_SHARES_PER_PROCESS = 6
_SHARES_IN_A_LIFE = 2
"""Compiled rules stay in memory, so a process is replaced after some."""


def kind_of(case: Mapping[str, Any]) -> str:
    """Kind, mode and model of a case, and `sparse` where its connection is."""
    parts = (case["kind"], case.get("model"), case.get("mode"), case.get("connection"))
    return " ".join(part for part in parts if part)


def verdict(case: Mapping[str, Any], *, interpreted: bool = False) -> str | None:
    """None where `case` agrees, else the first disagreement or the error."""
    try:
        disagreement = first_disagreement(case, replay(case, interpreted=interpreted))
    except Exception as error:  # every case gets its verdict, whatever the others do
        return f"{case.get('id')}: {type(error).__name__}: {error}"
    return None if disagreement is None else str(disagreement)


def verdicts(path: Path, *, interpreted: bool = False) -> dict[str, str | None]:
    """Verdicts of all cases of `path` but the texts, by id."""
    processes = os.cpu_count() or 1
    shares = processes * _SHARES_PER_PROCESS
    jobs = [(path, share, shares, interpreted) for share in range(shares)]
    # spawned, so that threads of this process cannot leave a lock behind in its children
    with get_context("spawn").Pool(processes, maxtasksperchild=_SHARES_IN_A_LIFE) as pool:
        found = pool.starmap(_verdicts_of_share, jobs, chunksize=1)
    return {name: one for share in found for name, one in share.items()}


def _verdicts_of_share(
    path: Path, share: int, shares: int, interpreted: bool
) -> dict[str, str | None]:
    """Every `shares`-th case from case number `share`."""
    cases = (case for case in read_cases(path) if case["kind"] != "parse")
    return {
        case["id"]: verdict(case, interpreted=interpreted)
        for number, case in enumerate(cases)
        if number % shares == share
    }
