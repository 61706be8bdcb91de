"""Graded spikes into a learning connection, in all four modes."""

from typing import Any

import numpy as np
from lava.magma.core.learning.constants import GradedSpikeCfg
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.monitor.process import Monitor

STEPS = 40


def run(tag: str) -> dict[str, Any]:
    results = {}
    for mode in GradedSpikeCfg:
        rng = np.random.default_rng(11)
        payloads = (rng.random((3, STEPS)) < 0.4) * rng.integers(1, 120, (3, STEPS))
        rule = Loihi2FLearningRule(
            dw="2^-3*x1*y0 - 2^-2*x2*x0", x1_impulse=16, x1_tau=12, x2_impulse=10, x2_tau=9,
            t_epoch=2, rng_seed=2,
        )  # fmt: skip
        plastic = LearningDense(
            weights=rng.integers(-90, 90, (2, 3)), learning_rule=rule, num_message_bits=8,
            graded_spike_cfg=mode, name="plastic",
        )  # fmt: skip
        source = RingBuffer(data=payloads)
        teacher = RingBuffer(data=(rng.random((2, STEPS)) < 0.3).astype(int))
        source.s_out.connect(plastic.s_in)
        teacher.s_out.connect(plastic.s_in_bap)
        monitors = {name: Monitor() for name in ("x1", "x2", "weights", "a_out")}
        for name, monitor in monitors.items():
            monitor.probe(getattr(plastic, name), STEPS)
        plastic.run(RunSteps(num_steps=STEPS), Loihi2SimCfg(select_tag=tag))
        results[mode.name] = {
            "data": {name: one.get_data()["plastic"][name] for name, one in monitors.items()},
            "impulse": [plastic.x1_impulse.get(), rule.x1_impulse],
        }
        plastic.stop()
    return results
