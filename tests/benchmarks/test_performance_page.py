"""docs/performance.md is page.md with numbers: every line of the template is there, in order."""

from __future__ import annotations

from pathlib import Path

from benchmarks.performance.__main__ import page

_ROOT = Path(__file__).parents[2]
_TEXTS = ("machine", "date", "table", "notes", "seconds", "threads", "moments", "memory")


def test_the_page_has_the_templates_text() -> None:
    template = (_ROOT / "benchmarks" / "performance" / "page.md").read_text(encoding="utf-8")
    lines = iter((_ROOT / "docs" / "performance.md").read_text(encoding="utf-8").splitlines())
    missing = [line for line in template.splitlines() if "$" not in line and line not in lines]
    assert missing == []


def test_rows_fill_in_their_ratio_or_their_time() -> None:
    compared = ["tutorial", "dense-1k", "brian2", "c-kernel", "brian2loihi", "sweep", "offline"]
    alone = ["chip", "chip-memory", "new-rule", "cached-rule"]
    rest = [["float", "", "2 us", "fixed_pt", "1 us", "2.00 x the time", "", "-"]]
    rest += [["own-draws", "", "3 us", "LAVA", "1 us", "", "", "-"]]
    rows = [[name, "", "1 us", "them", "9 us", f"{name}: 9 x", "", ""] for name in compared]
    rows += [[name, "", f"{name}: 5 s", "1 s", "", "interference 1.1 x", "", ""] for name in alone]
    text = page(dict.fromkeys(_TEXTS, ""), [*rows, *rest])
    for line in ("| Lava | tutorial: 9 x |", "| Brian2's C++ code | brian2: 9 x |"):
        assert line in text
    assert "| real time: 1 ms | chip: 5 s |" in text
    assert "the float step takes 2.00 x the time" in text
    assert "LOIHI step takes not measured" in text
