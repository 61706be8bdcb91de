"""Writes the matrix of docs/parity.md: `python docs/generate_parity.py`."""

from pathlib import Path

from loihi_emu.conformance.parity_page import updated

PAGE = Path(__file__).with_name("parity.md")
CASES = PAGE.parents[1] / "tests" / "conformance" / "cases"

PAGE.write_text(updated(PAGE.read_text(encoding="utf-8"), CASES), encoding="utf-8")
