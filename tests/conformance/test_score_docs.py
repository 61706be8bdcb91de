"""The numbers in docs/parity.md are those that the score gives."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.conformance import load_series, score

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"
CHIP = Path(__file__).parent / "cases" / "chip_series_tau10.json"

MACHINES: dict[str, Machine] = {
    "LOIHI (factor of 7 bits)": LOIHI,
    "LOIHI with a factor of 8 bits": replace(LOIHI, decay_bits=8),
    "LAVA": LAVA,
    "LAVA with its own draws for each trace and step": replace(LAVA, random_source="counter"),
    "BRIAN2LOIHI": BRIAN2LOIHI,
    "BRIAN2LOIHI with epochs": replace(BRIAN2LOIHI, epochs=True),
    "BRIAN2LOIHI with epochs, weights in units": replace(
        BRIAN2LOIHI, epochs=True, rounds_at="unit"
    ),
}


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not beside the tests")
@pytest.mark.parametrize("name", MACHINES)
def test_the_table_of_machines_is_current(name: str) -> None:
    found = score(load_series(CHIP), MACHINES[name])
    distinct = found["distinct"]
    row = " | ".join(
        [
            name,
            f"{found['impossible']} of {found['transitions']}",
            f"{found['log_likelihood']:.2f}",
            f"{found['exact']} / {found['inexact']}",
            f"{distinct['impossible']} of {distinct['transitions']}",
            f"{distinct['log_likelihood']:.2f}",
        ]
    )
    assert f"| {row} |" in PAGE.read_text(encoding="utf-8")


_BITS = {"6 bits": 6, "7 bits": 7, "8 bits": 8, "9 bits": 9, "float": None}


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not beside the tests")
def test_the_table_of_decays_is_current() -> None:
    series = load_series(CHIP)
    pattern = re.compile(
        r"\| \**(exponential|linear), ([\w ]+?)\** \| \**(step|epoch)\** \| \**(\d+)\** "
        r"\| \**(-[\d.]+)\** \| \**(-[\d.]+)\** \|"
    )
    rows = [m for m in pattern.findall(PAGE.read_text(encoding="utf-8")) if m[1] in _BITS]
    assert len(rows) >= 10
    for law, bits, staging, impossible, likelihood, robust in rows:
        machine = replace(
            LOIHI, decay_law=law, decay_bits=_BITS[bits], decay_staging=staging
        )  # fmt: skip
        found = score(series, machine)["distinct"]
        assert found["impossible"] == int(impossible)
        assert f"{found['log_likelihood']:.2f}" == likelihood
        assert f"{found['robust']:.2f}" == robust
