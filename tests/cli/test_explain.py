"""`loihi-emu explain`: of a rule it is the run that `compare` makes; of a script, its network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loihi_emu import LAVA
from loihi_emu.analysis import compare

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]

_SCRIPT = """
import loihi_emu as le
net = le.Network()
pre, post = net.add(le.SpikeSource([[1, 0]])), net.add(le.SpikeSource([[1]]))
rule = le.LearningRule(dw="2^-3*x1*y0", x1=le.Trace(16, 0))
"""
_ONE = 'net.add(le.Dense(pre, post, 10, rule=rule, name="{}"))\n'


def test_a_rules_last_value_is_the_weight_of_compare(answer: Answer) -> None:
    same = ("stdp-loihi", "--machine", "LAVA", "--neurons", "2", "--rng-seed", "3")
    explained = answer("explain", *same, "--synapse", "1,0", "--step", "200")
    compared = compare("stdp-loihi", machine=LAVA, neurons=2, rng_seed=3, steps=200)
    assert explained["last"] == 200
    assert explained["after"]["w"] == compared.fixed.final["weights"][1, 0]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> str:
        Path("mine.py").write_text(_SCRIPT + text, encoding="utf-8")
        return "mine.py"

    return write


def test_a_scripts_synapse(answer: Answer, script: Callable[[str], str]) -> None:
    # x1 is 16 at the post spike: 10 + 16 / 8
    found = answer("explain", script(_ONE.format("mine")), "--step", "1", "--machine", "LAVA")
    assert found["connection"] == "mine"
    assert (found["before"]["w"], found["after"]["w"]) == (10, 12)


def test_of_several_connections_one_is_named(run: Run, script: Callable[[str], str]) -> None:
    name = script(_ONE.format("a") + _ONE.format("b"))
    status, _, err = run("explain", name, "--step", "1")
    assert status == 2
    assert "has 2 connections that learn: a, b; name one of them" in err
    status, out, _ = run("explain", name, "--step", "1", "--connection", "b")
    assert status == 0
    assert out.startswith("b, synapse (post 0, pre 0) on LOIHI: epoch of steps 1..1\n")


def test_a_synapse_that_is_none_is_refused(run: Run) -> None:
    status, _, err = run("explain", "stdp-loihi", "--synapse", "0", "--step", "1")
    assert status == 2
    assert "--synapse is '0'; allowed: POST,PRE, as 3,0" in err


def test_a_step_after_the_run_is_refused(run: Run) -> None:
    # the spike trains of compare depend on its --steps
    status, _, err = run("explain", "stdp-loihi", "--step", "201")
    assert status == 2
    assert "--step is 201, after the end of the run; allowed: 1..200" in err
