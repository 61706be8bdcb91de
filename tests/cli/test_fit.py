from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loihi_emu.compiler.rule_files import load_rule

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]


def test_a_rule_is_fitted_and_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    status, out, err = run(
        "fit", "0.02*x1*y0", "--trace", "x1=1,12", "--limits", "0,1", "--machine", "lava",
        "--epoch", "1", "--steps", "0", "--rule-file", str(path),
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert "amplitude of 0.02*x1*y0" in out
    assert load_rule(path).rule.x1.tau == 12


def test_weights_of_a_file_and_neurons(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "weights.npy"
    np.save(path, np.array([[0.0, 0.5, 1.0]]))
    found = answer("fit", "--weights", str(path), "--vth", "1", "--tau-v", "10")
    (setting,) = found["settings"]
    # by hand: tests/fitting/test_registers.py
    assert setting["weights"] == [[0, 128, 255]]
    assert (setting["neurons"]["dv"], setting["neurons"]["vth"]) == (390, 255)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("0.5*x1*y0", "--trace", "z=1,2"), "--trace is 'z=1,2'"),
        (("0.5*x0*y0", "--limits", "0"), "--limits is '0'; allowed: two numbers"),
        (("0.5*x0*y0", "--limits", "0,1", "--epoch", "a"), "--epoch is 'a'"),
        (("--limits", "0,1", "--rule-file", "a.toml"), "--rule-file is given without a rule"),
        (("--weights", "absent.npy"), "weights absent.npy cannot be read"),
    ],
)
def test_bad_input_is_named(run: Run, given: tuple[str, ...], message: str) -> None:
    status, _, err = run("fit", *given)
    assert status == 2
    assert message in err
