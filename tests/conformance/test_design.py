"""The experiment that is proposed does tell the alternatives apart, and the right machine wins."""

from __future__ import annotations

from dataclasses import replace
from math import inf, log
from typing import Any

import pytest

from loihi_emu import LOIHI
from loihi_emu.cli import main
from loihi_emu.conformance import design as module
from loihi_emu.conformance import score
from loihi_emu.conformance.generated_series import generate
from loihi_emu.errors import ParameterError


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the family: two rules, one epoch length, one sign mode, one rate."""
    names = ("trace of a long tau", "trace with a fraction in its impulse")
    monkeypatch.setattr(module, "RULES", {name: module.RULES[name] for name in names})
    monkeypatch.setattr(module, "EPOCHS", (4,))
    monkeypatch.setattr(module, "SIGN_MODES", ("MIXED",))
    monkeypatch.setattr(module, "_RATES", (0.3,))


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize(
    ("field", "values", "best"),
    [
        ("decay_bits", (7, 8), "trace of a long tau"),
        # the draw of an impulse of 20.25 differs; one of 120 has no fraction
        ("impulse_fraction_bits", (0, 7), "trace with a fraction in its impulse"),
    ],
)
def test_the_right_machine_wins_what_was_designed(
    field: str, values: tuple[Any, ...], best: str
) -> None:
    rows = module.design(LOIHI, [f"{field}={values[0]}|{values[1]}"], steps=160, repeats=1)
    assert rows[0]["name"] == best
    assert 0 < rows[0]["steps"] < 1000
    n_epochs = int(4 * rows[0]["steps"]) // 4 + 1
    for own, other in (values, values[::-1]):
        machines = [replace(LOIHI, name="tried", **{field: value}) for value in (own, other)]
        series = generate(machines[0], dict(rows[0]["run"]), n_epochs, seed=77, rate=0.3)
        mine, others = (score(series, one)["robust"] for one in machines)
        assert mine - others > log(module.ODDS)


@pytest.mark.usefixtures("_few")
def test_a_field_that_no_experiment_meets_is_not_told_apart() -> None:
    rows = module.design(LOIHI, ["voltage_overflow=clip|wrap"], steps=40, repeats=1)
    assert {row["steps"] for row in rows} == {inf}


def test_one_machine_is_nothing_to_tell_apart() -> None:
    with pytest.raises(ParameterError, match="decay_bits=7 leave one machine"):
        module.design(LOIHI, ["decay_bits=7"])


def test_the_family_is_what_one_synapse_can_hold() -> None:
    every = list(module.experiments())
    assert len(every) == 7 * 2 * 2 * 2
    assert all(0 < one["rate"] < 1 and one["run"]["w0"] == 64 for one in every)


@pytest.mark.usefixtures("_few")
def test_the_command_line_designs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "--design", "decay_bits=7|8"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[2].startswith("trace of a long tau")
    assert main(["parity"]) == 2
    assert "no file of series or summaries" in capsys.readouterr().err
