"""Recorded cases: read from JSON lines, plain or gzipped, and compared series by series.

Authority for the form: conformance/FORMAT.md. Integers agree exactly, floats within 1e-9 relative
and 1e-12 absolute (beyond 1e12 relative only).
Example: `for case in read_cases("lava_cases.jsonl.gz"): ...`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from loihi_emu.errors import FileError, ParameterError

RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-12
RELATIVE_ONLY_BEYOND: Final = 1e12


def read_cases(path: str | Path) -> Iterator[dict[str, Any]]:
    """Read the cases of a file, one in each line.

    Raises
    ------
    FileError
        The file cannot be read.
    ParameterError
        A line is not a case; the message gives its number.
    """
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _read_case(line, f"{path}, line {number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read: {error}") from error


def _read_case(line: str, where: str) -> dict[str, Any]:
    """One case, with the keys every case has."""
    try:
        case = json.loads(line)
    except json.JSONDecodeError as error:
        raise ParameterError(f"{where} is not JSON: {error}") from None
    if not isinstance(case, dict) or not {"kind", "out"} <= case.keys():
        raise ParameterError(f"{where} is no recorded case: it needs the keys kind and out")
    return case


@dataclass(frozen=True)
class Disagreement:
    """The first difference between a replay and a record.

    Parameters
    ----------
    case : str
    variable : str
    step : int or None
        The first step is 1; None: the variable has no steps.
    index : tuple of int
    recorded, replayed : object
    """

    case: str
    variable: str
    step: int | None
    index: tuple[int, ...]
    recorded: Any
    replayed: Any

    def __str__(self) -> str:
        place = f"{self.variable}{list(self.index) or ''}"
        step = f"step {self.step}, " if self.step is not None else ""
        return f"{self.case}: {step}{place}: recorded {self.recorded}, replayed {self.replayed}"


def first_disagreement(case: Mapping[str, Any], replayed: Mapping[str, Any]) -> Disagreement | None:
    """Find the earliest difference between a case's `out` and a replay; None: they agree."""
    name, exact = str(case.get("id", case["kind"])), case.get("mode") != "floating_pt"
    found = [
        difference
        for variable, recorded in case["out"].items()
        if (difference := _compare(name, variable, recorded, replayed.get(variable), exact))
    ]
    return min(found, key=lambda d: d.step or 0, default=None)


def _compare(
    case: str, variable: str, recorded: Any, replayed: Any, exact: bool
) -> Disagreement | None:
    """The first difference of one series."""
    if variable in ("error", "message", "dw", "spike_times", "spikes") or replayed is None:
        same = recorded == replayed
        return None if same else Disagreement(case, variable, None, (), recorded, replayed)
    a, b = np.asarray(recorded), np.asarray(replayed)
    if a.shape != b.shape:
        return Disagreement(case, variable, None, (), f"shape {a.shape}", f"shape {b.shape}")
    if exact:
        differs = a != b
    else:
        slack = RELATIVE * np.abs(a) + np.where(np.abs(a) > RELATIVE_ONLY_BEYOND, 0, ABSOLUTE)
        differs = ~(np.abs(a - b) <= slack)
    places = np.argwhere(differs)
    if not places.size:
        return None
    place = tuple(int(k) for k in places[0])
    return Disagreement(case, variable, place[0] + 1, place[1:], a[place].item(), b[place].item())
