"""The same script text under Lava and under the mirror: every recorded value is compared.

Fixed point has to be equal, float within 1e-9. Recordings: `python -m tests.lava.record`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.oracles.environment import LAVA, OracleError, python_of
from tests.lava import record, runner

_TOLERANCE = {"fixed_pt": 0, "floating_pt": 1e-9}
CASES = [(name, tag) for name in runner.names() for tag in runner.MODES]


def disagreements(lava: Any, mirror: Any, tolerance: float, path: str = "") -> Iterator[str]:
    """Places where two recordings differ."""
    if isinstance(lava, dict) and isinstance(mirror, dict) and lava.keys() == mirror.keys():
        for key in lava:
            yield from disagreements(lava[key], mirror[key], tolerance, f"{path}/{key}")
    elif isinstance(lava, list) and isinstance(mirror, list) and len(lava) == len(mirror):
        for index, (one, other) in enumerate(zip(lava, mirror, strict=True)):
            yield from disagreements(one, other, tolerance, f"{path}[{index}]")
    elif isinstance(lava, int | float) and isinstance(mirror, int | float):
        if not math.isclose(lava, mirror, rel_tol=0, abs_tol=tolerance):
            yield f"{path}: Lava {lava}, mirror {mirror}"
    elif lava != mirror:
        yield f"{path}: Lava {lava!r}, mirror {mirror!r}"


@pytest.mark.parametrize(("name", "tag"), CASES)
def test_every_recorded_value_is_lavas(name: str, tag: str) -> None:
    held = record.recorded(name)
    assert held["script"] == record.digest(name), "the script changed; record it again"
    given = json.loads(json.dumps(runner.run(name, tag, mirrored=True)))
    assert list(disagreements(held[tag], given, _TOLERANCE[tag])) == []


@pytest.mark.parametrize(("name", "tag"), CASES)
def test_recordings_are_what_lava_gives(name: str, tag: str) -> None:
    try:
        python_of(LAVA)
    except OracleError as error:
        pytest.skip(str(error))
    fresh = record.under_lava(name, tag)
    # Lava's float sums depend on the order in which messages come
    assert list(disagreements(record.recorded(name)[tag], fresh, _TOLERANCE[tag])) == []


@pytest.mark.parametrize(
    ("tag", "tutorial", "mirrored"),
    [("fixed_pt", 60, 40), ("floating_pt", 57.03185067389606, 42.96814932610393)],
)
def test_final_weights_of_the_stdp_tutorial(tag: str, tutorial: float, mirrored: float) -> None:
    given = runner.run("stdp_tutorial", tag, mirrored=True)
    last = [given[name]["plastic weights"][-1][0][0] for name in ("tutorial", "mirror image")]
    assert last == pytest.approx([tutorial, mirrored], rel=0, abs=1e-9)


def test_comparison_finds_a_difference_anywhere() -> None:
    one: dict[str, Any] = {"a": [1, 2.0, {"b": "x"}]}
    assert list(disagreements(one, one, 0)) == []
    for other in ({"a": [1, 2.1, {"b": "x"}]}, {"a": [1, 2, {"b": "y"}]}, {"a": [1, 2]}, {}):
        assert len(list(disagreements(one, other, 1e-9))) == 1
