"""Figures of curves: colour is fixed point with its spread over draws, black is the ideal.

Each function draws into the axes that it is given, or into new ones, and returns them.
Example: `plot_learning_window(learning_windows(rule, LOIHI)["dw"]).figure.savefig("window.png")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from loihi_emu.analysis.figure_style import BLACK, BLUE, GREEN, GREY, STYLE, VERMILLION
from loihi_emu.analysis.files import check_plots
from loihi_emu.chip.formats import TRACE
from loihi_emu.curves.dead_zone import DeadZone
from loihi_emu.curves.pair import LearningWindow
from loihi_emu.curves.rates import RateCurve, TripletCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMES: Final = {"dw": "weight", "dd": "delay variable", "dt": "tag"}


def new_axes(width: float = 5.6, height: float = 3.6) -> Axes:
    """Axes of a figure of their own.

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    """
    check_plots()
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        return Figure(figsize=(width, height), layout="constrained").subplots()


def new_panels(count: int) -> list[Axes]:
    """Axes side by side in a figure of their own.

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    """
    check_plots()
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(0.8 + 4.8 * count, 3.6), layout="constrained")
        return list(figure.subplots(1, count, squeeze=False)[0])


def plot_learning_window(window: LearningWindow, ax: Axes | None = None) -> Axes:
    """Draw a window: expected change in fixed point, its spread, and the ideal.

    Parameters
    ----------
    window : LearningWindow
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    panel = new_axes() if ax is None else ax
    panel.axhline(0, color=GREY, lw=0.6)
    panel.axvline(0, color=GREY, lw=0.6)
    for side, named in ((window.lags < 0, True), (window.lags > 0, False)):
        lags = window.lags[side]
        mean, spread = window.mean[side], window.spread[side]
        panel.fill_between(
            lags, mean - spread, mean + spread, color=GREEN, alpha=0.25, lw=0,
            label="standard deviation" if named else "_",
        )  # fmt: skip
        panel.plot(lags, mean, GREEN, lw=1.6, label="fixed_pt, expected" if named else "_")
        panel.plot(lags, window.ideal[side], BLACK, lw=1, ls="--", label="ideal" if named else "_")
    at = window.lags == 0
    panel.errorbar(
        window.lags[at], window.mean[at], window.spread[at], color=GREEN, marker="o", ms=3.5, lw=1
    )
    panel.plot(window.lags[at], window.ideal[at], "D", color=BLACK, ms=3, mfc="none")
    panel.set_xlim(window.lags[0], window.lags[-1])
    panel.set_xlabel(r"$t_\mathrm{post} - t_\mathrm{pre}$ (steps)")
    panel.set_ylabel(f"change of {_NAMES[window.target]}")
    panel.set_title(
        f"{window.target} on {window.machine}: rounding noise is "
        f"{window.noise_share:.1%} of the squared change",
        loc="left",
        fontsize=9,
    )
    panel.legend(frameon=False, fontsize=8)
    return panel


def plot_dead_zones(zones: Sequence[DeadZone], ax: Axes | None = None) -> Axes:
    """Draw, for each product, the trace values at which it is 0 or moves nothing by itself.

    Parameters
    ----------
    zones : sequence of DeadZone
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    panel = new_axes(5.6, 1.5 + 0.45 * len(zones)) if ax is None else ax
    edge = TRACE.size
    for row, zone in enumerate(zones):
        dead = 0 if zone.together is None else zone.together + 1
        still = max(dead, 0 if zone.still is None else zone.still + 1)
        panel.barh(row, dead, color=VERMILLION, height=0.55, label="_" if row else "always 0")
        panel.barh(
            row, still - dead, left=dead, color="#E69F00", height=0.55,
            label="_" if row else "moves nothing by itself",
        )  # fmt: skip
        panel.barh(
            row, edge - still, left=still, color=BLUE, alpha=0.35, height=0.55,
            label="_" if row else "can act",
        )  # fmt: skip
    panel.set_yticks(range(len(zones)), [f"{one.target}: {one.product}" for one in zones])
    panel.set_ylim(len(zones) - 0.5, -0.5)
    panel.set_xlim(0, edge)
    panel.set_xticks([*np.arange(0, edge, 16), edge - 1])
    panel.set_xlabel("all traces of the product at most")
    panel.legend(frameon=False, fontsize=8, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    return panel


def plot_rate_curve(curve: RateCurve, ax: Axes | None = None) -> Axes:
    """Draw the change in 1,000 steps against the rate, fixed point beside floating point.

    Parameters
    ----------
    curve : RateCurve
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    panel = new_axes() if ax is None else ax
    panel.axhline(0, color=GREY, lw=0.6)
    panel.errorbar(
        curve.rates, curve.mean, curve.spread, color=GREEN, marker="o", ms=4, lw=1.4, capsize=2,
        label="fixed_pt, mean and deviation",
    )  # fmt: skip
    panel.plot(curve.rates, curve.ideal, "D--", color=BLACK, ms=3.5, mfc="none", label="ideal")
    panel.set_xlabel("spikes a step, of both neurons, uncorrelated")
    panel.set_ylabel(f"change of {_NAMES[curve.target]} in 1,000 steps")
    panel.set_title(
        f"{curve.target} on {curve.machine}: {curve.trials} synapses a rate",
        loc="left",
        fontsize=9,
    )
    panel.legend(frameon=False, fontsize=8)
    return panel


def plot_triplet_curve(curve: TripletCurve, ax: Axes | None = None) -> Axes:
    """Draw the change by three spikes against their distance, both orders.

    Parameters
    ----------
    curve : TripletCurve
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    panel = new_axes() if ax is None else ax
    panel.axhline(0, color=GREY, lw=0.6)
    for order, colour in zip(curve.mean, (BLUE, VERMILLION), strict=True):
        panel.errorbar(
            curve.distances, curve.mean[order], curve.spread[order], color=colour, marker="o",
            ms=4, lw=1.4, capsize=2, label=order,
        )  # fmt: skip
        panel.plot(curve.distances, curve.ideal[order], "--", color=colour, lw=1, label="_")
    panel.plot([], [], "--", color=GREY, lw=1, label="ideal")
    panel.set_xlabel("steps between neighbouring spikes")
    panel.set_ylabel(f"change of {_NAMES[curve.target]}")
    panel.set_title(f"{curve.target} on {curve.machine}: three spikes", loc="left", fontsize=9)
    panel.legend(frameon=False, fontsize=8)
    return panel
