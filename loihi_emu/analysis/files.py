"""The files of a comparison; each is written in full before it gets its name.

`run.png` and `window.png` are figures, `series.npz` holds every series, `report.json` the report.
Example: `check_folder("out")` raises an error if nothing could be written, and writes nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loihi_emu.analysis import report
from loihi_emu.analysis.tables import plain_data
from loihi_emu.errors import FileError, MissingExtraError

if TYPE_CHECKING:
    from loihi_emu.analysis.result import Result

FIGURES: Final = ("run.png", "window.png")
DATA: Final = ("series.npz", "report.json")


def check_folder(folder: str | Path) -> Path:
    """The folder as a path, if it can be made and written to.

    Raises
    ------
    FileError
        The folder or a part of its path is a file, or may not be written to.
    """
    path = Path(folder)
    try:
        there = path
        while not there.exists():
            there = there.parent
        if not there.is_dir():
            raise FileError(f"output folder {path}: {there} is a file; allowed: a folder")
        # root may write anywhere and still not to a read-only disk: only trying tells
        with tempfile.TemporaryFile(dir=there):
            pass
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"output folder {path} cannot be written to: {reason}") from error
    return path


def check_plots() -> None:
    """Raise an error if figures cannot be drawn.

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "figures need Matplotlib, which is not installed: install loihi-emu[plots], "
            "or leave figures out (--no-plots)"
        ) from error


def save(comparison: Result, folder: str | Path, *, plots: bool = True) -> list[Path]:
    """Write a comparison's files, see `Comparison.save`."""
    path = check_folder(folder)
    if plots:
        check_plots()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path, prefix=".unfinished-") as aside:
            names = _write(comparison, Path(aside), plots=plots)
            for name in names:
                os.replace(Path(aside) / name, path / name)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"output folder {path} cannot be written to: {error.strerror}") from error
    return [path / name for name in names]


def _write(comparison: Result, folder: Path, *, plots: bool) -> list[str]:
    """All files, into a folder of their own; their names."""
    names = [*(FIGURES if plots else ()), *DATA]
    if plots:
        from loihi_emu.analysis.plots import plot_run, plot_window, save_figure

        save_figure(plot_run(comparison), folder / FIGURES[0])
        save_figure(plot_window(comparison), folder / FIGURES[1])
    np.savez_compressed(folder / DATA[0], **series_of(comparison))
    text = json.dumps(plain_data(report.to_dict(comparison)), indent=2, allow_nan=False)
    (folder / DATA[1]).write_text(text + "\n", encoding="utf-8")
    return names


def series_of(comparison: Result) -> dict[str, Any]:
    """Every series, by its name in `series.npz`.

    Returns
    -------
    dict of str to array
        `fixed_pt.weights` and so on, [step, element]; `fixed_pt.pre_steps`, `..._neurons`;
        `synapses.post`, `synapses.pre`: which synapse each column is; `window.dw.lags`, ...
    """
    arrays: dict[str, Any] = {
        "synapses.post": comparison.synapses[0],
        "synapses.pre": comparison.synapses[1],
    }
    for run in (comparison.fixed, comparison.ideal):
        for name, values in run.series.items():
            arrays[f"{run.mode}.{name}"] = values
        for name, values in run.final.items():
            arrays[f"{run.mode}.final.{name}"] = values
        for side in ("pre", "post"):
            events = getattr(run, side)
            arrays[f"{run.mode}.{side}_steps"] = events.steps
            arrays[f"{run.mode}.{side}_neurons"] = events.neurons
    for target, window in comparison.windows.items():
        for part in ("lags", "change", "lowest", "highest"):
            arrays[f"window.{target}.{part}"] = getattr(window, part)
    return arrays
