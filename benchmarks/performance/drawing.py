"""Plots of the page: time of a step on logarithmic axes, limits dashed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.performance.series import REAL_TIME, Figure, Points

_SIZE = (6.4, 3.6)
_DPI = 110
_WIDE = (1, 2, 5)
_NARROW = (1, 1.2, 1.5, 2, 3, 5, 7)
"""Ticks of axes over many powers of ten, and over one."""


def _plain(value: float, _place: int) -> str:
    """A tick's number as people write it."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def draw(figure: Figure, points: Points, path: Path) -> None:
    """Write one plot; needs Matplotlib (extra `plots`)."""
    canvas, axes = _canvas()
    for label, curve in points.items():
        xs, seconds = zip(*curve, strict=True)
        limit = label.startswith("limit")
        axes.plot(
            xs, [1e3 * s for s in seconds], "--" if limit else "o-",
            color="0.45" if limit else None, label=label,
        )  # fmt: skip
    if figure.name == "chip":
        _draw_real_time(axes)
    axes.set(title=figure.title, xlabel=figure.axis, ylabel="ms a step")
    _write(canvas, axes, path, _WIDE)


def draw_moments(moments: Sequence[tuple[float, float]], path: Path) -> None:
    """Write the plot of a chip's repetitions, each a dot."""
    canvas, axes = _canvas()
    held_up, seconds = zip(*moments, strict=True)
    axes.plot(
        held_up, [1e3 * s for s in seconds], ".", alpha=0.5, label=f"{len(moments)} repetitions"
    )
    _draw_real_time(axes)
    axes.set(
        title="one Loihi 1 chip at 10 Hz, 2 threads, at any time",
        xlabel="interference: time of a fixed piece of work / its least time",
        ylabel="ms a step",
    )
    _write(canvas, axes, path, _NARROW)


def _canvas() -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot.subplots(figsize=_SIZE, layout="constrained")


def _draw_real_time(axes: Any) -> None:
    axes.axhline(1e3 * REAL_TIME, color="0.45", linestyle="--", label="limit: real time")


def _write(canvas: Any, axes: Any, path: Path, ticks: Sequence[float]) -> None:
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=ticks))
        axis.set_major_formatter(FuncFormatter(_plain))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False)
    path.parent.mkdir(exist_ok=True)
    canvas.savefig(path, dpi=_DPI, metadata={"Software": None})
    pyplot.close(canvas)
