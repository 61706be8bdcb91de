"""Every example runs to its end: scripts in this process, notebooks in a kernel of their own.

`python -m pytest examples`; each takes seconds once its rules are compiled.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_SCRIPTS = sorted(p for p in _HERE.glob("*.py") if not p.name.startswith("test_"))
_NOTEBOOKS = sorted(_HERE.glob("*.ipynb"))


def test_there_are_examples() -> None:
    assert len(_SCRIPTS) >= 6
    assert len(_NOTEBOOKS) >= 1


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.stem)
def test_script(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "show", lambda: pyplot.close("all"))
    runpy.run_path(str(path), run_name="__main__")
    pyplot.close("all")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", _NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    notebook = pytest.importorskip("nbformat").read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), f"{path.name} holds outputs"
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
