"""`loihi_emu.compare`: a rule, or a network of one's own, in fixed point beside float."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loihi_emu.analysis.comparison import Comparison
from loihi_emu.analysis.comparison import compare as compare_rule
from loihi_emu.analysis.network_comparison import NetworkComparison, compare_network
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.description.network import Network


def compare(
    what: Network | str | Path | LearningRule | RuleFile, *arguments: Any, **options: Any
) -> Comparison | NetworkComparison:
    """Run a rule or a network in fixed point and in float, and compare them.

    Parameters
    ----------
    what : Network, str, Path, LearningRule or RuleFile
        A network is run as it is, beside its float twin; a rule in the circuit of Lava's STDP
        tutorial.
    *arguments, **options
        Of a network: those of `loihi_emu.analysis.compare_network`, such as `steps`, `machine`,
        `bounded` and `same_spikes`. Of a rule: those of `loihi_emu.analysis.compare`.

    Returns
    -------
    NetworkComparison or Comparison
        `print` gives the report; `verdict` is its first sentence.

    Raises
    ------
    LoihiEmuError
        The rule, the network, the machine or a number is refused. Nothing has run.

    Examples
    --------
    >>> print(compare("stdp-loihi", machine="LAVA").verdict)
    learns: weight w goes from 50 to 60 (float: 57.0319)
    """
    if isinstance(what, Network):
        return compare_network(what, *arguments, **options)
    return compare_rule(what, *arguments, **options)
