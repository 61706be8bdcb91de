"""A run of the circuit in one mode: arrays by name of variable.

Example: `run_circuit(simulator, circuit, setting, synapses, say).series["weights"]` is
[step, synapse].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.circuit import Circuit, Setting
from loihi_emu.analysis.subject import read_traces
from loihi_emu.analysis.window import VARIABLE_OF
from loihi_emu.description.probe import Probe
from loihi_emu.simulation.recording import Events, Recording
from loihi_emu.simulator import Simulator

Report = Callable[[str, int, int], None]
"""Called with (stage, done, total); total 0: not known."""

_SAMPLES: Final = 4_000_000
_SHOWN_SYNAPSES: Final = 256


@dataclass(frozen=True)
class Run:
    """A run in one mode.

    Parameters
    ----------
    mode : str
    series : mapping of str to array
        [step, neuron] of a trace, [step, synapse] of a synaptic variable.
    start, final : mapping of str to [post, pre] array
        Every synapse before the first and after the last step.
    pre, post : Events
    """

    mode: str
    series: Mapping[str, NDArray[Any]]
    start: Mapping[str, NDArray[Any]]
    final: Mapping[str, NDArray[Any]]
    pre: Events
    post: Events


def recorded_synapses(setting: Setting) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Post and pre of the synapses to record: all, or evenly spread ones of a large circuit."""
    count = setting.neurons**2
    kept = np.arange(count)
    if count * setting.steps > _SAMPLES:
        kept = np.unique(np.linspace(0, count - 1, min(count, _SHOWN_SYNAPSES)).astype(np.int64))
    pre, post = np.divmod(kept, setting.neurons)
    return post, pre


def run_circuit(
    simulator: Simulator,
    circuit: Circuit,
    setting: Setting,
    synapses: tuple[NDArray[np.int64], NDArray[np.int64]],
    say: Report,
) -> Run:
    """Run in one mode and keep what the comparison needs."""
    plastic, mode = circuit.plastic, simulator.mode
    rule = simulator.rule(plastic)
    targets = {"weights": None} | {VARIABLE_OF[target]: None for target in rule.series}
    traces = read_traces(rule)
    probes = [Probe(plastic, name, indices=synapses) for name in targets]
    probes += [Probe(plastic, name) for name in traces]
    probes += [Probe(circuit.pre, "spikes"), Probe(circuit.post, "spikes")]
    start = {name: simulator.get(plastic, name) for name in targets}
    recording = simulator.run(
        setting.steps, probes, progress=lambda done, total: say(f"running {mode}", done, total)
    )
    return Run(
        mode,
        {name: _series(recording, plastic, name) for name in (*traces, *targets)},
        start,
        {name: simulator.get(plastic, name) for name in targets},
        recording[circuit.pre, "spikes"],
        recording[circuit.post, "spikes"],
    )


def _series(recording: Recording, item: Any, name: str) -> NDArray[Any]:
    """A recorded variable as [step, element]."""
    values = np.asarray(recording[item, name])
    return values.reshape(len(values), -1)
