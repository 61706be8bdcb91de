"""Summaries: exact laws by hand, simulated ones beside them, and the matrix of docs/parity.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loihi_emu import LAVA, LOIHI1, LOIHI2
from loihi_emu.chip.machines import Machine
from loihi_emu.cli import main
from loihi_emu.conformance.law_rewards import law_of
from loihi_emu.conformance.parity_page import matrix
from loihi_emu.conformance.score_summaries import score_summaries, simulate
from loihi_emu.conformance.summary_file import read_summaries
from loihi_emu.errors import RuleError

_CASES = Path(__file__).parent / "cases"
_FILE = _CASES / "chip_summaries.json"
_PAGE = Path(__file__).parents[2] / "docs" / "parity.md"


def _entry(**changes: Any) -> dict[str, Any]:
    synapses = {
        "weights": [[100]], "dw": "u0*r1", "t_epoch": 2, "r1": {"impulse": 2, "tau": 1},
        "rewards": [[1, 1]],
    }  # fmt: skip
    network = {"steps": 4, "pre": {"n": 1}, "post": {"n": 1}, "synapses": synapses}
    entry = {"name": "one", "network": network, "observe": "r1", "take": "sum", "recorded": 6}
    return entry | changes


def _score(machine: Machine, seeds: int = 200, **changes: Any) -> dict[str, Any]:
    return score_summaries({"recordings": [_entry(**changes)]}, machine, seeds=seeds)[0]


def test_the_law_of_a_sum_by_hand() -> None:
    """2 in two steps, then two steps of 1 with probability 2 * 47/128 (LOIHI1), or of 0."""
    (summary,) = read_summaries({"recordings": [_entry()]})
    law = law_of(summary, LOIHI1)
    assert law is not None
    assert law == pytest.approx({4: 34 / 128, 6: 94 / 128})
    found = _score(LOIHI1)
    assert found["method"] == "exact"
    assert found["probability"] == pytest.approx(94 / 128)
    assert found["p"] == 1
    assert found["usual"] == pytest.approx(4 + 2 * 94 / 128)


@pytest.mark.parametrize("machine", [LOIHI1, LOIHI2], ids=lambda m: m.name)
@pytest.mark.parametrize("take", ["sum", "set", "last"])
def test_runs_follow_the_exact_law(machine: Machine, take: str) -> None:
    network = _entry()["network"] | {"steps": 12}
    network["synapses"] |= {"rewards": [[1, 1], [4, 2], [8, -1]], "r1": {"impulse": 9, "tau": 3}}
    (summary,) = read_summaries({"recordings": [_entry(network=network, take=take)]})
    law, n = law_of(summary, machine), 2000
    assert law is not None
    assert sum(law.values()) == pytest.approx(1)
    runs = simulate(summary, machine, n)
    assert set(runs) <= set(law)
    for outcome, p in law.items():
        share = np.mean([one == outcome for one in runs])
        assert abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / n) + 1e-3


def test_a_simulated_probability_has_its_error() -> None:
    found = _score(LOIHI1, seeds=400, observe="weights", take="last", recorded=104)
    assert found["method"] == "simulated"
    # +2 for r1 2, then +2 with half of 94/128
    assert abs(found["probability"] - 47 / 128) < 4 * found["probability_error"]
    assert found["probability_error"] == pytest.approx(np.sqrt(47 / 128 * 81 / 128 / 400), rel=0.1)


def test_histograms_and_counts_have_a_p_value() -> None:
    fits = _score(LOIHI1, take="histogram", recorded=[[1, 2], [2, 2]])
    wrong = _score(LOIHI1, take="histogram", recorded=[[5, 4]])
    assert fits["p"] > 0.5
    assert wrong["p"] < 0.01
    post = {"n": 3, "du": 4095, "dv": 4095, "vth": 1, "noise": {"exponent": 8}}
    network = {"steps": 50, "pre": {"n": 1}, "post": post, "synapses": {"weights": [[0]] * 3}}
    usual = _score(LOIHI2, network=network, observe="spikes", take="counts", recorded=[0, 0, 0])
    again = _score(
        LOIHI2, network=network, observe="spikes", take="counts",
        recorded=[round(one) for one in usual["usual"]],
    )  # fmt: skip
    assert again["p"] > 0.5 > 0.02 > usual["p"]


def test_a_machine_that_cannot_run_it_says_why() -> None:
    found = _score(LAVA)
    assert found["method"] == "cannot"
    assert "r1 in dw does not exist there" in found["reason"]


def test_every_fault_of_a_file_is_listed() -> None:
    bad = _entry(take="median", extra=1)
    bad["network"]["synapses"]["wieghts"] = 3
    with pytest.raises(RuleError) as error:
        read_summaries({"recordings": [bad, {"name": "two"}]})
    paths = [one.path for one in error.value.problems]
    assert paths == [
        "recordings[0].extra", "recordings[0].take", "recordings[0].network.synapses.wieghts",
        "recordings[1].network", "recordings[1].observe", "recordings[1].take",
        "recordings[1].recorded",
    ]  # fmt: skip


def test_the_bandit_tells_the_chips_apart() -> None:
    """The recording of Loihi 1 excludes the machine that the series of Loihi 2 ask for."""
    rows = {
        (m.name, row["name"]): row
        for m in (LOIHI1, LOIHI2)
        for row in score_summaries(json.loads(_FILE.read_text()), m, seeds=100)
    }
    assert rows["LOIHI1", "bandit: sum of r1"]["p"] > 0.05
    assert rows["LOIHI2", "bandit: sum of r1"]["p"] < 1e-4
    assert rows["LOIHI1", "bandit: changes of the weight"]["probability"] > 0.9
    assert rows["LOIHI2", "bandit: changes of the weight"]["probability"] == 0


def test_the_matrix_is_current() -> None:
    """`python docs/generate_parity.py` writes it."""
    assert matrix(_CASES) in _PAGE.read_text(encoding="utf-8")


def test_the_command_line_scores_summaries(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", str(_FILE), "--machine", "LOIHI1", "--seeds", "20"]) == 0
    out = capsys.readouterr().out
    assert "bandit: sum of r1" in out
    assert "exact" in out
