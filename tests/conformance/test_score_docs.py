"""The numbers in docs/parity.md are those that the score gives."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, CHOICES, LAVA, LOIHI, Machine
from loihi_emu.conformance import load_series, score
from loihi_emu.conformance.score_scan import fit_decay

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


ALONE: dict[str, Machine] = {
    "one draw for all traces and steps (`random_source = pcg64`)": replace(
        LOIHI, random_source="pcg64"
    ),
    "no epochs": replace(LOIHI, epochs=False),
    "a sign that takes a bit of a MIXED weight (steps of 2)": replace(
        LOIHI, mixed_sign_takes_bit=True
    ),
    "a trace's fraction without its impulse (`trace_fraction = kept`)": replace(
        LOIHI, trace_fraction="kept"
    ),
}


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not beside the tests")
@pytest.mark.parametrize("name", ALONE)
def test_the_table_of_single_choices_is_current(name: str) -> None:
    found = score(load_series(CHIP), ALONE[name])["distinct"]
    usual = score(load_series(CHIP), LOIHI)["distinct"]["transitions"]
    shown = f"{found['impossible']}"
    if found["transitions"] != usual:
        shown += f" of {found['transitions']}"
    row = f"| {name} | {shown} | {found['log_likelihood']:.2f} | {found['robust']:.2f} |"
    assert row in PAGE.read_text(encoding="utf-8")


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not beside the tests")
def test_choices_that_are_said_to_matter_nothing_do() -> None:
    row = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if ": any | 0 |" in line
    )
    names = re.findall(r"`(\w+)`", row)
    assert len(names) >= 13
    series = load_series(CHIP)
    usual = score(series, LOIHI)["distinct"]["log_likelihood"]
    for name in names:
        for value in CHOICES[name].alternatives:
            others = {4, 6, 8} if isinstance(value, type) else {value}
            for one in others:
                change: dict[str, Any] = {name: one}
                found = score(series, replace(LOIHI, name="other", **change))["distinct"]
                assert (found["impossible"], found["log_likelihood"]) == (0, usual), (name, one)


@pytest.mark.skipif(not PAGE.exists(), reason="the page is not beside the tests")
def test_the_fitted_factors_are_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for row in fit_decay(load_series(CHIP), LOIHI):
        shown = [f"{row[key]:.4f}" for key in ("factor", "low", "high")]
        assert f"| {row['tau']:g} | {row['arrays']} | {' | '.join(shown)} |" in text
