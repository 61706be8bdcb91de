"""A comparison in time: spikes, traces, synaptic variables; fixed point over float.

It uses only Matplotlib's object interface, so that a user's own figures do not change.
Example: `save_figure(plot_run(comparison), "run.png")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loihi_emu.analysis.figure_style import (
    BLACK,
    BLUE,
    GREEN,
    PURPLE,
    STYLE,
    VERMILLION,
    head,
    save_figure,
    span,
)
from loihi_emu.analysis.plots_window import plot_window
from loihi_emu.analysis.report import label
from loihi_emu.analysis.thirds import is_rewarded
from loihi_emu.analysis.window import VARIABLE_OF

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from loihi_emu.analysis.result import Result

__all__ = ["plot_run", "plot_window", "save_figure"]

_SHOWN_LINES: Final = 40


def plot_run(comparison: Result) -> Figure:
    """Plot spikes, traces and synaptic variables against time, for the most active pair of neurons.

    Parameters
    ----------
    comparison : Result

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
    with matplotlib.rc_context(STYLE):
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
                _draw_trace(panel, comparison, name, {"x": pre, "y": post, "r": 0}[name[0]])
        for panel in panels[:-1]:
            panel.tick_params(axis="x", length=0)
        panels[-1].set_xlabel("time (steps)")
        panels[-1].set_xlim(0, comparison.setting.steps)
        figure.align_ylabels(panels)
        head(panels[0], comparison, width=100)
    return figure


def _example(comparison: Result) -> tuple[int, int, int]:
    """Post neuron, pre neuron and column of the recorded synapse whose sides fire most."""
    post, pre = comparison.synapses
    fired = [
        np.bincount(getattr(comparison.fixed, side).neurons, minlength=comparison.setting.neurons)
        for side in ("post", "pre")
    ]
    column = int(np.argmax(np.minimum(fired[0][post], fired[1][pre])))
    return int(post[column]), int(pre[column]), column


def _draw_spikes(panel: Axes, comparison: Result) -> None:
    """A row of ticks a neuron: pre below, post above; post in float where it differs."""
    fixed, ideal = comparison.fixed, comparison.ideal
    n = comparison.setting.neurons
    rows = [("pre", fixed.pre, BLUE), ("post", fixed.post, VERMILLION)]
    for name, one, other in (("pre", fixed.pre, ideal.pre), ("post", fixed.post, ideal.post)):
        same = np.array_equal(one.steps, other.steps) and np.array_equal(one.neurons, other.neurons)
        if not same:
            rows.append((f"{name} (float)", other, BLACK))
    places = []
    if is_rewarded(comparison.rule):
        steps = np.flatnonzero(comparison.setting.trains()[2]) + 1
        panel.vlines(steps, -1.3, -0.7, PURPLE, lw=1.1, label="reward")
    thin = 1.1 if n < 8 else 0.5
    for block, (_, events, colour) in enumerate(rows):
        low = block * (n + max(0.3, 0.08 * n))
        places.append(low + (n - 1) / 2)
        heights = low + events.neurons
        panel.vlines(events.steps, heights - 0.42, heights + 0.42, colour, lw=thin)
    if is_rewarded(comparison.rule):
        places.append(-1.0)
        rows.append(("reward", fixed.pre, PURPLE))
    panel.set_yticks(places, [name for name, _, _ in rows])
    for tick, (_, _, colour) in zip(panel.get_yticklabels(), rows, strict=True):
        tick.set_color(colour)
    panel.tick_params(axis="y", length=0)
    panel.spines[["left", "bottom"]].set_visible(False)
    panel.set_ylabel("spikes")


def _draw_trace(panel: Axes, comparison: Result, name: str, neuron: int) -> None:
    """One neuron's trace in both modes."""
    colour = {"x": BLUE, "y": VERMILLION, "r": PURPLE}[name[0]]
    fixed, ideal = (run.series[name][:, neuron] for run in (comparison.fixed, comparison.ideal))
    steps = np.arange(1, len(fixed) + 1)
    panel.plot(steps, fixed, colour, lw=1.6, drawstyle="steps-post")
    panel.plot(steps, ideal, BLACK, lw=0.8, drawstyle="steps-post")
    side = {"x": f"\npre {neuron}", "y": f"\npost {neuron}", "r": ""}[name[0]]
    of = "" if comparison.setting.neurons == 1 else side
    panel.set_ylabel(f"{name}{of}", color=colour)
    panel.set_ylim(*span([fixed, ideal], of=[fixed], bottom=0))
    panel.margins(x=0)


def _draw_synapses(panel: Axes, comparison: Result, name: str, column: int) -> None:
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
    low, high = span([*shown, ideal[:, column]], of=shown)
    low, high = min(low, high - 2), max(high, low + 2)
    panel.set_ylim(low, high)
    _label_ends(panel, fixed[-1, column], ideal[-1, column], steps[-1], (low, high))


def _label_ends(
    panel: Axes, fixed: float, ideal: float, step: int, limits: tuple[float, float]
) -> None:
    """Final values to the right of their lines, moved apart where they would overlap."""
    low, high = limits
    gap = 0.17 * (high - low)
    ideal = np.inf if np.isnan(ideal) else ideal
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
