import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from loihi_emu.analysis import Comparison, compare, files
from loihi_emu.analysis.files import check_folder, check_plots
from loihi_emu.chip.machines import LAVA
from loihi_emu.errors import FileError, MissingExtraError


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare("stdp-loihi", machine=LAVA)


def test_all_files_are_written_and_nothing_else(found: Comparison, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    written = found.save(folder)
    assert [path.name for path in written] == ["run.png", "window.png", "series.npz", "report.json"]
    assert sorted(folder.iterdir()) == sorted(written)


def test_the_data_file_holds_the_series(found: Comparison, tmp_path: Path) -> None:
    found.save(tmp_path, plots=False)
    with np.load(tmp_path / "series.npz") as data:
        assert np.array_equal(data["fixed_pt.weights"], found.fixed.series["weights"])
        assert np.array_equal(data["floating_pt.y1"], found.ideal.series["y1"])
        assert data["fixed_pt.final.weights"].tolist() == [[60]]
        assert np.array_equal(data["fixed_pt.pre_steps"], found.fixed.pre.steps)
        assert np.array_equal(data["window.dw.change"], found.windows["dw"].change)


def test_the_report_file_is_the_report(found: Comparison, tmp_path: Path) -> None:
    found.save(tmp_path, plots=False)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["final"]["fixed_pt"]["weights"]["values"] == [[60]]
    assert report["setting"]["seed"] == 123
    assert report["machine"] == "LAVA"


def test_a_write_that_fails_leaves_the_old_files(
    found: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in files.DATA:
        (tmp_path / name).write_text("old", encoding="utf-8")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(FileError) as caught:
        found.save(tmp_path, plots=False)
    assert str(caught.value) == (
        f"output folder {tmp_path} cannot be written to: No space left on device"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files.DATA)
    assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"old"}


def test_checking_a_folder_makes_none(tmp_path: Path) -> None:
    assert check_folder(tmp_path / "x" / "y") == tmp_path / "x" / "y"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.touch()
    with pytest.raises(FileError) as caught:
        check_folder(file)
    assert str(caught.value) == f"output folder {file}: {file} is a file; allowed: a folder"
    with pytest.raises(FileError):
        check_folder(file / "below")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FileError) as caught:
        check_folder(tmp_path / "out")
    tmp_path.chmod(0o700)
    assert str(caught.value) == (
        f"output folder {tmp_path / 'out'} cannot be written to: Permission denied"
    )


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError) as caught:
        check_plots()
    assert str(caught.value) == (
        "figures need Matplotlib, which is not installed: install loihi-emu[plots], "
        "or leave figures out (--no-plots)"
    )
