"""A network recorded from Brian2Loihi: delayed plastic connections among some neurons.

As in brian2loihi.py, what its row r holds is found in our step r + 1, and what the row makes of
neurons one step later. Every draw is one constant, so that the traces it keeps per synapse are
those of a pre or post neuron. Authority for the form:

kind `brian2loihi_network`: `decay_I`, `decay_v`, `vth_mant`, `refractory`, `u` as in kind
brian2loihi, `drive` [t][n] (a train for each neuron, through one weight of 254 and w_exp 6),
`connections`, each with `pre`, `post`, `w` (one a synapse), `delay`, `w_exp`, `num_weight_bits`,
`sign_mode`, `dw`, `traces`. `out`: I, v [t][n]; `spikes`, pairs (row, neuron) in order; and for
connection k `w k`, `w_act k`, `x1 k`, `x2 k`, `y1 k`, `y2 k`, all [t][synapse].
Example: `replay_network(case, BRIAN2LOIHI)["w 0"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.formats import STATE_SHIFT
from loihi_emu.chip.machines import Machine
from loihi_emu.chip.random_bits import Constant
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.conformance.brian2loihi import LEARNED, drive_neurons
from loihi_emu.description.connections import Connection, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIFRefractory, Neurons
from loihi_emu.description.probe import Probe
from loihi_emu.simulation.recording import Recording
from loihi_emu.simulator import Simulator

_VARIABLES: Final = {"w_act": "effective_weights", **LEARNED}


def replay_network(
    case: Mapping[str, Any], machine: Machine, backend: str = "kernels"
) -> dict[str, Any]:
    """The series of a case of kind brian2loihi_network."""
    net, drive = Network(warn=False), np.array(case["drive"])
    cells = {"vth": case["vth_mant"], "du": case["decay_I"], "dv": case["decay_v"]}
    neurons = LIFRefractory(drive.shape[1], refractory_period=case["refractory"], **cells)
    net.add(neurons)
    drive_neurons(net, drive, neurons)
    connections = [net.add(_connection(neurons, one)) for one in case["connections"]]
    probes = [Probe(neurons, name) for name in ("u", "v", "spikes")]
    probes += [Probe(c, name) for c in connections for name in _VARIABLES.values()]
    simulator = Simulator(net, machine=machine, random=Constant(case["u"]), backend=backend)
    recording = simulator.run(len(drive) + 1, probes)
    spikes = recording[neurons, "spikes"]
    out: dict[str, Any] = {
        "I": recording[neurons, "u"][1:],
        "v": recording[neurons, "v"][1:],
        "spikes": sorted(
            map(list, zip((spikes.steps - 2).tolist(), spikes.neurons.tolist(), strict=True))
        ),
    }
    for number, (described, made) in enumerate(zip(case["connections"], connections, strict=True)):
        for name, variable in _VARIABLES.items():
            series = _per_synapse(recording, made, variable, described)[: len(drive)]
            out[f"{name} {number}"] = series << STATE_SHIFT if name == "w_act" else series
    return out


def _connection(neurons: Neurons, described: Mapping[str, Any]) -> Connection:
    """One connection of the case."""
    traces: dict[str, Any] = {name: Trace(*pair) for name, pair in described["traces"].items()}
    delayed = {"delays": described["delay"]} if described["delay"] else {}
    return Sparse(
        neurons, neurons, (described["post"], described["pre"], described["w"]),
        rule=LearningRule(dw=described["dw"], **traces), sign_mode=described["sign_mode"],
        weight_exp=described["w_exp"], num_weight_bits=described["num_weight_bits"], **delayed,
    )  # fmt: skip


def _per_synapse(
    recording: Recording, made: Connection, variable: str, described: Mapping[str, Any]
) -> NDArray[Any]:
    """A variable as the case has it, [step, synapse]; traces are kept per neuron here."""
    series: NDArray[Any] = recording[made, variable]
    if variable[0] in "xy":
        return series[:, described["pre" if variable[0] == "x" else "post"]]
    places = {
        pair: k for k, pair in enumerate(zip(*(e.tolist() for e in made.pairs()), strict=True))
    }
    wanted = [places[pair] for pair in zip(described["post"], described["pre"], strict=True)]
    return series[:, wanted]
