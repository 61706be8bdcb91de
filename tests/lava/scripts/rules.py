"""LearningDense: dw, dd, dt, tags, u_k, constants, sgn; every variable read at the end."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.monitor.process import Monitor
from lava.utils.weightutils import SignMode

STEPS = 36
RULES: list[dict[str, Any]] = [
    {"dw": "2^-2*x1*y0 - 2^-2*y1*x0", "t_epoch": 2},
    {"dw": "u1*t*x1*2^-4", "dt": "x1*y0 - 2^-2*u1*t + x0*y1", "t_epoch": 3},
    {"dw": "2^-3 * y0 * x1 * (w + 5)", "dd": "y0*2^2 - x0*(d-3)", "dt": "x0*sgn(w-3)*y2"},
    {"dw": "2^-6*u0*x2*y3*w - u0*2^-5*w", "x2_impulse": 4.6, "t_epoch": 1},
]
VARIABLES = (
    "weights", "tag_1", "tag_2", "x0", "tx", "x1", "x2", "y0", "ty", "y1", "y2", "y3", "x1_tau",
    "x1_impulse", "y3_tau", "num_message_bits", "a_buff", "dw",
)  # fmt: skip


def run(tag: str) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    pre, post = ((rng.random((n, STEPS)) < 0.25).astype(int) for n in (3, 2))
    results = {}
    for index, parameters in enumerate(RULES):
        rule = Loihi2FLearningRule(
            **{
                "x1_impulse": 16, "x1_tau": 10, "x2_tau": 7.5, "y1_impulse": 20.5, "y1_tau": 5,
                "y2_impulse": 8, "y2_tau": 20, "y3_impulse": 3, "y3_tau": 3, "rng_seed": index,
                **parameters,
            }
        )  # fmt: skip
        mode = SignMode.EXCITATORY if index == 3 else SignMode.MIXED
        plastic = LearningDense(
            weights=rng.integers(0, 120, (2, 3)), tag_1=rng.integers(0, 9, (2, 3)),
            tag_2=rng.integers(0, 9, (2, 3)), learning_rule=rule, name="plastic", sign_mode=mode,
            num_weight_bits=8 - index, weight_exp=index % 2,
        )  # fmt: skip
        sources, sink = [Source(data=pre), Source(data=post)], Sink(shape=(2,), buffer=10)
        sources[0].s_out.connect(plastic.s_in)
        sources[1].s_out.connect(plastic.s_in_bap)
        plastic.a_out.connect(sink.a_in)
        monitors = {name: Monitor() for name in ("weights", "tag_1", "tag_2", "x1", "y1", "tx")}
        for name, monitor in monitors.items():
            monitor.probe(getattr(plastic, name), STEPS)
        plastic.run(RunSteps(num_steps=STEPS), Loihi2SimCfg(select_tag=tag))
        results[str(index)] = {
            "monitored": {n: one.get_data()["plastic"][n] for n, one in monitors.items()},
            "last": {
                n: getattr(plastic, n).get() for n in VARIABLES if n != "a_buff" or index % 2 == 0
            },
            "sink": sink.data.get(), "k": rule.decimate_exponent,
        }  # fmt: skip
        plastic.stop()
    return results
