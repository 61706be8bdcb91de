"""The curves of `loihi-emu rule RULE --show window|rate|deadzone`: values, tables and a figure.

Example: `CURVES["deadzone"](subject, LAVA)` gives the values for JSON, the parts of the text, and a
function that draws.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from loihi_emu.analysis.tables import Table
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.errors import FileError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHOWN_LAGS: Final = (-40, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 40)


class Shown(NamedTuple):
    """One curve: JSON value, text, and a function that draws it."""

    value: Any
    parts: list[str | Table]
    draw: Callable[[], Axes]


def _window(subject: RuleFile, machine: Machine) -> Shown:
    """The window of each target."""
    from loihi_emu.curves.pair import learning_windows
    from loihi_emu.curves.plots_curves import new_panels, plot_learning_window

    windows = learning_windows(subject.rule, machine, synapse=subject.synapse)
    parts: list[str | Table] = []
    for target, one in windows.items():
        rows = [
            (int(lag), one.mean[k], one.spread[k], one.lowest[k], one.highest[k], one.ideal[k])
            for k, lag in enumerate(one.lags)
            if lag in _SHOWN_LAGS or k in (0, one.lags.size - 1)
        ]
        columns = ("t_post - t_pre", "expected", "deviation", "lowest", "highest", "ideal")
        title = f"{target} by one pair of spikes on {machine.name}, exact over all draws"
        parts += [
            Table.of(columns, rows, title),
            f"rounding noise: {one.noise_share:.1%} of the squared change; "
            f"expected - ideal: {one.error:.4g} (root mean square)",
        ]

    def draw() -> Axes:
        panels = new_panels(len(windows))
        for panel, one in zip(panels, windows.values(), strict=True):
            plot_learning_window(one, panel)
        return panels[0]

    return Shown({target: one.to_dict() for target, one in windows.items()}, parts, draw)


def _dead_zone(subject: RuleFile, machine: Machine) -> Shown:
    """The dead zone of each product."""
    from dataclasses import asdict

    from loihi_emu.curves.dead_zone import dead_zones
    from loihi_emu.curves.plots_curves import plot_dead_zones

    synapse = subject.synapse
    sign_mode: SignMode = synapse.sign_mode  # type: ignore[assignment]
    zones = dead_zones(
        subject.rule, machine, sign_mode=sign_mode, num_weight_bits=synapse.num_weight_bits
    )
    rows = [
        (
            one.target, one.product, one.lost_bits,
            "; ".join(f"{name} in {_ranges(runs)}" for name, runs in one.alone.items()),
            one.together, one.still, one.least, one.moves,
        )
        for one in zones
    ]  # fmt: skip
    columns = (
        "target", "product", "bits lost", "always 0 for", "0 while all <=",
        "moves nothing alone while all <=", "least change", "it moves a value",
    )  # fmt: skip
    table = Table.of(columns, rows, f"dead zones on {machine.name}")
    sentences = "\n".join(f"{one.target}: {one.sentence}" for one in zones)
    return Shown([asdict(one) for one in zones], [table, sentences], lambda: plot_dead_zones(zones))


def _rate(subject: RuleFile, machine: Machine) -> Shown:
    """Curves of rates, and of triplets where the rule has such products."""
    from loihi_emu.curves.plots_curves import new_panels, plot_rate_curve, plot_triplet_curve
    from loihi_emu.curves.rates import has_triplets, rate_curves, triplet_curves

    rule, synapse = subject.rule, subject.synapse
    curves = rate_curves(rule, machine, synapse=synapse)
    triplets = triplet_curves(rule, machine, synapse=synapse) if has_triplets(rule) else {}
    parts: list[str | Table] = []
    for target, one in curves.items():
        rows = list(zip(one.rates, one.mean, one.spread, one.ideal, one.saturation, strict=True))
        columns = ("spikes a step", "change in 1,000 steps", "deviation", "ideal", "half at an end")
        title = f"{target} by uncorrelated spikes on {machine.name}, {one.trials} synapses a rate"
        parts.append(Table.of(columns, rows, title))
    for target, three in triplets.items():
        parts += [
            Table.of(
                ("steps apart", "change", "deviation", "ideal"),
                list(
                    zip(
                        three.distances.tolist(), three.mean[order], three.spread[order],
                        three.ideal[order], strict=True,
                    )
                ),
                f"{target} by {order} on {machine.name}",
            )
            for order in three.mean
        ]  # fmt: skip

    def draw() -> Axes:
        panels = new_panels(len(curves) + len(triplets))
        rest = iter(panels)
        for one in curves.values():
            plot_rate_curve(one, next(rest))
        for three in triplets.values():
            plot_triplet_curve(three, next(rest))
        return panels[0]

    value = {target: one.to_dict() for target, one in curves.items()}
    return Shown(
        {"rates": value, "triplets": {target: one.to_dict() for target, one in triplets.items()}},
        parts, draw,
    )  # fmt: skip


def _ranges(runs: tuple[tuple[int, int], ...]) -> str:
    """Ranges as text."""
    return ", ".join(str(low) if low == high else f"{low}..{high}" for low, high in runs) or "none"


CURVES: Final[dict[str, Callable[[RuleFile, Machine], Shown]]] = {
    "window": _window,
    "rate": _rate,
    "deadzone": _dead_zone,
}
"""Curves by the word after `--show`."""


def save_drawn(draw: Callable[[], Axes], path: str) -> None:
    """Write a figure; nothing is written if it cannot be drawn.

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    FileError
        The file cannot be written, or no format has its ending.
    """
    from loihi_emu.analysis.figure_style import save_figure
    from loihi_emu.analysis.files import check_plots

    check_plots()
    figure = draw().figure.get_figure(root=True)
    assert figure is not None
    try:
        save_figure(figure, Path(path))
    except (OSError, ValueError) as error:
        raise FileError(f"figure {path} cannot be written: {error}") from error
