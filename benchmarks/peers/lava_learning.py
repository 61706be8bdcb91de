"""Lava's learning connection model, stepped without its runtime (Python 3.10, `lava`).

A dense plastic connection of `n` x `n` synapses in `mode`, spikes of both sides at `rate` a step.
One repetition is `steps` steps; its unit is one step.
Example: `python -m benchmarks.peers.lava_learning '{"n": 256, "steps": 20}'`.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.oracles.lava_models import learning_model, step_learning
from benchmarks.peers.protocol import Parameters, Repetition, run_peer

DEFAULTS: Parameters = {
    "n": 1024,
    "rate": 0.02,
    "seed": 0,
    "steps": 5,
    "mode": "fixed_pt",
    "rule": {
        "dw": "2^-2 * x1 * y0 - 2^-2 * y1 * x0",
        "x1_impulse": 16,
        "x1_tau": 10,
        "y1_impulse": 16,
        "y1_tau": 10,
        "t_epoch": 1,
        "rng_seed": 1,
    },
}
WARM_UP_STEPS = 2


def prepare(parameters: Parameters) -> Repetition:
    """Build the connection and take its first steps."""
    n, steps = int(parameters["n"]), int(parameters["steps"])
    rng = np.random.default_rng(parameters["seed"])
    weights = rng.integers(-100, 101, (n, n))
    pre, post = (rng.random((steps, n)) < parameters["rate"] for _ in range(2))
    zeros = np.zeros((n, n), dtype=int)
    model = learning_model(
        {
            "factors": 2,
            "mode": parameters["mode"],
            "rule": parameters["rule"],
            "weights": weights,
            "tag_1": zeros,
            "tag_2": zeros,
            "sign_mode": "MIXED",
            "weight_exp": 0,
            "num_weight_bits": 8,
        }
    )

    def advance(count: int) -> None:
        for t in range(count):
            model.s_in.value, model.s_in_bap.value = pre[t % steps], post[t % steps]
            step_learning(model)

    def repetition() -> float:
        start = time.perf_counter()
        advance(steps)
        return (time.perf_counter() - start) / steps

    advance(WARM_UP_STEPS)
    return repetition


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("lava-nc", "numpy"))
