"""The page on exactness is current and whole, and every fault on it is real."""

from __future__ import annotations

from pathlib import Path

import pytest

from loihi_emu.conformance.exactness import _RECORDINGS, QUANTITIES, check_fields, page
from loihi_emu.conformance.faults import FAULTS, Fault

_ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """`python docs/generate_exactness.py` writes it."""
    text = (_ROOT / "docs" / "exactness.md").read_text(encoding="utf-8")
    assert text == page(_ROOT / "tests" / "conformance" / "cases")


def test_every_field_decides_one_quantity() -> None:
    assert check_fields() == []


def test_recordings_speak_to_quantities_that_there_are() -> None:
    assert set(_RECORDINGS) < {quantity.name for quantity in QUANTITIES}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.title)
def test_the_case_of_a_fault_shows_it(fault: Fault) -> None:
    assert fault.value(fault.machine) == fault.gives
    corrected = fault.value(fault.corrected)
    if fault.without is None:
        assert len(set(corrected)) > 1
    else:
        assert corrected == fault.without


@pytest.mark.parametrize("program", ["Lava", "Brian2Loihi"])
def test_faults_are_many_and_named_once(program: str) -> None:
    titles = [fault.title for fault in FAULTS if fault.program == program]
    assert len(titles) == len(set(titles)) >= 7
