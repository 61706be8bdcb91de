"""The recorder's own parts: random rule text, case files, the comparison of two recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.oracles import brian2loihi_cases, environment, lava_cases
from benchmarks.oracles.case_files import read_cases, write_cases
from benchmarks.oracles.environment import LAVA, PYTHON_VARIABLE, OracleError
from benchmarks.oracles.rule_texts import RuleTexts
from benchmarks.oracles.verify import first_difference, verify
from loihi_emu.compiler.products import parse_series


@pytest.mark.parametrize("wide", [False, True])
def test_every_rule_text_that_is_not_damaged_is_in_the_language(wide: bool) -> None:
    texts = RuleTexts(np.random.default_rng(4), wide, spikes_as_factors=wide)
    for k in list(range(10)) * 30:
        assert parse_series(texts.series(k)).products


def test_damage_changes_the_text() -> None:
    texts = RuleTexts(np.random.default_rng(5))
    originals = [texts.series(3) for _ in range(100)]
    changed = [texts.damaged(text) != text for text in originals]
    assert sum(changed) > 90


@pytest.mark.parametrize("kind", lava_cases.KINDS)
def test_the_same_seed_draws_the_same_case(kind: str) -> None:
    first, second, other = (
        lava_cases.draw(kind, np.random.default_rng(seed), "case") for seed in (7, 7, 8)
    )
    assert first == second
    assert first != other


def test_cases_reach_beyond_the_published_recordings_and_stay_in_range() -> None:
    cases = [lava_cases.draw("learning", np.random.default_rng(s), "case") for s in range(300)]
    assert max(case["rule"]["t_epoch"] for case in cases) == 63
    assert {case["weight_exp"] for case in cases} == set(range(-8, 8))
    assert {case["num_weight_bits"] for case in cases} == set(range(1, 9))
    assert {case.get("graded_spike_cfg") for case in cases} == {None, 0, 1, 2, 3}
    for case in cases:
        low, high = lava_cases.SIGN_MODES[case["sign_mode"]]
        assert low <= np.min(case["weights"])
        assert np.max(case["weights"]) <= high
        if case["mode"] == "floating_pt":
            taus = [value for key, value in case["rule"].items() if key.endswith("_tau")]
            assert min(taus) > 0


def test_brian2loihi_weights_stay_in_the_sign_modes_range() -> None:
    for seed in range(200):
        case = brian2loihi_cases.draw(np.random.default_rng(seed), "case")
        low, high = brian2loihi_cases.WEIGHT_RANGES[case["sign_mode"]]
        assert low <= min(case["w"])
        assert max(case["w"]) <= high


def test_a_file_of_cases_reads_back_and_has_no_time_in_it(tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [{"kind": "parse", "out": {"v": [1, 0.1]}}, {"kind": "lif"}]
    paths = [tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"]
    for path in paths:
        assert write_cases(path, cases) == 2
    assert list(read_cases(paths[0])) == cases
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_case_with_a_number_that_is_not_finite_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_cases(tmp_path / "a.jsonl.gz", [{"out": float("nan")}])


@pytest.mark.parametrize(
    ("given", "again", "difference"),
    [
        ({"x1": [[1, 2]]}, {"x1": [[1, 2]]}, None),
        ({"x1": [[1, 2]]}, {"x1": [[1, 3]]}, ".x1[0][1]: 2 became 3"),
        ({"x1": [1]}, {"x1": [1, 2]}, ".x1: 1 entries became 2"),
        ({"x1": []}, {"x2": []}, ": keys ['x1'] became ['x2']"),
        ({"v": [1]}, {"v": [1.0]}, ".v[0]: 1 became 1.0"),
        ({"v": [1.0]}, {"v": [1.0 + 1e-12]}, None),
        ({"v": [1.0]}, {"v": [1.0 + 1e-8]}, ".v[0]: 1.0 became 1.00000001"),
        ({"is_sgn": True}, {"is_sgn": 1}, ".is_sgn: True became 1"),
    ],
)
def test_first_difference(given: Any, again: Any, difference: str | None) -> None:
    assert first_difference(given, again) == difference


def test_verify_refuses_what_is_no_file_of_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl.gz"
    write_cases(path, [{"kind": "chip", "out": {}}])
    with pytest.raises(OracleError, match="no kind 'chip'; there are"):
        verify(path)


def test_a_missing_python_310_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PYTHON_VARIABLE, "/no/such/python3.10")
    with pytest.raises(OracleError, match=r"tried: /no/such/python3\.10.*pyenv install 3\.10"):
        environment.find_python310()


def test_a_missing_environment_is_named_with_the_command_that_makes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(environment.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(OracleError, match=r"python -m benchmarks\.oracles setup lava"):
        environment.python_of(LAVA)
