"""The STDP tutorial's network through Lava's runtime (Python 3.10, `lava`).

The runtime is started once and stays up; one repetition, and its unit, is one `run` of `steps`
steps. No monitors: they only slow Lava down. Example: `python -m benchmarks.peers.lava_tutorial`.
"""

from __future__ import annotations

import atexit
import time

import numpy as np

from benchmarks.oracles.lava_network import Circuit
from benchmarks.peers.protocol import Parameters, Repetition, run_peer

DEFAULTS: Parameters = {"n": 1, "rate": 0.03, "seed": 0, "steps": 200, "mode": "fixed_pt"}


def prepare(parameters: Parameters) -> Repetition:
    """Start the runtime and run once."""
    n, steps, rate = parameters["n"], parameters["steps"], parameters["rate"]
    rng = np.random.default_rng(parameters["seed"])
    raster_pre, raster_post = (rng.random((steps, n)) < rate for _ in range(2))
    circuit = Circuit(
        {
            "mode": parameters["mode"],
            "n": n,
            "du": 4095 if parameters["mode"] == "fixed_pt" else 1,
            "vth": 240,
            "w_in": 250,
            "bias": 0,
            "stdp": {
                "learning_rate": 1,
                "A_plus": 1,
                "A_minus": -1,
                "tau_plus": 10,
                "tau_minus": 10,
                "t_epoch": 4,
                "rng_seed": 1,
            },
            "weights": np.full((n, n), 50),
            "raster_pre": raster_pre.astype(int),
            "raster_post": raster_post.astype(int),
        }
    )
    atexit.register(circuit.stop)

    def repetition() -> float:
        start = time.perf_counter()
        circuit.run(steps)
        return time.perf_counter() - start

    repetition()
    return repetition


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("lava-nc", "numpy"))
