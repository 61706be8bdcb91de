"""Offline STDP over two 1,000-neuron, 10,000-step rasters against the pairwise NumPy formula.

`python -m benchmarks.offline_workload` prints both times and their ratio. Ours is the whole call
on the rasters, compiled beforehand. The formula is timed on a random sample of the million
synapses, which cost the same each, and scaled up; `--full` times all of them once (minutes).
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.offline_numpy import pairwise_changes
from loihi_emu.offline import STDPParams, firings_to_spike_processes, stdp_offline_dw_firings

STEPS, NEURONS, SPIKE_PROBABILITY, SEED = 10_000, 1_000, 0.02, 123
WINDOW = (1.0, 10.0, 1.0, 10.0)  # APlus, TauPlus, AMinus, TauMinus
SAMPLE, REPEATS, GOAL = 2_000, 5, 100.0


@dataclass(frozen=True)
class Result:
    """Seconds of each repeat, ours and the peer's (scaled to all synapses), taken in turns."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]
    first_call: float
    largest_error: float

    @property
    def ratio(self) -> float:
        """Median of the ratios, pair by pair."""
        return statistics.median(p / o for o, p in zip(self.ours, self.peer, strict=True))


def rasters(seed: int = SEED) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Firing records [step, neuron] of the pre- and the postsynaptic population."""
    rng = np.random.default_rng(seed)
    shape = (STEPS, NEURONS)
    return rng.random(shape) < SPIKE_PROBABILITY, rng.random(shape) < SPIKE_PROBABILITY


def measure(repeats: int = REPEATS, sample: int = SAMPLE, seed: int = SEED) -> Result:
    """Time both in turns; the largest error is over the sample, relative to its largest change."""
    pre, post = rasters(seed)
    inputs, outputs = firings_to_spike_processes(pre), firings_to_spike_processes(post)
    weights, params = np.ones((NEURONS, NEURONS)), STDPParams(*WINDOW)
    chosen = np.random.default_rng(seed).choice(NEURONS**2, size=sample, replace=False)
    synapses = list(zip(*np.unravel_index(chosen, weights.shape), strict=True))

    started = time.perf_counter()
    changes = stdp_offline_dw_firings(weights, pre, post, params)
    first_call = time.perf_counter() - started
    ours, peer = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        changes = stdp_offline_dw_firings(weights, pre, post, params)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        expected = pairwise_changes(synapses, inputs, outputs, WINDOW)
        peer.append((time.perf_counter() - started) * NEURONS**2 / sample)
    error = np.max(np.abs(changes.ravel()[chosen] - expected)) / np.max(np.abs(expected))
    return Result(tuple(ours), tuple(peer), first_call, float(error))


def main() -> None:
    """Print one measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="time the formula on every synapse")
    full = parser.parse_args().full
    result = measure(repeats=1, sample=NEURONS**2) if full else measure()
    ours, peer = statistics.median(result.ours), statistics.median(result.peer)
    extent = "every synapse" if full else f"{SAMPLE} synapses, scaled up"
    print(f"loihi_emu.offline   {ours:10.3f} s   (first call: {result.first_call:.1f} s)")
    print(f"pairwise formula    {peer:10.1f} s   ({extent})")
    print(f"ratio               {result.ratio:10.0f} x   (goal {GOAL:.0f} x)")
    print(f"largest error       {result.largest_error:10.1e}     of the largest change")


if __name__ == "__main__":
    main()
