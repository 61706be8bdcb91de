"""Recorded cases agree on other paths too: a fixed part of them; `paths.py` replays all."""

from __future__ import annotations

from typing import Any

import pytest

from loihi_emu.conformance import read_cases
from tests.conformance.paths import PATHS, verdict
from tests.conformance.verdicts import CASES

_EVERY = {"lava_cases": 31, "lava_networks": 5}
_SOME = [
    case
    for file in sorted(CASES.glob("*.jsonl.gz"))
    for number, case in enumerate(c for c in read_cases(file) if c["kind"] != "parse")
    if number % _EVERY.get(file.name.partition(".")[0], 17) == 0
]


@pytest.mark.parametrize("path", PATHS.values(), ids=list(PATHS))
@pytest.mark.parametrize("case", _SOME, ids=lambda case: str(case["id"]))
def test_a_case_agrees_on_any_path(case: dict[str, Any], path: dict[str, Any]) -> None:
    assert verdict(case, path) is None


def test_a_path_can_disagree() -> None:
    case = next(c for c in _SOME if c["kind"] == "learning")
    weights = [[[value + 1 for value in row] for row in step] for step in case["out"]["weights"]]
    falsified = {**case, "out": {**case["out"], "weights": weights}}
    assert "weights" in str(verdict(falsified, PATHS["sparse"]))
