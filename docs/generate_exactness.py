"""Writes docs/exactness.md: `python docs/generate_exactness.py`, from anywhere."""

from __future__ import annotations

from pathlib import Path

from loihi_emu.conformance.exactness import page

ROOT = Path(__file__).parents[1]

if __name__ == "__main__":
    text = page(ROOT / "tests" / "conformance" / "cases")
    (ROOT / "docs" / "exactness.md").write_text(text, encoding="utf-8")
