"""Every case recorded from Lava 0.10.0 agrees: learning, lif, parse, network.

Through the kernels all of them, fixed point and float; through the interpreter those of fixed_pt.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from loihi_emu.conformance import read_cases, replay
from tests.conformance.verdicts import CASES, kind_of, verdict, verdicts

RECORDED = CASES / "lava_cases.jsonl.gz"
NETWORKS = CASES / "lava_networks.jsonl.gz"

CELLS = list(read_cases(RECORDED))
CIRCUITS = list(read_cases(NETWORKS))
RUNS = [case for case in CELLS if case["kind"] != "parse"]
TEXTS = [case for case in CELLS if case["kind"] == "parse"]
NEURONS = [case for case in RUNS if case["kind"] == "lif" and case["mode"] == "floating_pt"]
FIXED = [case for case in RUNS + CIRCUITS if case["mode"] == "fixed_pt"]


def _id(case: dict[str, Any]) -> str:
    return f"{kind_of(case)} {case['id']}".replace(" ", "-")


@pytest.fixture(scope="module")
def through_kernels() -> dict[str, str | None]:
    """Verdicts of all runs; one of each mode first, so that processes find the loops compiled."""
    for mode in ("fixed_pt", "floating_pt"):
        verdict(next(case for case in RUNS if case["mode"] == mode))
    return verdicts(RECORDED)


def test_all_recorded_cases_are_here() -> None:
    assert Counter(case["kind"] for case in CELLS + CIRCUITS) == {
        "learning": 882, "lif": 326, "parse": 291, "network": 12,
    }  # fmt: skip


@pytest.mark.parametrize("case", RUNS, ids=_id)
def test_kernels_agree(case: dict[str, Any], through_kernels: dict[str, str | None]) -> None:
    assert through_kernels[case["id"]] is None


@pytest.mark.parametrize("case", CIRCUITS, ids=_id)
def test_kernels_agree_on_the_network(case: dict[str, Any]) -> None:
    assert verdict(case) is None


@pytest.mark.parametrize("case", FIXED, ids=_id)
def test_interpreter_agrees(case: dict[str, Any]) -> None:
    assert verdict(case, interpreted=True) is None


@pytest.mark.parametrize("case", NEURONS, ids=_id)
def test_neurons_in_real_numbers_agree_to_the_last_bit(case: dict[str, Any]) -> None:
    """Nothing of them hangs on a library: sums in Lava's order, which refractory ones differ in."""
    replayed = replay(case)
    for name, series in case["out"].items():
        np.testing.assert_array_equal(replayed[name], series)


@pytest.mark.parametrize("case", TEXTS, ids=_id)
def test_texts_read_as_lava_reads_them(case: dict[str, Any]) -> None:
    read = replay(case)
    if case["wellformed"] or "error" not in read:
        assert read == case["out"]
    else:
        # ours has a position: the text, and carets under what is wrong
        assert "^" in read["message"]


def test_a_verdict_names_step_variable_index_and_both_values() -> None:
    case = next(case for case in RUNS if case["kind"] == "lif" and case["mode"] == "fixed_pt")
    falsified = {**case, "out": {**case["out"], "v": [list(row) for row in case["out"]["v"]]}}
    recorded = falsified["out"]["v"][3][0]
    falsified["out"]["v"][3][0] = recorded + 1
    found = verdict(falsified)
    assert found == f"{case['id']}: step 4, v[0]: recorded {recorded + 1}, replayed {recorded}"


@pytest.mark.parametrize("interpreted", [False, True])
def test_a_tag_below_the_accumulator_moves_without_a_spike(interpreted: bool) -> None:
    """tag_1 = -257 is -32896 in the accumulator, which ends at -32769: adding 0 makes it -256."""
    (case,) = read_cases(CASES / "lava_tag_floor.jsonl.gz")
    assert case["tag_1"][0][0] == -257
    assert case["out"]["tag_1"][0][0][0] == -256
    assert verdict(case, interpreted=interpreted) is None
