"""Three-factor rules: traces from RingBuffers of unequal lengths and from synapses, reward STDP."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi3FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.learning_rules.r_stdp_learning_rule import RewardModulatedSTDP
from lava.proc.monitor.process import Monitor

STEPS = 40


def run(tag: str) -> dict[str, Any]:
    rules = {
        "custom": Loihi3FLearningRule(
            dw="2^-5*x1*y2*y0 - 2^-2*x0*y1", x1_impulse=16, x1_tau=5, t_epoch=2, rng_seed=0
        ),
        "reward": RewardModulatedSTDP(
            learning_rate=1, A_plus=2, A_minus=-1, pre_trace_decay_tau=10,
            post_trace_decay_tau=10, pre_trace_kernel_magnitude=16, post_trace_kernel_magnitude=10,
            eligibility_trace_decay_tau=0.5, t_epoch=2, rng_seed=3,
        ),
        "synapses": Loihi3FLearningRule(
            dw="2^-3*x1*y2*y0", x1_impulse=16, x1_tau=5, t_epoch=1, rng_seed=0
        ),
    }  # fmt: skip
    results: dict[str, Any] = {}
    for name, rule in rules.items():
        rng = np.random.default_rng(12)
        plastic = LearningDense(
            weights=rng.integers(0, 90, (2, 3)), learning_rule=rule, name="plastic"
        )
        for port, n in ((plastic.s_in, 3), (plastic.s_in_bap, 2)):
            spikes = RingBuffer(data=(rng.random((n, STEPS)) < 0.3).astype(int))
            spikes.s_out.connect(port)
        reward = RingBuffer(data=rng.integers(0, 3, (2, 7)))
        if name == "synapses":
            dense = Dense(weights=np.array([[5, 9], [20, 1]]), num_message_bits=4)
            reward.s_out.connect(dense.s_in)
            dense.a_out.connect(plastic.s_in_y2)
        else:
            reward.s_out.connect(plastic.s_in_y2)
            trace = RingBuffer(data=rng.integers(0, 60, (2, 5)))
            trace.s_out.connect(plastic.s_in_y1)
        monitors = {k: Monitor() for k in ("x1", "y1", "y2", "y3", "weights", "tag_1")}
        for key, monitor in monitors.items():
            monitor.probe(getattr(plastic, key), STEPS)
        plastic.run(RunSteps(num_steps=STEPS), Loihi2SimCfg(select_tag=tag))
        results[name] = {
            "data": {key: one.get_data()["plastic"][key] for key, one in monitors.items()},
            "rule": [rule.dw_str, rule.dt_str, rule.x1_impulse, rule.y1_tau],
            "tau": plastic.y1_tau.get(),
        }
        plastic.stop()
    results["rule"] = [text and text.replace(" ", "") for text in results["reward"]["rule"][:2]]
    results["reward"]["rule"] = results["reward"]["rule"][2:]
    return results
