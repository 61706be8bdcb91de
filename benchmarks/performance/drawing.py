"""Plots of the page: time of a step on logarithmic axes, limits dashed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.performance.series import Figure, Points

_SIZE = (6.4, 3.6)
_DPI = 110
_REAL_TIME = 1e-3


def _plain(value: float, _place: int) -> str:
    """A tick's number as people write it."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def draw(figure: Figure, points: Points, path: Path) -> None:
    """Write one plot; needs Matplotlib (extra `plots`)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    canvas, axes = pyplot.subplots(figsize=_SIZE, layout="constrained")
    for label, curve in points.items():
        xs, seconds = zip(*curve, strict=True)
        limit = label.startswith("limit")
        axes.plot(
            xs, [1e3 * s for s in seconds], "--" if limit else "o-",
            color="0.45" if limit else None, label=label,
        )  # fmt: skip
    if figure.name == "chip":
        axes.axhline(1e3 * _REAL_TIME, color="0.45", linestyle="--", label="limit: real time")
    axes.set(xscale="log", yscale="log", title=figure.title, xlabel=figure.axis, ylabel="ms a step")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(_plain))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False)
    path.parent.mkdir(exist_ok=True)
    canvas.savefig(path, dpi=_DPI, metadata={"Software": None})
    pyplot.close(canvas)
