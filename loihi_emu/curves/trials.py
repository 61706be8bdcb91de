"""Many synapses side by side, each with its own pre and post spikes: one run for a whole curve.

Example: `run_trials(rule, LOIHI, SynapseSetting(), pre, post, "fixed_pt")["dw"][-1]` are the
changes after the last step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.thirds import is_rewarded, undriven
from loihi_emu.analysis.window import VARIABLE_OF
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.curves.outcomes import initial_values
from loihi_emu.description.connections import Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.errors import ParameterError
from loihi_emu.simulator import Simulator

SEED = 7


def check_driven(rule: LearningRule) -> None:
    """Refuse a rule whose post traces a third factor writes.

    Raises
    ------
    ParameterError
    """
    missing = undriven(rule)
    if missing:
        raise ParameterError(
            f"rule reads {', '.join(missing)}, which a third factor writes; rates and triplets "
            "need traces of spikes: use `loihi-emu compare` for such a rule"
        )


def run_trials(
    rule: LearningRule,
    machine: Machine,
    setting: SynapseSetting,
    pre: NDArray[np.bool_],
    post: NDArray[np.bool_],
    mode: str,
) -> dict[str, NDArray[np.float64]]:
    """Changes of every variable since the start, after each epoch.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    setting : SynapseSetting
        Initial values and formats of every synapse.
    pre, post : [step, synapse] bool array
        Spikes of the two neurons of each synapse.
    mode : {'fixed_pt', 'floating_pt'}

    Returns
    -------
    dict of str to [epoch, synapse] float64 array
        By target.
    """
    check_driven(rule)
    n, places = pre.shape[1], np.arange(pre.shape[1])
    net = Network(warn=False)
    before, after = (net.add(SpikeSource(one.astype(np.int64))) for one in (pre, post))
    values = initial_values(setting, machine)
    more: dict[str, Any] = {}
    if is_rewarded(rule):
        more["reward"] = RewardSource([1] + [0] * (rule.t_epoch - 1), repeat=True)
    plastic = net.add(
        Sparse(
            before, after, (places, places, np.full(n, values["w"])), rule=rule,
            sign_mode=setting.sign_mode, num_weight_bits=setting.num_weight_bits,
            tag_1=setting.tag_1, tag_2=setting.tag_2, **more,
        )
    )  # fmt: skip
    simulator = Simulator(net, machine=machine, mode=mode, seed=SEED)
    names = {target: VARIABLE_OF[target] for target in rule.series}
    starts = {target: simulator.get(plastic, name) for target, name in names.items()}
    probes = [Probe(plastic, name, every=rule.t_epoch) for name in names.values()]
    recording = simulator.run(len(pre), probes)
    return {
        target: np.asarray(recording[plastic, name], np.float64) - starts[target]
        for target, name in names.items()
    }
