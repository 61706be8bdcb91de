"""Sparse and LearningSparse; weights and tags as csr_matrix. Lava takes no factor w, d, t here."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.io.source import RingBuffer
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor
from lava.proc.sparse.process import LearningSparse, Sparse
from scipy.sparse import csr_matrix

STEPS = 30


def run(tag: str) -> dict[str, Any]:
    fixed = tag == "fixed_pt"
    rng = np.random.default_rng(9)
    shape = (5, 4)
    listed = rng.random(shape) < 0.5
    weights = csr_matrix(1.0 * listed * rng.integers(20, 110, shape) * rng.choice([-1, 1], shape))
    tags = csr_matrix(listed * 3 if fixed else listed * 3.0)
    rule = Loihi2FLearningRule(
        dw="2^-2*x1*y0 - 2^-2*y1*x0", dt="x0*y1 - 2^-1*x1*y0", x1_impulse=16, x1_tau=10,
        y1_impulse=16, y1_tau=10, t_epoch=2, rng_seed=1,
    )  # fmt: skip
    plastic = LearningSparse(
        weights=weights, tag_1=tags, tag_2=tags, learning_rule=rule, name="plastic"
    )
    static = Sparse(weights=weights.toarray() * 2, num_message_bits=8, weight_exp=-1, name="static")
    lif = LIF(
        shape=(5,), du=2000 if fixed else 0.5, dv=300 if fixed else 0.0625, vth=130, name="lif"
    )
    source = RingBuffer(data=(rng.random((4, STEPS)) < 0.4).astype(int))
    graded = RingBuffer(data=rng.integers(0, 4, (4, STEPS)))
    source.s_out.connect(plastic.s_in)
    graded.s_out.connect(static.s_in)
    plastic.a_out.connect(lif.a_in)
    static.a_out.connect(lif.a_in)
    lif.s_out.connect(plastic.s_in_bap)
    monitors = {name: Monitor() for name in ("s_out", "v")}
    for name, monitor in monitors.items():
        monitor.probe(getattr(lif, name), STEPS)
    series = []
    for _ in range(STEPS // 3):
        lif.run(RunSteps(num_steps=3), Loihi2SimCfg(select_tag=tag))
        series.append(plastic.weights.get().toarray())
    data = [monitor.get_data() for monitor in monitors.values()]
    last = [plastic.weights.get(), plastic.tag_1.get(), plastic.x1.get(), static.weights.get()]
    lif.stop()
    return {"series": series, "data": data, "last": last}
