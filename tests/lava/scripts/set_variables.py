"""Variables of a learning connection set between runs, rule text and source data included."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.lif.process import LIF

CHANGES: list[tuple[str, Any]] = [
    ("nothing", None),
    ("weights", np.array([[1.0, 2], [3, 4], [5, 6]])),
    ("tag_1", np.array([[1, -2], [3.5, 4], [5, 6]])),
    ("tag_2", np.arange(6).reshape(3, 2)),
    ("x1", np.array([40.5, 50])),
    ("x1", np.array([3])),
    ("y1", np.array([9, 8, 7])),
    ("x1_tau", np.array([4.6])),
    ("y1_impulse", np.array([7.6])),
    ("dw", "2^-1*x1*y0"),
    ("dt", "x1*y0"),
    ("data", (np.random.default_rng(8).random((2, 40)) < 0.5).astype(int)),
]


def run(tag: str) -> dict[str, Any]:
    results = {}
    for index, (name, value) in enumerate(CHANGES):
        rng = np.random.default_rng(3)
        pre, post = ((rng.random((n, 40)) < 0.3).astype(int) for n in (2, 3))
        rule = Loihi2FLearningRule(
            dw="2^-2*x1*y0 - 2^-2*y1*x0", dt="x0*y1 - u1*2^-2*t", x1_impulse=16.5, x1_tau=10.7,
            y1_impulse=16.5, y1_tau=10.7, t_epoch=2, rng_seed=4,
        )  # fmt: skip
        plastic = LearningDense(
            weights=np.array([[50, -20], [10, 0], [3, 101]]), learning_rule=rule, name="plastic"
        )
        source, teacher = RingBuffer(data=pre), RingBuffer(data=post)
        lif = LIF(shape=(3,), du=0, dv=0, vth=100000)
        source.s_out.connect(plastic.s_in)
        teacher.s_out.connect(plastic.s_in_bap)
        plastic.a_out.connect(lif.a_in)
        plastic.run(RunSteps(num_steps=11), Loihi2SimCfg(select_tag=tag))
        target = source if name == "data" else plastic
        if value is not None:
            getattr(target, name).set(value)
        read = [] if name == "nothing" else [getattr(target, name).get()]
        plastic.run(RunSteps(num_steps=5))
        middle = [plastic.weights.get(), plastic.tag_1.get()]
        plastic.run(RunSteps(num_steps=8))
        names = ("weights", "tag_1", "tag_2", "x1", "y1", "x1_tau", "dw")
        read += [getattr(plastic, name).get() for name in names]
        results[f"{index} {name}"] = [*middle, *read, lif.u.get()]
        plastic.stop()
    return results
