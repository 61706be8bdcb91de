"""The three-way comparison as a figure: both modes against the ideal, and the causes.

Example: `save_figure(plot_three_ways(compare_three_ways(...)), "threeway.png")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loihi_emu.analysis.figure_style import BLACK, GREEN, GREY, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from loihi_emu.analysis.threeway import ThreeWay


def plot_three_ways(found: ThreeWay) -> Figure:
    """Plot the weight changes of both modes against the ideal, and the share of each cause.

    Parameters
    ----------
    found : ThreeWay

    Returns
    -------
    Figure
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.6, 3.5), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
        _draw_changes(left, found)
        _draw_causes(right, found)
    return figure


def _draw_changes(panel: Axes, found: ThreeWay) -> None:
    """One point a synapse and engine, and the line on which they would equal the ideal."""
    ends = [float(np.min(found.ideal)), float(np.max(found.ideal))]
    panel.plot(ends, ends, color=GREY, lw=0.8)
    panel.plot(found.ideal.ravel(), found.fixed.ravel(), "o", color=GREEN, ms=3.5, mew=0,
               alpha=0.75, label=f"fixed_pt on {found.machine.name}")  # fmt: skip
    panel.plot(found.ideal.ravel(), found.floating.ravel(), "o", color=BLACK, ms=3.5, mew=0.7,
               mfc="none", alpha=0.75, label="floating_pt")  # fmt: skip
    panel.set_xlabel("ideal dw: sum over pairs")
    panel.set_ylabel("dw of the run")
    panel.set_title(f"dw = {found.subject.rule.series['dw']}")
    panel.legend(frameon=False, loc="upper left", fontsize=8, handletextpad=0.2)


def _draw_causes(panel: Axes, found: ThreeWay) -> None:
    """Contributions of all synapses by cause: a point each, and their mean."""
    names = list(found.contributions)
    places = np.arange(len(names))[::-1]
    for place, name in zip(places, names, strict=True):
        values = found.contributions[name].ravel()
        spread = np.linspace(-0.28, 0.28, values.size) if values.size > 1 else np.zeros(1)
        panel.plot(values, place + spread, "o", color=GREEN, ms=2.2, mew=0, alpha=0.45)
        panel.plot([values.mean()] * 2, [place - 0.36, place + 0.36], color=BLACK, lw=1.4)
    panel.axvline(0, color=GREY, lw=0.8, zorder=0)
    shares = found.shares
    panel.set_yticks(places, [f"{name}\n{100 * shares[name]:.0f} %" for name in names])
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.set_xlabel("part of fixed - ideal (units of weight)")
    panel.set_title("causes: a point for each synapse, a line for the mean")
