"""LIFReset, TernaryLIF into graded synapses, LearningLIF, and in float LIFRefractory."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi1SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF, LearningLIF, LIFRefractory, LIFReset, TernaryLIF
from lava.proc.monitor.process import Monitor

STEPS = 30


def run(tag: str) -> dict[str, Any]:
    fixed = tag == "fixed_pt"
    decay = {"du": 2000 if fixed else 0.5, "dv": 100 if fixed else 0.03125}
    rng = np.random.default_rng(2)
    kinds: list[Any] = [
        LIFReset(shape=(4,), reset_interval=5, reset_offset=7, vth=60, name="reset", **decay),
        TernaryLIF(shape=(4,), vth_hi=50, vth_lo=-30, name="ternary", **decay),
        LearningLIF(
            shape=(4,), vth=40, name="learning", bias_mant=3,
            learning_rule=Loihi2FLearningRule(dw="x0*y1"), **decay,
        ),
    ]  # fmt: skip
    if not fixed:
        kinds.append(LIFRefractory(shape=(4,), refractory_period=3, vth=40, name="rest", **decay))
    recorded = {}
    for lif in kinds:
        source = Source(data=rng.integers(-60, 90, (4, 11)))
        source.s_out.connect(lif.a_in)
        dense = Dense(weights=rng.integers(-90, 90, (3, 4)), num_message_bits=2)
        lif.s_out.connect(dense.s_in)
        after = LIF(shape=(3,), vth=55, name="after", **decay)
        dense.a_out.connect(after.a_in)
        spikes, v = Monitor(), Monitor()
        spikes.probe(lif.s_out, STEPS)
        v.probe(lif.v, STEPS)
        sink = Sink(shape=(3,), buffer=STEPS)
        after.s_out.connect(sink.a_in)
        plastic: Any = None
        if lif.name == "learning":
            rule = Loihi2FLearningRule(dw="x0*y1", y1_impulse=9, y1_tau=4, rng_seed=5)
            plastic = LearningDense(weights=np.zeros((4, 4)), learning_rule=rule)
            lif.s_out.connect([plastic.s_in, plastic.s_in_bap])
        lif.run(RunSteps(num_steps=STEPS), Loihi1SimCfg(select_tag=tag))
        recorded[lif.name] = [
            spikes.get_data()[lif.name]["s_out"], v.get_data()[lif.name]["v"], sink.data.get(),
            after.u.get(), dense.a_buff.get(), dense.num_message_bits.get(),
        ]  # fmt: skip
        if lif.name == "learning":
            recorded["learned"] = [plastic.weights.get(), plastic.y1.get(), lif.y1.get()]
        lif.stop()
    return recorded
