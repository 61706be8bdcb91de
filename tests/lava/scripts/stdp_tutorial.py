"""The circuit of Lava's STDP tutorial: two neurons, one plastic synapse, five monitors.

The tutorial's rule is dw = -x0*y1 + y0*x1; its mirror image swaps the amplitudes.
"""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.learning_rules.stdp_learning_rule import STDPLoihi
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor

STEPS = 200


def circuit(tag: str, a_plus: float, a_minus: float) -> dict[str, Any]:
    np.random.seed(123)  # noqa: NPY002
    pre_raster, post_raster = (np.random.rand(1, STEPS) < 0.03 for _ in range(2))  # noqa: NPY002
    decay = 4095 if tag == "fixed_pt" else 1
    rule = STDPLoihi(
        learning_rate=1, A_plus=a_plus, A_minus=a_minus, tau_plus=10, tau_minus=10, t_epoch=4,
        rng_seed=0,
    )  # fmt: skip
    pre_source = RingBuffer(data=pre_raster.astype(int))
    post_source = RingBuffer(data=post_raster.astype(int))
    to_pre, to_post = Dense(weights=np.eye(1) * 250), Dense(weights=np.eye(1) * 250)
    pre = LIF(shape=(1,), du=decay, dv=decay, vth=240, name="pre")
    post = LIF(shape=(1,), du=decay, dv=decay, vth=240, name="post")
    plastic = LearningDense(weights=np.full((1, 1), 50), learning_rule=rule, name="plastic")
    pre_source.s_out.connect(to_pre.s_in)
    to_pre.a_out.connect(pre.a_in)
    post_source.s_out.connect(to_post.s_in)
    to_post.a_out.connect(post.a_in)
    pre.s_out.connect(plastic.s_in)
    plastic.a_out.connect(post.a_in)
    post.s_out.connect(plastic.s_in_bap)
    recorded: dict[str, Any] = {}
    targets = (plastic.x1, plastic.y1, pre.s_out, post.s_out, plastic.weights)
    monitors = [Monitor() for _ in targets]
    for monitor, target in zip(monitors, targets, strict=True):
        monitor.probe(target, STEPS)
    pre_source.run(condition=RunSteps(num_steps=STEPS), run_cfg=Loihi2SimCfg(select_tag=tag))
    for monitor, target in zip(monitors, targets, strict=True):
        name = target.process.name
        recorded[f"{name} {target.name}"] = monitor.get_data()[name][target.name]
    pre_source.stop()
    return recorded


def run(tag: str) -> dict[str, Any]:
    return {"tutorial": circuit(tag, 1, -1), "mirror image": circuit(tag, -1, 1)}
