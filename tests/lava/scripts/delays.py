"""DelayDense and DelaySparse: one delay, a matrix, the longest, graded spikes, exponents."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import DelayDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.sparse.process import DelaySparse
from scipy.sparse import csr_matrix

STEPS = 70


def run(tag: str) -> dict[str, Any]:
    rng = np.random.default_rng(10)
    data = (rng.random((3, 40)) < 0.3) * rng.integers(1, 6, (3, 40))
    weights = rng.integers(-120, 120, (4, 3))
    delays = rng.integers(0, 9, (4, 3))
    longest = delays.copy()
    longest[1, 2] = 63
    kinds: list[Any] = [
        DelayDense(weights=weights, delays=3),
        DelayDense(weights=weights, delays=delays, max_delay=20),
        DelayDense(weights=weights, delays=longest, weight_exp=-3),
        DelayDense(weights=np.abs(weights) * 2, delays=delays, num_message_bits=5, weight_exp=2),
        DelaySparse(weights=csr_matrix(weights), delays=csr_matrix(delays)),
        DelaySparse(weights=csr_matrix(weights), delays=2, num_message_bits=5),
    ]
    results = {}
    for index, connection in enumerate(kinds):
        source, sink = Source(data=data), Sink(shape=(4,), buffer=STEPS)
        source.s_out.connect(connection.s_in)
        connection.a_out.connect(sink.a_in)
        connection.run(RunSteps(num_steps=STEPS), Loihi2SimCfg(select_tag=tag))
        results[str(index)] = [sink.data.get(), connection.weights.get()]
        if index < 4:
            results[str(index)].append(connection.delays.get())
        connection.stop()
    return results
