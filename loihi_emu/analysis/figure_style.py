"""What all figures share: palette, style, the head line, remarks, limits of an axis.

Colours are Okabe and Ito's, which colour-blind readers tell apart; black is always the float
reference. Example: `with matplotlib.rc_context(STYLE): ...`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from loihi_emu.analysis.result import Result

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE = "#CC79A7"
BLACK, GREY = "#1a1a1a", "#8c8c8c"

STYLE: Final[dict[Any, Any]] = {
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
_DPI: Final = 200


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure in the format that the path's ending names."""
    import matplotlib

    with matplotlib.rc_context(STYLE):
        figure.savefig(path, dpi=_DPI)


def head(panel: Axes, comparison: Result, width: int) -> None:
    """Rule and machine, above the first panel; `width` characters a line."""
    subject = comparison.subject
    texts = [f"{target} = {series}" for target, series in comparison.rule.series.items()]
    name = "" if subject.source.startswith("given as") else f"{subject.name}:  "
    lines = wrap(name + ";  ".join(texts), width)[:3]
    modes = f"fixed_pt on {comparison.machine.name} (colour), floating_pt (black)"
    panel.set_title("\n".join([*lines, modes]), color=BLACK)


def say(panel: Axes, x: float, y: float, text: str, *, ha: Any) -> None:
    """A grey remark inside a panel."""
    panel.text(
        x, y, text, transform=panel.transAxes, ha=ha, va="center", color="#595959", fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2}, zorder=5,
    )  # fmt: skip


def span(
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
