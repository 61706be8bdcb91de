import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from loihi_emu import FloatLIF, FloatRule, LearningRule, fit
from loihi_emu.compiler.rule_files import load_rule
from loihi_emu.errors import ParameterError
from loihi_emu.fitting.settings import Fit


@pytest.fixture(scope="module")
def found() -> Fit:
    rule = FloatRule("0.02*x1*y0 - 0.016*y1*x0", x1=(1, 12), y1=(1, 15))
    weights = np.array([[0.1, 0.9], [0.4, 0.6], [1.0, 0.0]])
    return fit(
        rule, weights=weights, neurons=FloatLIF(vth=1.5, tau_u=3, tau_v=12), t_epoch=(1, 2),
        steps=150, shortlist=3,
    )  # fmt: skip


def test_settings_are_ranked_by_both_errors(found: Fit) -> None:
    scores = [one.score for one in found.settings]
    assert scores == sorted(scores)
    assert len(scores) == 3
    assert all(one.window_error is not None and one.run_error is not None for one in found.settings)
    # a window within two steps of the weight's register, and a run that follows the ideal
    assert found.best.window_error is not None
    assert found.best.window_error < 2 * found.best.unit
    assert "amplitude of 0.02*x1*y0" in str(found)


def test_fewer_bits_are_off_by_more(found: Fit) -> None:
    errors = [found.bits_errors[bits] for bits in (2, 4, 6, 8)]
    assert errors == sorted(errors, reverse=True)


def test_the_rule_file_reads_back(found: Fit, tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    path.write_text(found.best.to_toml("My rule"), encoding="utf-8")
    read = load_rule(path)
    assert (read.rule, read.title, read.synapse) == (
        found.best.rule, "My rule", found.best.synapse,
    )  # fmt: skip
    assert LearningRule.load(path) == found.best.rule


def test_the_script_runs(found: Fit, tmp_path: Path) -> None:
    path = tmp_path / "fitted.py"
    path.write_text(found.best.to_script(), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    values = done.stdout.replace("[", " ").replace("]", " ").split()
    assert len(values) == 6
    assert all(0 <= float(value) <= 1 for value in values)


def test_without_a_rule_there_is_no_rule_file() -> None:
    with pytest.raises(ParameterError, match="no rule"):
        fit(limits=(0, 1)).best.to_toml()
