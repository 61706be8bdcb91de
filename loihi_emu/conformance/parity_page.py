"""The matrix of docs/parity.md: every recording that can be scored, against every machine.

A test compares the page with what this module gives. `python docs/generate_parity.py` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import Any, Final

from loihi_emu.chip.machines import MACHINES, Machine
from loihi_emu.conformance.score_machine import score
from loihi_emu.conformance.score_series import load_series
from loihi_emu.conformance.score_summaries import score_summaries

BEGIN: Final = "<!-- matrix: written by docs/generate_parity.py -->"
END: Final = "<!-- end of matrix -->"
SERIES: Final = "chip_series_tau10.json"
SUMMARIES: Final = "chip_summaries.json"
SEEDS: Final = 300


def machines() -> tuple[Machine, ...]:
    """The machines of the matrix: of two names for the same fields the later one."""
    every = list(MACHINES.values())
    return tuple(
        one
        for k, one in enumerate(every)
        if all(one.differences(other) for other in every[k + 1 :])
    )


def matrix(cases: Path) -> str:
    """The table in Markdown, with its markers.

    Parameters
    ----------
    cases : Path
        Folder of the recorded cases.
    """
    series, summaries = load_series(cases / SERIES), load_series(cases / SUMMARIES)
    columns = [
        [
            _series_cell(score(series, one)),
            *map(_cell, score_summaries(summaries, one, seeds=SEEDS)),
        ]
        for one in machines()
    ]
    first = [("series labelled `loihi_*`, tau 10", "Loihi 2")]
    first += [(entry["name"], entry["chip"]) for entry in summaries["recordings"]]
    head = ("recording", "chip", *(f"`{one.name}`" for one in machines()))
    rows = [
        (name, chip, *(column[k] for column in columns)) for k, (name, chip) in enumerate(first)
    ]
    lines = [head, tuple("---" for _ in head), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{BEGIN}\n\n{table}\n\n{END}"


def updated(page: str, cases: Path) -> str:
    """The page with its matrix as the machines give it now."""
    before, rest = page.split(BEGIN)
    return before + matrix(cases) + rest.split(END)[1]


def _series_cell(found: Mapping[str, Any]) -> str:
    """Impossible transitions, or how far the likelihood lies from what the machine would give."""
    distinct = found["distinct"]
    if distinct["impossible"]:
        return f"{distinct['impossible']} of {distinct['transitions']} impossible"
    z = (distinct["log_likelihood"] - distinct["expected"]) / sqrt(distinct["variance"])
    return f"possible, z {z:+.1f}"


def _cell(row: Mapping[str, Any]) -> str:
    """One number with its error, or why there is none."""
    if row["method"] == "cannot":
        return "cannot run it"
    name = "P" if row["p"] is None else "p"
    value = row["probability"] if row["p"] is None else row["p"]
    error = row["probability_error"] if row["p"] is None else row["p_error"]
    if row["method"] == "exact":
        return f"{name} = {value:.2g}, exact"
    if value == 0:
        return f"none of {row['seeds']}"
    return f"{name} = {value:.2g} ± {error:.1g}"
