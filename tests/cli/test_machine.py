"""`loihi-emu machine`: what it prints follows the data."""

from __future__ import annotations

import json

import pytest

from loihi_emu.chip.machines import CHOICES, LAVA, LOIHI, MACHINES
from loihi_emu.cli.machine import shown
from loihi_emu.cli.main import main


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["machine", *arguments]) == 0
    return capsys.readouterr().out


def test_all_machines_beside_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    text = _run(capsys)
    for name in (*MACHINES, *CHOICES):
        assert name in text
    row = next(line for line in text.splitlines() if line.startswith("mantissa_bits_counted"))
    assert row.split()[1:] == ["3", "3", "3", "4", "4"]


@pytest.mark.parametrize("name", MACHINES)
def test_one_machine_with_meanings_and_kinds_of_evidence(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = _run(capsys, name.lower())
    for choice in CHOICES.values():
        assert choice.meaning(getattr(MACHINES[name], choice.name)) in text
    assert "UNKNOWN: settled by no public source; the default is argued" in text


def test_a_difference_names_every_field_that_differs(capsys: pytest.CaptureFixture[str]) -> None:
    text = _run(capsys, "LAVA", "--diff", "LOIHI")
    rows = [line.split()[0] for line in text.splitlines()[2:] if line]
    names = LAVA.differences(LOIHI)
    assert tuple(rows[: len(names)]) == names
    assert f"{len(names)} of {len(CHOICES)} choices differ" in text
    assert "0 of" in _run(capsys, "LAVA", "--diff", "LAVA")


def test_a_field_with_its_evidence_and_argument(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(_run(capsys, "--field", "decay_bits").split())
    for one in CHOICES["decay_bits"].evidence:
        assert f"{one.kind}: {one.text}" in text
    assert CHOICES["decay_bits"].argument in text
    assert f"LOIHI takes {LOIHI.decay_bits}." in text


def test_json_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(_run(capsys, "LOIHI", "--json"))
    assert found["values"]["tag_range"] == list(LOIHI.tag_range)
    assert found["choices"]["product_shift"]["settled"] is False
    every = json.loads(_run(capsys, "--json"))
    assert set(every["machines"]) == set(MACHINES)
    difference = json.loads(_run(capsys, "LAVA", "--diff", "BRIAN2LOIHI", "--json"))
    assert difference["differences"]["du_offset"] == {"LAVA": 1, "BRIAN2LOIHI": 0}


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["machine", "LOHI"]) == 2
    assert "did you mean LOIHI" in capsys.readouterr().err
    assert main(["machine", "--field", "decay"]) == 2
    assert "machine field 'decay' does not exist" in capsys.readouterr().err


def test_values_as_tables_show_them() -> None:
    values = [True, None, (-1, 2), ("dw",), "floor", 7]
    assert [shown(v) for v in values] == ["yes", "none", "-1..2", "dw", "floor", "7"]
