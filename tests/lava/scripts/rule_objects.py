"""Rules changed through their attributes: before the first run it counts, afterwards it does not.

Once a variable is set, the connection's own variables say what the rule is.
"""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.learning.utils import float_to_literal
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.proc.io.source import RingBuffer


def run(tag: str) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for when in ("never", "before", "between", "before, then a variable"):
        rng = np.random.default_rng(3)
        rule = Loihi2FLearningRule(
            dw="2^-2*x1*y0 - 2^-2*y1*x0", x1_impulse=16, x1_tau=10, y1_impulse=16, y1_tau=10,
            t_epoch=2, rng_seed=4,
        )  # fmt: skip
        plastic = LearningDense(weights=rng.integers(-50, 50, (3, 2)), learning_rule=rule)
        for port, n in ((plastic.s_in, 2), (plastic.s_in_bap, 3)):
            source = RingBuffer(data=(rng.random((n, 40)) < 0.3).astype(int))
            source.s_out.connect(port)
        if "before" in when:
            rule.dw_str, rule.x1_tau, rule.t_epoch = "2^-1*x1*y0", 4, 3
        plastic.run(RunSteps(num_steps=10), Loihi2SimCfg(select_tag=tag))
        if when == "between":
            rule.dw_str, rule.x1_tau = "2^-1*x1*y0", 4
        if "variable" in when:
            plastic.weights.set(np.arange(6.0).reshape(3, 2))
        plastic.run(RunSteps(num_steps=10))
        results[when] = [
            plastic.weights.get(), plastic.x1.get(), plastic.x1_tau.get(), plastic.dw.get(),
            rule.dw_str, rule.x1_tau, rule.t_epoch,
        ]  # fmt: skip
        plastic.stop()
    numbers = (0, 1, -1, 0.5, -0.3, 3.3, -5, 7.9, 0.01, 6.1)
    results["literals"] = [float_to_literal(number) for number in numbers]
    return results
