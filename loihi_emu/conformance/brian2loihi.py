"""Replay of a case recorded from Brian2Loihi, whose step has another order.

In a step, Brian2Loihi takes spikes, learns, and then updates neurons; here neurons come first. So
its spikes, traces and weights of row r are those of our step r + 1, and its neuron state of row r
is that of our step r + 2. It keeps every trace per synapse, so each synapse is a connection of its
own here. A row of y is read before the post spike of the same row adds to it.
Example: `replay_brian2loihi(case, BRIAN2LOIHI)["v"]`; authority for the form: FORMAT.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import decay
from loihi_emu.chip.formats import STATE_SHIFT, TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.chip.random_bits import DRAW_COLUMNS, Constant, Drawn, RandomSource
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.conformance.cases import first_disagreement
from loihi_emu.description.connections import Connection, Dense
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIFRefractory, Neurons
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import SpikeSource
from loihi_emu.simulation.recording import Recording
from loihi_emu.simulator import Simulator

_DRIVE_WEIGHT: Final = 254
_DRIVE_EXPONENT: Final = 6
_TRACES: Final = ("x1", "x2", "y1", "y2")
LEARNED: Final[Mapping[str, str]] = {
    "w": "weights",
    **{n: f"{n}_kept" if n.startswith("y") else n for n in _TRACES},
}
"""What is read for each variable of a learning synapse: y before the impulse of its own row."""

_UP, _DOWN = 0.0, 1 - 2.0**-decay.DECAY_DRAW_BITS


def replay_brian2loihi(
    case: Mapping[str, Any], machine: Machine, backend: str = "kernels"
) -> dict[str, Any]:
    """Replay a case of kind brian2loihi: I, v, spike_times, w_act; with a rule also w and traces.

    Every draw is the constant `u` of the case. If the case does not follow from it and does not
    say that its draws were constant (its recorder did not reach every draw), the draws of the
    traces are inferred from the recorded traces.
    """
    circuit = _circuit(case)
    replayed = _run(case, circuit, machine, Constant(case["u"]), backend)
    if case.get("draws") == "constant":
        return replayed
    if "dw" in case and first_disagreement(case, replayed) is not None:
        return _run(case, circuit, machine, Drawn(_shown_draws(case)), backend)
    return replayed


@dataclass(frozen=True)
class _Circuit:
    """The network of a case: one connection a synapse."""

    network: Network
    neuron: Neurons
    synapses: list[Connection]


def drive_neurons(net: Network, drive: NDArray[Any], neurons: Neurons) -> None:
    """Spike trains, each through one strong synapse to the neuron of its number."""
    source = net.add(SpikeSource(drive))
    strong: dict[str, Any] = {"sign_mode": "EXCITATORY", "weight_exp": _DRIVE_EXPONENT}
    net.add(Dense(source, neurons, _DRIVE_WEIGHT * np.eye(neurons.n, dtype=int), **strong))


def _circuit(case: Mapping[str, Any]) -> _Circuit:
    """N spike trains onto one neuron, and the train that drives it."""
    net, spikes = Network(warn=False), np.array(case["spikes"])
    neuron = LIFRefractory(
        1,
        refractory_period=case["refractory"],
        vth=case["vth_mant"],
        du=case["decay_I"],
        dv=case["decay_v"],
    )
    net.add(neuron)
    options = {
        "rule": _rule(case),
        "sign_mode": case["sign_mode"],
        "weight_exp": case["w_exp"],
        "num_weight_bits": case["num_weight_bits"],
    }
    synapses, delays = [], case.get("delays", [0] * len(case["w"]))
    for train, weight, delay in zip(spikes.T, case["w"], delays, strict=True):
        source = net.add(SpikeSource(train[:, None]))
        delayed = {"delays": delay} if delay else {}
        synapses.append(net.add(Dense(source, neuron, weight, **options, **delayed)))
    if "drive" in case:
        drive_neurons(net, np.array(case["drive"])[:, None], neuron)
    return _Circuit(net, neuron, synapses)


def _rule(case: Mapping[str, Any]) -> LearningRule | None:
    """The case's rule; without dw there is none."""
    if "dw" not in case:
        return None
    traces: dict[str, Any] = {name: Trace(*pair) for name, pair in case["traces"].items()}
    return LearningRule(dw=case["dw"], **traces)


def _run(
    case: Mapping[str, Any], circuit: _Circuit, machine: Machine, draws: RandomSource, backend: str
) -> dict[str, Any]:
    """The case's series, with these draws."""
    variables = {"w_act": "effective_weights"}
    if "dw" in case:
        variables |= LEARNED
    neuron, n_rows = circuit.neuron, len(case["spikes"])
    probes = [Probe(neuron, name) for name in ("u", "v", "spikes")]
    probes += [Probe(s, name) for s in circuit.synapses for name in variables.values()]
    simulator = Simulator(circuit.network, machine=machine, random=draws, backend=backend)
    recording = simulator.run(n_rows + 1, probes)
    out: dict[str, Any] = {
        name: _series(recording, circuit.synapses, variable)[:n_rows]
        for name, variable in variables.items()
    }
    return out | {
        "w_act": out["w_act"] << STATE_SHIFT,
        "I": recording[neuron, "u"][1:, 0],
        "v": recording[neuron, "v"][1:, 0],
        "spike_times": (recording[neuron, "spikes"].steps - 2).tolist(),
    }


def _series(recording: Recording, synapses: list[Connection], variable: str) -> NDArray[Any]:
    """One variable of all synapses, [step, synapse]."""
    columns = [recording[s, variable].reshape(-1, 1) for s in synapses]
    return np.concatenate(columns, axis=1)


def _shown_draws(case: Mapping[str, Any]) -> Any:
    """A function of draws that explains a case's own traces: 0 where one was rounded up, else 1."""
    n_rows, n = np.shape(case["spikes"])
    up = np.zeros((n, n_rows + 1, len(DRAW_COLUMNS)), bool)
    for name in _TRACES:
        column = DRAW_COLUMNS.index(f"{name} decay")
        up[:, 1:-1, column] = _rounded_up(case, name).T

    def draws(connection: int, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        rows = np.where(up[connection, steps - 1], _UP, _DOWN)
        rows[:, -1] = case["u"]
        return rows

    return draws


def _rounded_up(case: Mapping[str, Any], name: str) -> NDArray[np.bool_]:
    """Whether a trace was rounded up from each row to the next, [row, synapse].

    A trace that an impulse took from below 127 does not always show it. Only whether its next
    fraction is 0 depends on it: it is taken to have had a value with a fraction.
    """
    spikes, (impulse, tau) = np.array(case["spikes"]), case["traces"][name]
    rows = np.array(case["out"][name], np.int64)
    if name.startswith("x"):  # a row holds the impulse of its own step
        whole, kept = rows, rows - impulse * spikes
    else:  # a row is read before it
        post = np.zeros((len(spikes), 1), np.int64)
        arrivals = np.array(case["out"]["spike_times"], int) + 1
        post[arrivals[arrivals < len(post)]] = 1
        whole, kept = np.minimum(rows + impulse * post, TRACE.highest), rows
    factor = float(f"{1 - 1.0 / tau:.15g}")  # as Brian2 prints it into the update's code
    down = np.floor(whole[:-1] * factor)
    full = name.startswith("x") & (spikes[1:] > 0) & (rows[1:] == TRACE.highest)
    needed = (down + impulse < TRACE.highest) | (down * (1 - 1.0 / tau) % 1 == 0)
    answer: NDArray[np.bool_] = np.where(full, needed, kept[1:] == down + 1)
    return answer
