"""Figures of a comparison: the run in time, and weight changes over the rule's own window.

Matplotlib's object interface alone, so that nothing of a user's own figures changes. Colours are
Okabe and Ito's, which colour-blind readers tell apart; black is always the float reference.
Example: `save_figure(plot_window(comparison), "window.png")`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.report import label
from loihi_emu.analysis.window import VARIABLE_OF, Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from loihi_emu.analysis.comparison import Comparison

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
BLACK, GREY = "#1a1a1a", "#8c8c8c"

_STYLE: Final[dict[Any, Any]] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.formatter.useoffset": False,
    "xtick.direction": "out",
    "svg.fonttype": "none",
}
_LEGEND: Final = (
    "fixed_pt",
    "floating_pt",
    "one pair alone (floating_pt)",
    "by its place in the epoch",
)
_SHOWN_LINES: Final = 40
_SHOWN_POINTS: Final = 4000
_DPI: Final = 200


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure in the format that the path's ending names."""
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        figure.savefig(path, dpi=_DPI)


def plot_run(comparison: Comparison) -> Figure:
    """Spikes, traces and synaptic variables against time; of several neurons the busiest pair.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    Figure
    """
    import matplotlib
    from matplotlib.figure import Figure

    names = list(comparison.fixed.series)
    heights = [
        1.0 if comparison.setting.neurons == 1 else 1.8,
        *(1.3 if name in VARIABLE_OF.values() else 0.9 for name in names),
    ]
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 0.7 + 0.95 * sum(heights)), layout="constrained")
        panels = figure.subplots(
            len(heights), 1, sharex=True, gridspec_kw={"height_ratios": heights}, squeeze=False
        )[:, 0]
        _draw_spikes(panels[0], comparison)
        post, pre, synapse = _example(comparison)
        for panel, name in zip(panels[1:], names, strict=True):
            if name in VARIABLE_OF.values():
                _draw_synapses(panel, comparison, name, synapse)
            else:
                _draw_trace(panel, comparison, name, pre if name[0] == "x" else post)
        for panel in panels[:-1]:
            panel.tick_params(axis="x", length=0)
        panels[-1].set_xlabel("time (steps)")
        panels[-1].set_xlim(0, comparison.setting.steps)
        figure.align_ylabels(panels)
        _head(panels[0], comparison, width=100)
    return figure


def plot_window(comparison: Comparison) -> Figure:
    """Changes against t_post - t_pre, with the rule's own window; a panel a target.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    Figure
    """
    import matplotlib
    from matplotlib.figure import Figure

    windows = list(comparison.windows.values())
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(1.2 + 4.4 * len(windows), 3.8), layout="constrained")
        panels = figure.subplots(1, len(windows), squeeze=False)[0]
        for panel, window in zip(panels, windows, strict=True):
            _draw_window(panel, comparison, window)
        _head(panels[0], comparison, width=62 * len(windows))
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


def _head(panel: Axes, comparison: Comparison, width: int) -> None:
    """Rule and machine, above the first panel; `width` characters a line."""
    subject = comparison.subject
    texts = [f"{target} = {series}" for target, series in comparison.rule.series.items()]
    name = "" if subject.name == "rule" else f"{subject.name}:  "
    lines = wrap(name + ";  ".join(texts), width)[:3]
    modes = f"fixed_pt on {comparison.machine.name} (colour), floating_pt (black)"
    panel.set_title("\n".join([*lines, modes]), color=BLACK)


def _example(comparison: Comparison) -> tuple[int, int, int]:
    """Post neuron, pre neuron and column of the recorded synapse whose sides fire most."""
    post, pre = comparison.synapses
    fired = [
        np.bincount(getattr(comparison.fixed, side).neurons, minlength=comparison.setting.neurons)
        for side in ("post", "pre")
    ]
    column = int(np.argmax(np.minimum(fired[0][post], fired[1][pre])))
    return int(post[column]), int(pre[column]), column


def _draw_spikes(panel: Axes, comparison: Comparison) -> None:
    """A row of ticks a neuron: pre below, post above; post in float where it differs."""
    fixed, ideal = comparison.fixed, comparison.ideal
    n = comparison.setting.neurons
    rows = [("pre", fixed.pre, BLUE), ("post", fixed.post, VERMILLION)]
    for name, one, other in (("pre", fixed.pre, ideal.pre), ("post", fixed.post, ideal.post)):
        same = np.array_equal(one.steps, other.steps) and np.array_equal(one.neurons, other.neurons)
        if not same:
            rows.append((f"{name} (float)", other, BLACK))
    places = []
    for block, (_, events, colour) in enumerate(rows):
        low = block * (n + max(0.3, 0.08 * n))
        places.append(low + (n - 1) / 2)
        heights = low + events.neurons
        panel.vlines(events.steps, heights - 0.42, heights + 0.42, colour, lw=1.1)
    panel.set_yticks(places, [name for name, _, _ in rows])
    for tick, (_, _, colour) in zip(panel.get_yticklabels(), rows, strict=True):
        tick.set_color(colour)
    panel.tick_params(axis="y", length=0)
    panel.spines[["left", "bottom"]].set_visible(False)
    panel.set_ylabel("spikes")


def _draw_trace(panel: Axes, comparison: Comparison, name: str, neuron: int) -> None:
    """One neuron's trace in both modes."""
    colour = BLUE if name[0] == "x" else VERMILLION
    fixed, ideal = (run.series[name][:, neuron] for run in (comparison.fixed, comparison.ideal))
    steps = np.arange(1, len(fixed) + 1)
    panel.plot(steps, fixed, colour, lw=1.6, drawstyle="steps-post")
    panel.plot(steps, ideal, BLACK, lw=0.8, drawstyle="steps-post")
    side = "pre" if name[0] == "x" else "post"
    of = "" if comparison.setting.neurons == 1 else f"\n{side} {neuron}"
    panel.set_ylabel(f"{name}{of}", color=colour)
    panel.set_ylim(*_span([fixed, ideal], of=[fixed], bottom=0))
    panel.margins(x=0)


def _draw_synapses(panel: Axes, comparison: Comparison, name: str, column: int) -> None:
    """One synapse in both modes, with final values at the end; other synapses fainter."""
    post, pre = comparison.synapses
    lines = []
    for run in (comparison.fixed, comparison.ideal):
        start = run.start[name][post, pre]
        lines.append(np.concatenate([start[None], run.series[name]]).astype(float))
    fixed, ideal = lines
    steps = np.arange(len(fixed))
    others = np.unique(np.linspace(0, post.size - 1, min(post.size, _SHOWN_LINES)).astype(int))
    if post.size > 1:
        panel.plot(steps, fixed[:, others], GREEN, lw=0.5, alpha=0.25, drawstyle="steps-post")
    panel.plot(steps, fixed[:, column], GREEN, lw=1.8, drawstyle="steps-post")
    panel.plot(steps, ideal[:, column], BLACK, lw=0.8, drawstyle="steps-post")
    of = "" if post.size == 1 else f"\npre {pre[column]} to {post[column]}"
    panel.set_ylabel(f"{label(name).split(' (')[0]}{of}", color=GREEN)
    shown = [fixed[:, column]] if post.size == 1 else [fixed[:, others]]
    low, high = _span([*shown, ideal[:, column]], of=shown)
    low, high = min(low, high - 2), max(high, low + 2)
    panel.set_ylim(low, high)
    _label_ends(panel, fixed[-1, column], ideal[-1, column], steps[-1], (low, high))


def _label_ends(
    panel: Axes, fixed: float, ideal: float, step: int, limits: tuple[float, float]
) -> None:
    """Final values to the right of their lines, moved apart where they would overlap."""
    low, high = limits
    gap = 0.17 * (high - low)
    shown = [min(max(value, low), high) for value in (fixed, ideal)]
    middle, half = sum(shown) / 2, max(abs(shown[0] - shown[1]), gap) / 2
    up = 1 if fixed >= ideal else -1
    for place, value, mode, colour in zip(
        (middle + up * half, middle - up * half),
        (fixed, ideal),
        ("fixed_pt", "floating_pt"),
        (GREEN, BLACK),
        strict=True,
    ):
        beyond = " \N{UPWARDS ARROW}" if value > high else ""
        beyond = " \N{DOWNWARDS ARROW}" if value < low else beyond
        panel.annotate(
            f"{value:.4g} {mode}{beyond}", (step, place), xytext=(4, 0),
            textcoords="offset points", color=colour, fontsize=8, va="center",
            annotation_clip=False,
        )  # fmt: skip


def _draw_window(panel: Axes, comparison: Comparison, window: Window) -> None:
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
            _say(panel, 0.98, 0.06, "sum over all epochs after a pair", ha="right")
    else:
        reason = window.explanation.split(": ", 1)[1]
        _say(panel, 0.5, 0.5, f"no pair window:\n{reason}", ha="center")
    if not any(one.size for one in shown):
        panel.set_yticks([0])
    panel.set_xlim(-farthest, farthest)
    panel.set_ylim(*_span(shown, pad=0.12))
    panel.set_xlabel(r"$t_\mathrm{post} - t_\mathrm{pre}$ (steps)")
    variable = label(VARIABLE_OF[window.target]).split(" (")[0]
    panel.set_ylabel(f"change of {variable}")


def _say(panel: Axes, x: float, y: float, text: str, *, ha: Any) -> None:
    """A grey remark inside a panel."""
    panel.text(
        x, y, text, transform=panel.transAxes, ha=ha, va="center", color="#595959", fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2}, zorder=5,
    )  # fmt: skip


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


def _draw_curve(panel: Axes, window: Window) -> None:
    """The rule's own window; both sides of 0 by themselves, as it may jump there."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3, foreground="white")]
    band = _LEGEND[3] if np.any(window.highest - window.lowest > 1e-9) else "_"
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


def _span(
    series: Iterable[NDArray[Any]],
    *,
    bottom: float | None = None,
    of: Iterable[NDArray[Any]] | None = None,
    pad: float = 0.08,
) -> tuple[float, float]:
    """Limits of an axis that shows `series`; a float run out of bounds does not flatten `of`."""
    finite = [one[np.isfinite(one)] for one in map(np.asarray, series)]
    values = np.concatenate([one.ravel() for one in finite] or [np.zeros(1)])
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    if of is not None:
        kept = np.concatenate([np.asarray(one).ravel() for one in of])
        reach = max(1.5 * float(np.ptp(kept)), 40.0)
        low, high = max(low, kept.min() - reach), min(high, kept.max() + reach)
    if bottom is not None:
        low = min(bottom, low)
    room = pad * max(high - low, 1e-9) if high > low else 1.0
    return float(low - room), float(high + room)
