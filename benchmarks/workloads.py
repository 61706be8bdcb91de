"""The emulator's side of every measurement: named workloads on its public API.

A workload is a function that builds a network, runs it once so that everything is compiled, and
returns a repetition. It speaks the peers' protocol and runs in a process of its own.
Example: `python -m benchmarks.workloads '{"work": "dense", "n": 256, "steps": 50}'`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import loihi_emu as le
from benchmarks import latency, offline_workload, sweep_workload
from benchmarks.peers.offline_numpy import pairwise_changes
from benchmarks.peers.protocol import Parameters, Repetition, run_peer
from loihi_emu.offline import STDPParams, firings_to_spike_processes, stdp_offline_dw_firings

Raster = npt.NDArray[np.bool_]

PAIR_STDP = "2^-2 * x1 * y0 - 2^-2 * y1 * x0"
DECAYING_STDP = PAIR_STDP + " - 2^-7 * w * u0"
FAN_OUT = 128
WARM_RUNS = 10
"""Runs of the tutorial's network before the one that is timed."""

DEFAULTS: Parameters = {
    "work": "dense",
    "n": 1024,
    "rate": 0.02,
    "seed": 0,
    "steps": 100,
    "period": None,
    "dw": PAIR_STDP,
    "t_epoch": 1,
    "machine": "LAVA",
    "mode": "fixed_pt",
    "threads": None,
    "rounds": 1,
}


def dense(parameters: Parameters) -> Repetition:
    """Plastic synapses, n x n, between two spike sources; unit: a step."""
    rng = np.random.default_rng(parameters["seed"])
    n = int(parameters["n"])
    weights = rng.integers(-100, 101, (n, n), dtype=np.int16)
    net = le.Network()
    pre, post = (net.add(le.SpikeSource(_raster(rng, parameters), repeat=True)) for _ in range(2))
    net.add(le.Dense(pre, post, weights, rule=_rule(parameters)))
    return _steps(net, parameters)


def sparse(parameters: Parameters) -> Repetition:
    """Plastic rows of 128 random synapses between two spike sources; unit: a step."""
    rng = np.random.default_rng(parameters["seed"])
    n = int(parameters["n"])
    net = le.Network()
    pre, post = (net.add(_events(rng, parameters)) for _ in range(2))
    net.add(le.Sparse(pre, post, _random_rows(rng, n), rule=_rule(parameters)))
    return _steps(net, parameters)


def driven(parameters: Parameters) -> Repetition:
    """Plastic synapses, n x n, onto neurons that a strong current makes spike; unit: a step."""
    rng = np.random.default_rng(parameters["seed"])
    n = int(parameters["n"])
    net = le.Network()
    pre = net.add(le.SpikeSource(_raster(rng, parameters), repeat=True))
    post = le.LIF(n, du=4095, dv=4095, vth=8000)
    net.add(post)
    currents = 16256 * _raster(rng, parameters).astype(np.int32)
    net.add(le.CurrentInput(post, currents, repeat=True))
    net.add(le.Dense(pre, post, rng.integers(-100, 101, (n, n)), rule=_rule(parameters)))
    return _steps(net, parameters)


def tutorial(parameters: Parameters) -> Repetition:
    """The STDP tutorial's network; unit: one `run` of `steps` steps, warm.

    A run takes a tenth of a millisecond. While a process waits for its turn the processor forgets
    its code, and the first runs that follow measure memory, so some are not timed.
    """
    rng = np.random.default_rng(parameters["seed"])
    n = int(parameters["n"])
    fixed = parameters["mode"] == "fixed_pt"
    decay = 4095 if fixed else 1
    net = le.Network()
    pre, post = (net.add(le.LIF(n, du=decay, dv=decay, vth=240)) for _ in range(2))
    for neurons in (pre, post):
        source = net.add(le.SpikeSource(_raster(rng, parameters), repeat=True))
        net.add(le.Dense(source, neurons, 250 * np.eye(n, dtype=int)))
    rule = le.LearningRule(
        dw="-1 * x0 * y1 + y0 * x1", x1=le.Trace(16, 10), y1=le.Trace(16, 10), t_epoch=4, rng_seed=1
    )
    net.add(le.Dense(pre, post, np.full((n, n), 50), rule=rule))
    per_step = _steps(net, parameters)

    def repetition() -> float:
        for _ in range(WARM_RUNS):
            per_step()
        return per_step() * int(parameters["steps"])

    return repetition


def chip(parameters: Parameters) -> Repetition:
    """One Loihi 1 chip: 131,072 LIF, 128 plastic synapses each, 10 Hz; unit: a 1 ms step.

    Every neuron is driven by a spike train of its own, strong enough to make it spike; the plastic
    synapses go to random neurons and are too weak to.
    """
    return _steps(_chip(parameters), parameters)


def chip_memory(parameters: Parameters) -> Repetition:
    """Resident bytes that the chip's simulation holds, a plastic synapse; no time at all."""
    before = _resident_bytes()
    net = _chip(parameters)
    simulator = _simulator(net, parameters)
    del net
    simulator.run(int(parameters["steps"]))
    synapses = 128 * int(parameters["n"])
    return lambda: (_resident_bytes() - before) / synapses


def _chip(parameters: Parameters) -> le.Network:
    n = int(parameters["n"])
    rng = np.random.default_rng(parameters["seed"])
    net = le.Network()
    source = net.add(_events(rng, parameters))
    neurons = net.add(le.LIF(n, du=4095, dv=4095, vth=12000))
    everyone = np.arange(n, dtype=np.int32)
    net.add(le.Sparse(source, neurons, (everyone, everyone, np.full(n, 254)), weight_exp=6))
    net.add(le.Sparse(neurons, neurons, _random_rows(rng, n), rule=_rule(parameters)))
    return net


def _events(rng: np.random.Generator, parameters: Parameters) -> Any:
    """Spikes of n neurons at random, over again, without a raster in memory.

    After `period` steps; by default after those of a repetition.
    """
    n, steps = int(parameters["n"]), int(parameters["period"] or parameters["steps"])
    spikes = [np.flatnonzero(rng.random(n) < parameters["rate"]) for _ in range(steps)]
    times = np.repeat(np.arange(1, steps + 1), [row.size for row in spikes])
    return le.SpikeSource.from_events(times, np.concatenate(spikes), n=n, length=steps, repeat=True)


def _random_rows(rng: np.random.Generator, n: int) -> tuple[Any, Any, Any]:
    """Post neurons, pre neurons and weights of 128 synapses a neuron, to others at random."""
    drawn = rng.integers(0, n - FAN_OUT, (n, FAN_OUT), dtype=np.int32)
    targets = np.sort(drawn, axis=1) + np.arange(FAN_OUT, dtype=np.int32)  # distinct in a row
    weights = rng.integers(0, 60, targets.size, dtype=np.int16)
    return targets.ravel(), np.repeat(np.arange(n, dtype=np.int32), FAN_OUT), weights


def offline(parameters: Parameters) -> Repetition:
    """Offline STDP over two rasters of 1,000 neurons and 10,000 steps; unit: all weight changes."""
    pre, post = offline_workload.rasters(parameters["seed"])
    weights = np.ones((offline_workload.NEURONS, offline_workload.NEURONS))
    window = STDPParams(*offline_workload.WINDOW)
    return _timed(lambda: stdp_offline_dw_firings(weights, pre, post, window))


def offline_formula(parameters: Parameters) -> Repetition:
    """The same by the pairwise NumPy formula, from a sample of the synapses scaled to all."""
    rasters = offline_workload.rasters(parameters["seed"])
    pre, post = (firings_to_spike_processes(raster) for raster in rasters)
    n, sample = offline_workload.NEURONS, offline_workload.SAMPLE
    rng = np.random.default_rng(parameters["seed"])
    chosen = list(zip(*rng.integers(0, n, (2, sample)), strict=True))
    once = _timed(lambda: pairwise_changes(chosen, pre, post, offline_workload.WINDOW))
    return lambda: once() * n**2 / sample


def sweep(parameters: Parameters) -> Repetition:
    """1,000 variants of a small network in one call; unit: a variant."""
    variants = sweep_workload.Variants(parameters)
    once = _timed(variants.sweep)
    return lambda: once() / sweep_workload.VARIANTS


def sweep_loop(parameters: Parameters) -> Repetition:
    """The same in a loop over runs, of some of the variants; unit: a variant."""
    variants = sweep_workload.Variants(parameters)
    once = _timed(lambda: variants.loop(sweep_workload.SAMPLE))
    return lambda: once() / sweep_workload.SAMPLE


def _timed(work: Callable[[], object]) -> Repetition:
    """A repetition of `work`, which is done once before."""

    def repetition() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    repetition()
    return repetition


def _steps(net: le.Network, parameters: Parameters) -> Repetition:
    """A repetition of `rounds` runs of `steps` steps, which returns the seconds of one step.

    As long as its peer's, so that what a process finds cold after its turn weighs the same.
    """
    simulator = _simulator(net, parameters)
    steps, rounds = int(parameters["steps"]), int(parameters["rounds"])

    def repetition() -> float:
        start = time.perf_counter()
        for _ in range(rounds):
            simulator.run(steps)
        return (time.perf_counter() - start) / (rounds * steps)

    repetition()
    return repetition


def _simulator(net: le.Network, parameters: Parameters) -> le.Simulator:
    name = parameters["machine"]
    machine = getattr(le, name, None)
    if machine is None:
        sys.exit(f"loihi_emu has no machine {name}")
    return le.Simulator(
        net,
        machine=machine,
        mode=parameters["mode"],
        seed=parameters["seed"],
        threads=parameters["threads"],
    )


def _rule(parameters: Parameters) -> le.LearningRule:
    trace = le.Trace(16, 10)
    return le.LearningRule(
        dw=parameters["dw"], x1=trace, y1=trace, t_epoch=parameters["t_epoch"], rng_seed=1
    )


def _raster(rng: np.random.Generator, parameters: Parameters) -> Raster:
    raster: Raster = rng.random((parameters["steps"], parameters["n"])) < parameters["rate"]
    return raster


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


WORKLOADS: dict[str, Callable[[Parameters], Repetition]] = {
    "dense": dense,
    "sparse": sparse,
    "driven": driven,
    "tutorial": tutorial,
    "chip": chip,
    "chip_memory": chip_memory,
    "offline": offline,
    "offline_formula": offline_formula,
    "sweep": sweep,
    "sweep_loop": sweep_loop,
    "importing": latency.importing,
    "new_rule": latency.new_rule,
    "cached_rule": latency.cached_rule,
}


def prepare(parameters: Parameters) -> Repetition:
    """The repetition of the workload that the parameters name."""
    work: Any = WORKLOADS.get(parameters["work"])
    if work is None:
        sys.exit(f"no workload {parameters['work']!r}; there are {sorted(WORKLOADS)}")
    repetition: Repetition = work(parameters)
    return repetition


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("numpy", "numba"))
