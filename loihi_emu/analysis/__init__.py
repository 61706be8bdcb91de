"""Analysis of runs: fixed point beside float, STDP windows, activity; figures and reports.

Names are loaded when they are first used, so that a run does not import Matplotlib.
Example: `print(compare("stdp-loihi", steps=200))`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loihi_emu.analysis.activity import Activity as Activity
    from loihi_emu.analysis.activity import measure_activity as measure_activity
    from loihi_emu.analysis.comparison import Comparison as Comparison
    from loihi_emu.analysis.comparison import compare as compare
    from loihi_emu.analysis.difference import Difference as Difference
    from loihi_emu.analysis.difference import measure_difference as measure_difference
    from loihi_emu.analysis.explanation import Explanation as Explanation
    from loihi_emu.analysis.explanation import explain as explain
    from loihi_emu.analysis.network_comparison import NetworkComparison as NetworkComparison
    from loihi_emu.analysis.network_comparison import compare_network as compare_network
    from loihi_emu.analysis.probing import probe_windows as probe_windows
    from loihi_emu.analysis.subject import find_rule as find_rule
    from loihi_emu.analysis.threeway import ThreeWay as ThreeWay
    from loihi_emu.analysis.threeway import compare_three_ways as compare_three_ways
    from loihi_emu.analysis.window import Window as Window
    from loihi_emu.analysis.window import observed_changes as observed_changes

# no function may bear the name of a module: importing the module would replace it
_HOMES = {
    "activity": ("Activity", "measure_activity"),
    "comparison": ("Comparison", "compare"),
    "difference": ("Difference", "measure_difference"),
    "explanation": ("Explanation", "explain"),
    "network_comparison": ("NetworkComparison", "compare_network"),
    "probing": ("probe_windows",),
    "subject": ("find_rule",),
    "threeway": ("ThreeWay", "compare_three_ways"),
    "window": ("Window", "observed_changes"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
