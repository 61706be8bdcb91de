"""Static weights in every format: sign modes, bits, exponents, clipping; weights set later."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.utils.weightutils import (
    SignMode,
    clip_weights,
    determine_sign_mode,
    optimize_weight_bits,
    truncate_weights,
)

STEPS = 12


def run(tag: str) -> dict[str, Any]:
    rng = np.random.default_rng(13)
    data = (rng.random((3, STEPS)) < 0.4) * rng.integers(-3, 6, (3, STEPS))
    mixed = rng.integers(-300, 300, (2, 3)) + 0.7
    options: list[dict[str, Any]] = [
        {"weights": mixed},
        {"weights": np.abs(mixed), "num_weight_bits": 6},
        {"weights": -np.abs(mixed), "num_weight_bits": 5, "weight_exp": 2},
        {"weights": mixed, "sign_mode": SignMode.EXCITATORY, "weight_exp": -2},
        {"weights": mixed, "sign_mode": SignMode.INHIBITORY, "num_message_bits": 4},
        {"weights": mixed, "sign_mode": SignMode.MIXED, "num_message_bits": 4, "weight_exp": -3},
        {"weights": np.abs(mixed), "sign_mode": SignMode.NULL},
        {"weights": np.zeros((2, 3))},
    ]
    results: dict[str, Any] = {}
    for index, arguments in enumerate(options):
        dense = Dense(**arguments)
        source, sink = Source(data=data), Sink(shape=(2,), buffer=STEPS)
        source.s_out.connect(dense.s_in)
        dense.a_out.connect(sink.a_in)
        dense.run(RunSteps(num_steps=6), Loihi2SimCfg(select_tag=tag))
        stored = dense.weights.get()
        dense.weights.set(rng.integers(-120, 120, (2, 3)))
        dense.run(RunSteps(num_steps=STEPS - 6))
        results[str(index)] = [stored, dense.weights.get(), sink.data.get()]
        dense.stop()
    if tag == "fixed_pt":
        results["functions"] = []
        for weights in (np.trunc(mixed / 5), np.abs(np.trunc(mixed / 2)), np.array([[24, 96]])):
            mode = determine_sign_mode(weights)
            best = optimize_weight_bits(weights, mode)
            results["functions"] += [
                mode.name, clip_weights(weights, mode, 6), truncate_weights(weights, mode, 5),
                best.weights, best.num_weight_bits, best.weight_exp,
                optimize_weight_bits(weights, mode, loihi2=True).weights,
            ]  # fmt: skip
    return results
