"""`loihi-emu parity`: tables, JSON and exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loihi_emu.cli.main import main

CHIP = str(Path(__file__).parent / "cases" / "chip_series_tau10.json")


def test_all_machines_in_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", CHIP]) == 0
    shown = capsys.readouterr().out
    names = [line.split()[0] for line in shown.splitlines()[2:7]]
    assert sorted(names) == ["BRIAN2LOIHI", "LAVA", "LOIHI", "LOIHI1", "LOIHI2"]
    assert "LAVA: impossible" in shown


def test_json_holds_every_transition(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", CHIP, "--machine", "lava", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    (one,) = data["machines"]
    assert len(one["list"]) == one["transitions"]
    assert one["impossible"] == sum(row["probability"] == 0 for row in one["list"])


def test_a_scan_and_a_fit_are_tables_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["parity", CHIP, "--machine", "LOIHI", "--scan", "decay_bits=6|7|8", "--fit"]
    main(given)
    shown = capsys.readouterr().out
    assert "variants of LOIHI, distinct arrays" in shown
    assert "decay factor that explains the traces best" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.json"], "absent.json cannot be read"),
        ([CHIP, "--machine", "LOHI"], "machine 'LOHI' does not exist"),
        ([CHIP, "--scan", "decay"], "machine field 'decay' does not exist"),
        ([CHIP, "--scan", ","], "--scan names no field"),
        ([CHIP, "--scan", "decay_bits="], "empty value"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity", *arguments]) == 2
    assert message in capsys.readouterr().err
