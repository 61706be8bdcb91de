"""Sphinx: guide pages and examples are executed, the API is read from docstrings.

`python -m sphinx -W --keep-going -b html docs docs/_build/html` from the project's folder, in an
environment with the extras docs and examples.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import jupytext

_DOCS: Final = Path(__file__).parent
_ROOT: Final = _DOCS.parent
sys.path.insert(0, str(_ROOT))

import loihi_emu  # noqa: E402

project = "loihi_emu"
author = "the loihi_emu authors"
project_copyright = author
release = version = loihi_emu.__version__

default_role = "literal"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_nb",
]
exclude_patterns = ["_build", "_templates", "**.ipynb_checkpoints"]
templates_path = ["_templates"]
html_theme = "furo"
html_title = f"loihi_emu {version}"
html_theme_options = {"navigation_with_keys": True}

autosummary_generate = True
autosummary_imported_members = True
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
toc_object_entries_show_parents = "hide"

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]
nb_execution_mode = "auto"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
nb_render_markdown_format = "gfm"


def _gather_examples() -> None:
    """Copy examples into the sources: scripts in cells become notebooks, notebooks stay."""
    folder = _DOCS / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path in sorted((_ROOT / "examples").glob("*.ipynb")):
        shutil.copy(path, folder / path.name)
    for path in sorted((_ROOT / "examples").glob("*.py")):
        if not path.name.startswith("test_"):
            notebook = jupytext.read(path)
            for number, cell in enumerate(notebook.cells):
                cell["id"] = f"cell-{number:02d}"
            jupytext.write(notebook, folder / f"{path.stem}.ipynb")


_gather_examples()


_MAGNITUDE: Final = re.compile(r"(?<![`\\])\|(\S[^|`]*)\|")


def _keep_magnitudes(
    app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Let `|dt|` in a docstring be a magnitude, where reStructuredText sees a substitution."""
    del app, what, name, obj, options
    lines[:] = [
        line if line.lstrip().startswith(">>>") else _MAGNITUDE.sub(r"\\|\1\\|", line)
        for line in lines
    ]


def setup(app: Any) -> dict[str, Any]:
    """Docstrings are plain text first: what only Sphinx would misread is mended here."""
    app.connect("autodoc-process-docstring", _keep_magnitudes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
