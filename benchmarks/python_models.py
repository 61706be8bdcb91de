"""What Lava's process models cost where they run as Python: `python -m benchmarks.python_models`.

Library processes alone run compiled; here they are made to run as they do beside a user's model.
Prints microseconds a model and step, and a step of a learning connection.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from loihi_emu.lava import _native_runtime
from loihi_emu.lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi2SimCfg
from loihi_emu.lava.proc.dense.process import Dense, LearningDense
from loihi_emu.lava.proc.io.source import RingBuffer
from loihi_emu.lava.proc.lif.process import LIF

_STEPS = 400
_FIXED = Loihi2SimCfg(select_tag="fixed_pt")


def microseconds(process: Any) -> float:
    """Of a step of a process and all that it is connected to."""
    process.run(RunSteps(4), _FIXED)
    begin = time.perf_counter()
    process.run(RunSteps(_STEPS))
    return (time.perf_counter() - begin) / _STEPS * 1e6


def chain(n: int) -> RingBuffer:
    """A source and n pairs of a Dense and a LIF behind it: 2 n + 1 models."""
    first = RingBuffer(data=np.ones((4, 2)))
    sent = first.s_out
    for _ in range(n):
        dense, lif = Dense(weights=np.eye(4) * 9), LIF(shape=(4,), vth=1)
        sent.connect(dense.s_in)
        dense.a_out.connect(lif.a_in)
        sent = lif.s_out
    return first


def learning(n: int) -> LearningDense:
    """Synapses from n to n neurons, which learn every fourth step."""
    rule = Loihi2FLearningRule(
        dw="x1*y0 - 2^-2*x0*y1", x1_impulse=16, x1_tau=10, y1_impulse=16, y1_tau=10, t_epoch=4,
        rng_seed=0,
    )  # fmt: skip
    plastic = LearningDense(weights=np.zeros((n, n), int), learning_rule=rule)
    spikes = np.random.default_rng(0).random((n, 50)) < 0.1
    RingBuffer(data=spikes.astype(int)).s_out.connect(plastic.s_in)
    return plastic


if __name__ == "__main__":
    setattr(_native_runtime, "NATIVE", frozenset())  # noqa: B010
    for n_pairs in (1, 10):
        each = microseconds(chain(n_pairs)) / (2 * n_pairs + 1)
        print(f"{2 * n_pairs + 1:6d} models: {each:6.0f} us a model and step")
    for n_neurons in (32, 100):
        print(f"{n_neurons**2:6d} synapses: {microseconds(learning(n_neurons)):6.0f} us a step")
