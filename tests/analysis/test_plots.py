import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from numpy.testing import assert_allclose

from loihi_emu.analysis import Comparison, compare
from loihi_emu.analysis.plots import plot_run, plot_window, save_figure
from loihi_emu.chip.machines import LAVA


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare("stdp-loihi", machine=LAVA)


def _lines(panel: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in panel.get_lines()}


def test_the_run_has_a_panel_for_spikes_and_every_variable(found: Comparison) -> None:
    panels = plot_run(found).axes
    assert [panel.get_ylabel() for panel in panels] == ["spikes", "x1", "y1", "weight w"]
    assert panels[-1].get_xlabel() == "time (steps)"
    spikes = [line.get_segments() for line in panels[0].collections]  # type: ignore[attr-defined]
    assert [segment[0][0] for segment in spikes[0]] == found.fixed.pre.steps.tolist()


def test_lines_are_the_series(found: Comparison) -> None:
    weight = plot_run(found).axes[-1].get_lines()
    for line, run in zip(weight, (found.fixed, found.ideal), strict=True):
        assert np.asarray(line.get_ydata()).tolist() == [50, *run.series["weights"].ravel()]
    labels = [text.get_text() for text in plot_run(found).axes[-1].texts]
    assert labels == ["60 fixed_pt", "57.03 floating_pt"]


def test_the_window_is_drawn_under_the_changes(found: Comparison) -> None:
    panel = plot_window(found).axes[0]
    lines = _lines(panel)
    lags, changes = found.observed(found.fixed, "dw")
    near = np.abs(lags) <= found.windows["dw"].lags[-1]
    assert np.asarray(lines["fixed_pt"].get_xdata()).tolist() == lags[near].tolist()
    assert np.asarray(lines["fixed_pt"].get_ydata()).tolist() == changes[near].tolist()
    curve = lines["one pair alone (floating_pt)"]
    x = np.asarray(curve.get_xdata(), float)
    assert_allclose(np.asarray(curve.get_ydata(), float), -16 * np.exp(x / 10))


def test_a_rule_without_a_pair_window_says_so() -> None:
    panel = plot_window(compare("-2^-4*u0*w", machine=LAVA, steps=20)).axes[0]
    assert [text.get_text() for text in panel.texts] == ["no pair window:\nno pair changes it"]


def test_several_neurons_and_targets_are_drawn() -> None:
    found = compare("lava-three-targets", machine=LAVA, neurons=3, steps=60, probability=0.1)
    assert len(plot_run(found).axes) == 9
    assert len(plot_window(found).axes) == 3


def test_a_float_run_out_of_bounds_does_not_flatten_the_fixed_one() -> None:
    found = compare("2^8*x0", machine=LAVA, steps=100, probability=0.3, bounded=False)
    low, high = plot_run(found).axes[-1].get_ylim()
    assert found.ideal.series["weights"].max() > 2000
    assert high < 1000
    assert low < 50


def test_nothing_of_the_users_figures_changes(found: Comparison, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    save_figure(plot_run(found), tmp_path / "run.png")
    assert dict(matplotlib.rcParams) == before
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_pyplot_is_not_imported() -> None:
    code = (
        "import sys, loihi_emu.analysis.plots as p, matplotlib.figure\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
