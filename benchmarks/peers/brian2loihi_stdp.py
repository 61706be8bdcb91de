"""Brian2Loihi, Cython target: `n` x `n` plastic synapses, pair STDP (Python 3.10, `brian2loihi`).

Spike trains at `rate` a step on the pre side; a strong one-to-one drive makes each post neuron
spike at `rate` too. One repetition runs `steps` + 1 steps and 1 step and takes the difference, so
that Brian2's preparation of a run is not counted; its unit is one step.
Example: `python -m benchmarks.peers.brian2loihi_stdp '{"n": 64}'`.
"""

from __future__ import annotations

import time
from typing import Any

import brian2
import numpy as np
from brian2_loihi import (
    LoihiNetwork,
    LoihiNeuronGroup,
    LoihiSpikeGeneratorGroup,
    LoihiSynapses,
    synapse_sign_mode,
)

from benchmarks.peers.protocol import Parameters, Repetition, run_peer

DEFAULTS: Parameters = {
    "n": 256,
    "rate": 0.05,
    "seed": 0,
    "steps": 100,
    "dw": "2^-2*x1*y0 - 2^-2*y1*x0",
    "impulse": 16,
    "tau": 10,
    "longest": 20_000,
}
THRESHOLD, DRIVE_WEIGHT, DRIVE_EXPONENT = 8000, 254, 6


def prepare(parameters: Parameters) -> Repetition:
    """Build the network, compile its code and run a few steps."""
    brian2.prefs.codegen.target = "cython"
    n, steps = int(parameters["n"]), int(parameters["steps"])
    rng = np.random.default_rng(parameters["seed"])
    neurons = LoihiNeuronGroup(n, threshold_v_mant=THRESHOLD, decay_v=4096, decay_I=4096)
    pre, drive = (_source(rng, parameters) for _ in range(2))
    traces = {f"imp_{name}": parameters["impulse"] for name in ("x1", "y1")}
    traces.update({f"tau_{name}": parameters["tau"] for name in ("x1", "y1")})
    plastic = LoihiSynapses(
        pre, neurons, dw=parameters["dw"], sign_mode=synapse_sign_mode.MIXED, **traces
    )
    plastic.connect()
    plastic.w = rng.integers(-100, 101, n * n)
    strong = LoihiSynapses(drive, neurons, w_exp=DRIVE_EXPONENT)
    strong.connect(j="i")
    strong.w = np.full(n, DRIVE_WEIGHT)
    network = LoihiNetwork(neurons, pre, drive, plastic, strong)

    def seconds(count: int) -> float:
        start = time.perf_counter()
        network.run(count)
        return time.perf_counter() - start

    def repetition() -> float:
        if int(network.t / brian2.ms) + steps + 2 > parameters["longest"]:
            raise RuntimeError("the spike trains end; give a larger `longest`")
        return (seconds(steps + 1) - seconds(1)) / steps

    for _ in range(3):
        seconds(5)
    return repetition


def _source(rng: np.random.Generator, parameters: Parameters) -> Any:
    """Independent spike trains for the longest run."""
    raster = rng.random((parameters["longest"], parameters["n"])) < parameters["rate"]
    times, indices = np.nonzero(raster)
    return LoihiSpikeGeneratorGroup(parameters["n"], indices, times, sorted=True)


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("brian2-loihi", "brian2", "cython", "numpy"))
