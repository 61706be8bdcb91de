"""Weight changes of a comparison against t_post - t_pre, with the window of the rule.

Filled points are changes in fixed point, open points are changes in float. The curve is what one
pair of spikes does in float. Example: `save_figure(plot_window(comparison), "window.png")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.figure_style import BLACK, GREEN, GREY, STYLE, head, say, span
from loihi_emu.analysis.report import label
from loihi_emu.analysis.window import VARIABLE_OF, Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from loihi_emu.analysis.result import Result

_LEGEND: Final = (
    "fixed_pt",
    "floating_pt",
    "one pair alone (floating_pt)",
    "by its place in the epoch",
)
_SHOWN_POINTS: Final = 4000
_CROWD: Final = 100
_FILLED: Final[dict[str, Any]] = {
    "linestyle": "none", "marker": "o", "ms": 5, "mfc": GREEN, "mec": "white", "mew": 0.5,
    "label": _LEGEND[0], "zorder": 3,
}  # fmt: skip
_OPEN: Final[dict[str, Any]] = {
    "linestyle": "none", "marker": "o", "ms": 7, "mfc": "none", "mec": BLACK, "mew": 0.8,
    "label": _LEGEND[1], "zorder": 2,
}  # fmt: skip
_SMALLER: Final[dict[str, Any]] = {"ms": 3, "mew": 0.3, "alpha": 0.6}


def plot_window(comparison: Result) -> Figure:
    """Plot changes against t_post - t_pre, with the rule's window; one panel for each target.

    Parameters
    ----------
    comparison : Result

    Returns
    -------
    Figure
    """
    import matplotlib
    from matplotlib.figure import Figure

    windows = list(comparison.windows.values())
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(1.2 + 4.4 * len(windows), 3.8), layout="constrained")
        panels = figure.subplots(1, len(windows), squeeze=False)[0]
        for panel, window in zip(panels, windows, strict=True):
            _draw_window(panel, comparison, window)
        head(panels[0], comparison, width=62 * len(windows))
        handles: dict[str, Any] = {}
        for panel in panels:
            shown, names = panel.get_legend_handles_labels()
            handles |= dict(zip(names, shown, strict=True))
        order = [one for one in _LEGEND if one in handles]
        if order:
            figure.legend(
                [handles[one] for one in order], order, loc="outside lower center", ncols=4,
                frameon=False, fontsize=8, columnspacing=1.2, handletextpad=0.4,
            )  # fmt: skip
    return figure


def _draw_window(panel: Axes, comparison: Result, window: Window) -> None:
    """Observed changes in both modes over the window of single pairs."""
    panel.axhline(0, color=GREY, lw=0.6)
    panel.axvline(0, color=GREY, lw=0.6)
    shown: list[NDArray[Any]] = []
    farthest = int(window.lags[-1])
    if window.counted == "event":
        for run, style in ((comparison.ideal, _OPEN), (comparison.fixed, _FILLED)):
            lags, changes = _thinned(*comparison.observed(run, window.target))
            near = np.abs(lags) <= farthest
            crowd = near.sum() > _CROWD
            panel.plot(lags[near], changes[near], **style | (_SMALLER if crowd else {}))
            if run is comparison.fixed:
                shown.append(changes[near])
    if window.pairs:
        _draw_curve(panel, window)
        shown.append(np.array([window.lowest.min(), window.highest.max()]))
        if window.counted == "total":
            say(panel, 0.98, 0.06, "sum over all epochs after a pair", ha="right")
    else:
        reason = window.explanation.split(": ", 1)[1]
        say(panel, 0.5, 0.5, f"no pair window:\n{reason}", ha="center")
    if not any(one.size for one in shown):
        panel.set_yticks([0])
    panel.set_xlim(-farthest, farthest)
    panel.set_ylim(*span(shown, pad=0.12))
    panel.set_xlabel(r"$t_\mathrm{post} - t_\mathrm{pre}$ (steps)")
    variable = label(VARIABLE_OF[window.target]).split(" (")[0]
    panel.set_ylabel(f"change of {variable}")


def _draw_curve(panel: Axes, window: Window) -> None:
    """The rule's own window; both sides of 0 by themselves, as it may jump there."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3, foreground="white")]
    size = np.abs(window.change).max()
    band = (
        _LEGEND[3] if np.ptp([window.highest, window.lowest], axis=0).max() > 1e-6 * size else "_"
    )
    for side, named, shaded in (
        (window.lags < 0, _LEGEND[2], band),
        (window.lags > 0, "_", "_"),
    ):
        lags = window.lags[side]
        panel.plot(
            lags, window.change[side], BLACK, lw=1.3, zorder=4, path_effects=halo, label=named
        )
        panel.fill_between(
            lags,
            window.lowest[side],
            window.highest[side],
            color=GREY,
            alpha=0.25,
            lw=0,
            label=shaded,
        )
    middle = window.lags == 0
    panel.plot(window.lags[middle], window.change[middle], "D", color=BLACK, ms=3, zorder=4)


def _thinned(
    lags: NDArray[np.int64], changes: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most `_SHOWN_POINTS` of the points, evenly chosen."""
    kept = np.linspace(0, max(lags.size - 1, 0), min(lags.size, _SHOWN_POINTS)).astype(int)
    return lags[kept], changes[kept]
