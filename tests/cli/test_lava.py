"""`loihi-emu lava`: scripts that say `import lava`, run unchanged or checked before they run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.cli import main

Run = Callable[..., tuple[int, str, str]]

SCRIPT = """
import sys
import lava.proc.lif.process as cells
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.lif.process import LIF
from beside import THRESHOLD

assert cells.LIF is LIF
if __name__ == "__main__":
    lif = LIF(shape=(1,), bias_mant=int(sys.argv[1]), vth=THRESHOLD)
    lif.run(RunSteps(num_steps=2), Loihi2SimCfg(select_tag="fixed_pt"))
    print(lif.v.get())
    lif.stop()
    sys.exit(int(sys.argv[2]))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, with a script and a module beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "beside.py").write_text("THRESHOLD = 100\n", encoding="utf-8")
    return tmp_path


def _notebook(folder: Path, *cells: str) -> str:
    held = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    held.insert(1, {"cell_type": "markdown", "source": ["from lava import nothing"]})
    (folder / "book.ipynb").write_text(json.dumps({"cells": held}), encoding="utf-8")
    return "book.ipynb"


@pytest.mark.usefixtures("folder")
def test_a_script_runs_unchanged_with_its_arguments(run: Run) -> None:
    status, out, _ = run("lava", "run", "script.py", "7", "3")
    # u stays 0 and v does not decay: two steps add the bias of 7 twice
    assert (status, out) == (3, "[14.]\n")
    assert not [name for name in sys.modules if name == "lava" or name.startswith("lava.")]


def test_a_notebook_runs_cell_by_cell(run: Run, folder: Path) -> None:
    name = _notebook(
        folder,
        "%matplotlib inline\nimport lava.proc.lif.process as lif\nlif?",
        "if True:\n    !ls\ncells = lif.LIF(shape=(2,))",
        "%%bash\necho nothing",
        "print(cells.shape if hasattr(cells, 'shape') else cells.v.shape)",
    )
    status, out, err = run("lava", "run", name)
    assert (status, out) == (0, "(2,)\n")
    for left_out in ("%matplotlib inline", "lif?", "!ls", "%%bash"):
        assert f"left out {left_out}" in err


def test_an_exception_is_shown_from_the_scripts_own_line(run: Run, folder: Path) -> None:
    name = _notebook(folder, "x = 1", "def fail():\n    raise KeyError(x)\nfail()")
    status, _, err = run("lava", "run", name)
    assert status == 2
    assert "raised KeyError" in err
    assert 'book.ipynb[cell 2]", line 2, in fail' in err
    assert "loihi_emu" not in err


def test_a_real_lava_is_not_covered_unless_told(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "lava" / "magma").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(folder))
    status, _, err = run("lava", "run", "script.py", "7", "0")
    assert status == 2
    assert "Lava is installed in" in err
    assert "--even-if-installed" in err
    status, out, _ = run("lava", "run", "--even-if-installed", "script.py", "7", "0")
    assert (status, out) == (0, "[14.]\n")


def test_check_lists_what_is_missing_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "beside.py").write_text(
        "from lava.proc.s4d.process import S4d\nTHRESHOLD = 1\n", encoding="utf-8"
    )
    (folder / "script.py").write_text(
        "import lava.utils.slurm\nfrom lava.proc import io, lif\nfrom beside import THRESHOLD\n"
        "io.sink.Nothing()\nlif.process.LIF\nfrom lava.proc.lif.process import LIF, GIF\n",
        encoding="utf-8",
    )
    assert main(["lava", "check", "script.py", "--json"]) == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [(one["file"], one["place"], one["name"]) for one in found["missing"]] == [
        ("script.py", "1", "lava.utils.slurm"),
        ("script.py", "4", "lava.proc.io.sink.Nothing"),
        ("script.py", "6", "lava.proc.lif.process.GIF"),
        ("beside.py", "1", "lava.proc.s4d.process.S4d"),
    ]
    assert all(one["instead"] for one in found["missing"])


@pytest.mark.usefixtures("folder")
def test_check_finds_nothing_in_a_script_that_runs(run: Run) -> None:
    status, out, _ = run("lava", "check", "script.py")
    assert (status, out) == (0, "every name of Lava is mirrored\n")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("absent.py", None, "absent.py cannot be read"),
        ("broken.py", "x = (", "broken.py, 1: '(' was never closed"),
        ("broken.ipynb", "{}", "is no notebook"),
    ],
)
def test_files_that_cannot_be_checked(
    run: Run, folder: Path, name: str, text: str | None, message: str
) -> None:
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    status, _, err = run("lava", "check", name)
    assert status == 2
    assert message in err
