"""`loihi-emu sweep`: files in TOML and Python, stores, searches, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]

_NET = """
from tests.exploration.chaos import build
def half(scale):
    from loihi_emu.exploration.paths import apply
    return apply(build(), {"plastic.weights": int(10 * scale)})
number = 3
"""
_TOML = """
description = "net.py:build"
steps = 60
seeds = 2
machine = "LAVA"
[parameters]
plastic.x1_tau = [3, 30]
machine.decay_bits = [7, 8]
[metrics]
weight = "mean(plastic.weights)"
all = "final(plastic.weights)"
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Writes a sweep's file beside its network's."""
    (tmp_path / "net.py").write_text(_NET)

    def write(text: str, name: str = "taus.toml") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def test_a_toml_file_and_a_python_file_say_the_same(
    file: Callable[..., str], answer: Answer, tmp_path: Path
) -> None:
    found = answer("sweep", file(_TOML), "--out", str(tmp_path / "out"))
    assert found["rows"] == 8
    assert found["columns"]["machine.decay_bits"] == [7, 7, 8, 8] * 2
    assert "all" not in found["columns"]
    python = """
from net import build as description
parameters = {"plastic.x1_tau": [3, 30], "machine.decay_bits": [7, 8]}
seeds, steps, machine = 2, 60, "LAVA"
metrics = {"weight": lambda outcome: outcome["plastic", "weights"][-1].mean()}
record = ["plastic.weights every 60"]
"""
    same = answer("sweep", file(python, "taus.py"), "--workers", "1")
    assert same["columns"]["weight"] == found["columns"]["weight"]
    again = answer("sweep", file(_TOML), "--out", str(tmp_path / "out"))
    assert again == found


def test_a_search_prints_its_best_trials(file: Callable[..., str], run: Run) -> None:
    text = """
description = "net.py:half"
steps = 20
[parameters]
scale = {low = 0.5, high = 4.0}
[metrics]
weight = "mean(plastic.weights)"
[search]
trials = 6
minimize = ["weight"]
"""
    status, out, err = run("sweep", file(text))
    assert (status, err) == (0, "")
    assert "best trials" in out
    assert "6 variants" in out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steps = 60", "stepz = 60", "did you mean steps"),
        ("steps = 60", "", "has no steps"),
        ("steps = 60", "steps = [", "is no TOML"),
        ("net.py:build", "net.py", "allowed: 'FILE.py:NAME'"),
        ("net.py:build", "nets.py:build", "there is no such file"),
        ("net.py:build", "net.py:biuld", "did you mean build"),
        ("net.py:build", "net.py:number", "description is 3"),
        ("net.py:build", "bad.py:build", "bad.py, line 2: ZeroDivisionError"),
        ("[metrics]", "[search]\nseed = 3\n[metrics]", "search has no trials"),
        ("[metrics]", "[search]\ntrails = 3\n[metrics]", "did you mean trials"),
        ("x1_tau = [3, 30]", "x1_tau = [3, -1]", "plastic.x1_tau=-1"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(
    file: Callable[..., str], run: Run, tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "bad.py").write_text("\n1 / 0\n")
    status, out, err = run("sweep", file(_TOML.replace(old, new)))
    assert (status, out) == (2, "")
    assert message in err


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    for name in ("none.toml", "none.py"):
        status, _, err = run("sweep", name)
        assert status == 2
        assert "none" in err
