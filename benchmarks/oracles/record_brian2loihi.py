"""Records from Brian2Loihi; runs inside the `brian2loihi` environment (Python 3.10), as a script:

    python -m benchmarks.oracles.record_brian2loihi record brian2loihi 50 7 new.jsonl.gz
    python -m benchmarks.oracles.record_brian2loihi replay given.jsonl.gz again.jsonl.gz

Kinds to record: brian2loihi, brian2loihi_delays (the same with a delay a spike train) and
brian2loihi_network (plastic, delayed connections among some neurons).

NumPy target; every random number is replaced by the case's constant `u`, so that a case has one
right answer. The package draws only through Brian2's `rand()`. Each variable is read where the
package's own monitors read it: I when the step's spikes have arrived and it has not decayed yet.
"""  # noqa: D400

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brian2
import numpy as np
from brian2.codegen.generators.numpy_generator import NumpyCodeGenerator
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2_loihi import (
    LoihiNetwork,
    LoihiNeuronGroup,
    LoihiSpikeGeneratorGroup,
    LoihiSpikeMonitor,
    LoihiStateMonitor,
    LoihiSynapses,
    synapse_sign_mode,
)

from benchmarks.oracles.brian2loihi_cases import DRAWN
from benchmarks.oracles.case_files import Case, read_cases, write_cases

DRIVE_WEIGHT, DRIVE_EXPONENT = 254, 6
LARGEST = 1 << 31


def replace_draws(draws: Iterator[Any]) -> None:
    """Make each call of `rand()` in the NumPy target give the next of `draws`."""

    def replacement(vectorisation_idx: Any) -> Any:
        return np.full(len(vectorisation_idx), next(draws))

    implementations = DEFAULT_FUNCTIONS["rand"].implementations
    implementations.add_implementation(NumpyCodeGenerator, code=replacement)


def run(case: Case, draws: Iterator[Any] | None = None) -> dict[str, Any]:
    """`out` of a case of kind brian2loihi; `draws` in place of its constant `u`."""
    brian2.start_scope()
    brian2.prefs.codegen.target = "numpy"
    replace_draws(draws or itertools.repeat(case["u"]))
    neuron = LoihiNeuronGroup(
        1,
        refractory=case["refractory"],
        threshold_v_mant=case["vth_mant"],
        decay_v=case["decay_v"],
        decay_I=case["decay_I"],
    )
    source = _source(np.array(case["spikes"]))
    n = len(case["w"])
    if "delays" in case:  # the package takes one delay an object: one for each spike train
        synapses = [
            _synapses(source, neuron, case, [i], [0], case["w"][i : i + 1], case["delays"][i])
            for i in range(n)
        ]
    else:
        synapses = [_synapses(source, neuron, case, range(n), [0] * n, case["w"], 0)]
    objects = [neuron, source, *synapses]
    if "drive" in case:
        objects += _drive(np.array(case["drive"])[:, None], neuron)
    names = ["w_act", *(["w", "x1", "x2", "y1", "y2"] if "dw" in case else [])]
    neuron_states = {name: LoihiStateMonitor(neuron, name) for name in ("I", "v")}
    synapse_states = {name: [LoihiStateMonitor(s, name) for s in synapses] for name in names}
    spikes = LoihiSpikeMonitor(neuron)
    states = [*neuron_states.values(), *itertools.chain(*synapse_states.values())]
    network = LoihiNetwork(*objects, *states, spikes)
    network.run(case["T"])
    out: dict[str, Any] = {
        name: getattr(monitor, name)[0].tolist() for name, monitor in neuron_states.items()
    }
    out["spike_times"] = [round(time) for time in np.array(spikes.t_) * 1000]
    for name in names:
        rows = [getattr(monitor, name) for monitor in synapse_states[name]]
        out[name] = np.concatenate(rows).T.tolist()
    return out


def run_network(case: Case) -> dict[str, Any]:
    """`out` of a case of kind brian2loihi_network: see conformance/brian2loihi_network.py."""
    brian2.start_scope()
    brian2.prefs.codegen.target = "numpy"
    replace_draws(itertools.repeat(case["u"]))
    drive = np.array(case["drive"])
    neurons = LoihiNeuronGroup(
        drive.shape[1],
        refractory=case["refractory"],
        threshold_v_mant=case["vth_mant"],
        decay_v=case["decay_v"],
        decay_I=case["decay_I"],
    )
    connections = [
        _synapses(neurons, neurons, one, one["pre"], one["post"], one["w"], one["delay"])
        for one in case["connections"]
    ]
    names = ("w_act", "w", "x1", "x2", "y1", "y2")
    states = {name: LoihiStateMonitor(neurons, name) for name in ("I", "v")}
    learned = [{name: LoihiStateMonitor(c, name) for name in names} for c in connections]
    spikes = LoihiSpikeMonitor(neurons)
    monitors = [*states.values(), *itertools.chain(*(one.values() for one in learned)), spikes]
    network = LoihiNetwork(neurons, *_drive(drive, neurons), *connections, *monitors)
    network.run(case["T"])
    out: dict[str, Any] = {name: getattr(m, name).T.tolist() for name, m in states.items()}
    times = np.round(np.array(spikes.t_) * 1000).astype(int).tolist()
    out["spikes"] = sorted(map(list, zip(times, np.array(spikes.i).tolist(), strict=True)))
    for number, monitors_of in enumerate(learned):
        for name, monitor in monitors_of.items():
            out[f"{name} {number}"] = getattr(monitor, name).T.tolist()
    return out


def _synapses(
    source: Any, target: Any, described: Case, pre: Any, post: Any, weights: Any, delay: int
) -> Any:
    """One LoihiSynapses of these pairs of neurons, as a case or one of its connections says."""
    traces = {
        f"{role}_{name}": value
        for name, values in described.get("traces", {}).items()
        for role, value in zip(("imp", "tau"), values, strict=True)
    }
    synapses = LoihiSynapses(
        source,
        target,
        delay=delay,
        dw=described.get("dw", ""),
        w_exp=described["w_exp"],
        num_weight_bits=described["num_weight_bits"],
        sign_mode=getattr(synapse_sign_mode, described["sign_mode"]),
        **traces,
    )
    synapses.connect(i=list(pre), j=list(post))
    synapses.w = np.array(weights)
    return synapses


def _source(spikes: Any) -> Any:
    times, indices = np.nonzero(spikes)
    return LoihiSpikeGeneratorGroup(spikes.shape[1], indices, times)


def _drive(spikes: Any, neuron: Any) -> list[Any]:
    """Spike trains, each through one strong excitatory synapse to the neuron of its number."""
    n, source = spikes.shape[1], _source(spikes)
    synapse = LoihiSynapses(
        source, neuron, w_exp=DRIVE_EXPONENT, sign_mode=synapse_sign_mode.EXCITATORY
    )
    synapse.connect(i=list(range(n)), j=list(range(n)))
    synapse.w = np.array([DRIVE_WEIGHT] * n)
    return [source, synapse]


def draws_of(case: Case) -> Iterator[Any]:
    """Draws that explain a recorded case's own traces: -1 where a trace was rounded up, else 2.

    In every step the package asks for one array of draws for each of x1, x2, y1, y2, then for the
    weights, whose draw has no effect in a rule without u: there is no spike yet when it is used.
    A trace that an impulse took to 127 does not show its draw, and does not depend on it either.
    """
    spikes = np.array(case["spikes"])
    post = np.zeros_like(spikes)
    arrivals = np.array(case["out"]["spike_times"], dtype=int) + 1
    post[arrivals[arrivals < len(post)]] = 1
    rounded_up = {}
    for name, (impulse, tau) in case["traces"].items():
        rows = np.array(case["out"][name])
        if name.startswith("x"):  # a row holds the impulse of its own step
            kept, before = rows, rows - impulse * spikes
        else:  # a row is read before the impulse of its own step
            kept, before = np.clip(rows + impulse * post, 0, 127), rows
        factor = float(f"{1 - 1.0 / tau:.15g}")  # as Brian2 prints it into the update's code
        down = np.floor(kept * factor)
        rounded_up[name] = before[1:] == down[:-1] + 1
    for step in range(len(spikes) - 1):
        for name in ("x1", "x2", "y1", "y2"):
            yield np.where(rounded_up[name][step], -1.0, 2.0)
        yield 0.0
    yield from itertools.repeat(0.0)


def replayed(path: Path) -> Iterator[Case]:
    """The cases of a file with the `out` that Brian2Loihi gives here and now.

    A case that does not follow from its constant `u` is run again with the draws that its own
    traces show, and is marked `replayed_with`: "its own draws".
    """
    for case in read_cases(path):
        if case["kind"] == "brian2loihi_network":
            yield {**case, "out": run_network(case)}
            continue
        out = run(case)
        if out != case["out"] and "dw" in case:
            yield {**case, "out": run(case, draws_of(case)), "replayed_with": "its own draws"}
        else:
            yield {**case, "out": out}


def recorded(kind: str, count: int, seed: int) -> Iterator[Case]:
    """`count` cases; the same ones for the same seed. None whose I or v leaves 32 bits."""
    held = 0
    for index in itertools.count():
        case = DRAWN[kind](np.random.default_rng([seed, index]), f"{kind}-{seed}-{index}")
        out = run_network(case) if case["kind"] == "brian2loihi_network" else run(case)
        if max(np.abs(out["I"]).max(), np.abs(out["v"]).max()) < LARGEST:
            yield {**case, "draws": "constant", "out": out}
            held += 1
        if held == count:
            return


def main(arguments: list[str]) -> None:
    """Do what the command line says (see the module)."""
    if arguments[0] == "record":
        kind, count, seed, out = arguments[1:]
        write_cases(Path(out), recorded(kind, int(count), int(seed)))
    else:
        given, out = arguments[1:]
        write_cases(Path(out), replayed(Path(given)))


if __name__ == "__main__":
    main(sys.argv[1:])
