import io
import sys
import time

import pytest

from loihi_emu.analysis.tables import Table
from loihi_emu.cli.progress import Progress
from loihi_emu.cli.screen import Screen


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_holds_the_same_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    Screen().show({}, [Table.of(("rule", "w"), [("hebb [x]", 5)])])
    assert "hebb [x]" in terminal.getvalue()


def test_without_rich_tables_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setitem(sys.modules, "rich", None)
    table = Table.of(("rule", "w"), [("hebb", 5)])
    Screen().show({}, [table])
    assert terminal.getvalue() == f"{table}\n"


def test_json_is_all_that_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(as_json=True).show({"a": float("inf")}, ["not this"])
    assert capsys.readouterr().out == '{\n  "schema": 1,\n  "a": null\n}\n'


@pytest.mark.parametrize("has_rich", [True, False])
def test_progress_appears_on_a_terminal_after_a_while(
    monkeypatch: pytest.MonkeyPatch, has_rich: bool
) -> None:
    if not has_rich:
        monkeypatch.setitem(sys.modules, "rich", None)
    terminal = _Terminal()
    with Progress(terminal, after_seconds=0.05) as report:
        report("compiling")
        time.sleep(0.3)
        report("running", 3, 10)
        time.sleep(0.2)
    assert "compiling" in terminal.getvalue()
    assert "running" in terminal.getvalue()


def test_what_is_fast_shows_no_progress() -> None:
    terminal = _Terminal()
    with Progress(terminal, after_seconds=5) as report:
        report("running", 1, 1)
    assert terminal.getvalue() == ""


def test_progress_is_silent_where_stderr_is_no_terminal() -> None:
    stream = io.StringIO()
    with Progress(stream, after_seconds=0) as report:
        time.sleep(0.05)
        report("running", 1, 2)
    assert stream.getvalue() == ""
