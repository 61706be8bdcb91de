"""First values of traces, spike times and tags, and numbers beyond the chip's ranges."""

from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.lif.process import LIF
from lava.utils.weightutils import SignMode

TRACES = {
    f"{trace}_{part}": value
    for trace, impulse, tau in (
        ("x1", 16, 100), ("x2", 5, 50), ("y1", 9, 20), ("y2", 4, 20), ("y3", 3, 30),
    )
    for part, value in (("impulse", impulse), ("tau", tau))
}  # fmt: skip
NAMES = ("x0", "x1", "x2", "y0", "y1", "y2", "y3", "tx", "ty", "weights", "tag_1", "tag_2")


def traces(tag: str, first: dict[str, Any]) -> Any:
    rule = Loihi2FLearningRule(dw="x0*x1 + y0*y1", t_epoch=4, rng_seed=0, **TRACES)
    plastic = LearningDense(weights=np.array([[10, 20]]), learning_rule=rule)
    for name, value in first.items():
        getattr(plastic, name).init = value
    RingBuffer(data=np.array([[0, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 1]])).s_out.connect(
        plastic.s_in
    )
    RingBuffer(data=np.array([[0, 0, 1, 0, 0, 1, 0]])).s_out.connect(plastic.s_in_bap)
    held = []
    for steps in (3, 1, 4):
        plastic.run(RunSteps(num_steps=steps), Loihi2SimCfg(select_tag=tag))
        held.append({name: getattr(plastic, name).get() for name in NAMES})
    plastic.stop()
    return held


def tags(tag: str, sign_mode: SignMode, weights: Any, tag_1: Any, tag_2: Any) -> Any:
    rule = Loihi2FLearningRule(
        dw="2^-2*x0*t", dd="x0*x1", dt="x0*x1", x1_impulse=16, x1_tau=10, rng_seed=0
    )
    plastic = LearningDense(
        weights=np.array([weights]), learning_rule=rule, sign_mode=sign_mode,
        tag_1=np.array([tag_1]), tag_2=np.array([tag_2]),
    )  # fmt: skip
    RingBuffer(data=np.array([[0, 1], [0, 0]])).s_out.connect(plastic.s_in)
    held = []
    for _ in range(3):
        plastic.run(RunSteps(num_steps=1), Loihi2SimCfg(select_tag=tag))
        held.append([getattr(plastic, name).get() for name in ("weights", "tag_1", "tag_2")])
    plastic.stop()
    return held


def third_factor(tag: str, y2: int) -> Any:
    rule = Loihi3FLearningRule(dw="2^-3*x0*y2", rng_seed=0)
    plastic = LearningDense(weights=np.array([[10]]), learning_rule=rule)
    RingBuffer(data=np.array([[0, 1]])).s_out.connect(plastic.s_in)
    RingBuffer(data=np.full((1, 2), y2)).s_out.connect(plastic.s_in_y2)
    plastic.run(RunSteps(num_steps=2), Loihi2SimCfg(select_tag=tag))
    held = [plastic.weights.get(), plastic.y2.get()]
    plastic.stop()
    return held


def neurons(tag: str, steps: int, **given: Any) -> Any:
    lif = LIF(shape=(2,), **given)
    lif.run(RunSteps(num_steps=steps), Loihi2SimCfg(select_tag=tag))
    held = [lif.u.get(), lif.v.get()]
    lif.stop()
    return held


def on_its_way(tag: str) -> Any:
    dense, lif = Dense(weights=np.eye(2) * 9), LIF(shape=(2,), vth=10000)
    dense.a_buff.init = np.array([5, 6])
    dense.a_out.connect(lif.a_in)
    dense.run(RunSteps(num_steps=2), Loihi2SimCfg(select_tag=tag))
    held = [lif.u.get(), lif.v.get()]
    dense.stop()
    return held


def run(tag: str) -> Any:
    held: dict[str, Any] = {
        "x1": traces(tag, {"x1": [20, 30]}),
        "all": traces(
            tag,
            {"x1": 20, "x2": [7, 9], "y1": 11, "y2": 12, "y3": 13, "tx": [2, 0], "ty": [1]},
        ),
        "x0": traces(tag, {"x0": 1, "y0": 1}),
        "tags": tags(tag, SignMode.MIXED, [5, 6], [-200, 7], [-7, -3]),
        "excitatory": tags(tag, SignMode.EXCITATORY, [-5, -6], [0, 0], [0, 0]),
        "inhibitory": tags(tag, SignMode.INHIBITORY, [5, 6], [0, 0], [0, 0]),
        "third": [third_factor(tag, y2) for y2 in (-128, -129, 128, 1000)],
        "on its way": on_its_way(tag),
        "bias": neurons(tag, 6, bias_mant=25000, du=0, dv=0, vth=10),
        "vth": neurons(tag, 40, bias_mant=4000, bias_exp=6, dv=0, vth=131072),
    }
    if tag == "fixed_pt":
        held["du"] = [neurons(tag, 6, du=du, dv=-100, u=1000, v=5) for du in (-1, 5000)]
        held["wrapped bias"] = neurons(tag, 6, bias_mant=40000, du=10, dv=10, vth=10)
    return held
