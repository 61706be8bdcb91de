"""`loihi-emu cache`: shows the compiled kernels, and removes them and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.kernels.compile import disk_cache

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with two rules, one used 8 days ago, a loop, and a file that is not ours."""
    folder = tmp_path / "kernels"
    monkeypatch.setenv("LOIHI_EMU_CACHE_DIR", str(folder))
    disk_cache.store("rule", "old", b"x" * 968)  # 32 bytes are the checksum
    (old,) = folder.iterdir()
    os.utime(old, (time.time() - 8 * 86400,) * 2)
    disk_cache.store("rule", "new", b"x" * 1968)
    disk_cache.store("run_fixed_pt", "key", b"x" * 68)
    (folder / "mine.txt").write_text("mine")
    return folder


def test_it_shows_what_is_kept(run: Run, folder: Path) -> None:
    status, out, err = run("cache")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"compiled kernels in {folder}: 3 files, 0.0 MB"
    rows = [line.split()[:3] for line in lines if line.startswith(("rule", "run"))]
    assert rows == [["rule", "2", "3"], ["run_fixed_pt", "1", "1"]]
    assert "whoever can write to them runs code as you" in lines[-1]
    assert len(list(folder.iterdir())) == 4


def test_json_says_the_same(answer: Callable[..., dict[str, Any]], folder: Path) -> None:
    found = answer("cache")
    assert (found["folder"], found["bytes"]) == (str(folder), 3100)
    assert [(one["name"], one["files"], one["bytes"]) for one in found["kept"]] == [
        ("rule", 2, 3000), ("run_fixed_pt", 1, 100)
    ]  # fmt: skip


def test_it_clears_its_own_files_alone(run: Run, folder: Path) -> None:
    assert run("cache", "--clear")[1].endswith("removed: 3 files, 0.0 MB\n")
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert "0 files" in run("cache")[1]


def test_it_removes_what_was_not_used(run: Run, folder: Path) -> None:
    assert run("cache", "--unused-for", "9")[1].endswith("removed: 0 files, 0.0 MB\n")
    assert run("cache", "--unused-for", "7")[1].endswith("removed: 1 file, 0.0 MB\n")
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("days", ["-1", "nan"])
def test_days_are_checked(run: Run, folder: Path, days: str) -> None:
    status, _, err = run("cache", f"--unused-for={days}")
    assert status == 2
    assert "allowed: days from 0 on" in err
    assert len(list(folder.iterdir())) == 4


def test_a_folder_that_is_not_there_holds_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOIHI_EMU_CACHE_DIR", str(tmp_path / "none"))
    assert run("cache")[1] == f"compiled kernels in {tmp_path / 'none'}: 0 files, 0.0 MB\n"
    assert run("cache", "--clear")[0] == 0
