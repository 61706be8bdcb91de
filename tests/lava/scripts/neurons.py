"""LIF in two dimensions: drive, monitors, runs that go on, v and biases set on the way."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense
from lava.proc.io.source import RingBuffer
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor

STEPS = 24


def run(tag: str) -> dict[str, Any]:
    fixed = tag == "fixed_pt"
    rng = np.random.default_rng(1)
    source = RingBuffer(data=rng.integers(0, 2, (3, 7)))
    dense = Dense(weights=rng.integers(-100, 200, (6, 3)), name="dense")
    lif = LIF(
        shape=(2, 3), du=1000 if fixed else 0.25, dv=300 if fixed else 0.0625, vth=170,
        bias_mant=np.arange(6).reshape(2, 3) * 3 - 4, bias_exp=[[0, 1, 2], [6, 5, 4]],
        u=100.0, v=[7, 8, 9], name="lif",
    )  # fmt: skip
    source.s_out.connect(dense.s_in)
    dense.a_out.reshape((2, 3)).connect(lif.a_in)
    before = [lif.u.get(), lif.v.get(), lif.vth.get(), lif.du.get()]
    monitors = {}
    for target in (lif.u, lif.v, lif.s_out, lif.bias_mant, dense.a_out, dense.weights):
        monitors[target.name] = monitor = Monitor()
        monitor.probe(target, STEPS)
    lif.run(condition=RunSteps(num_steps=8), run_cfg=Loihi2SimCfg(select_tag=tag))
    # Lava's float models do not answer for du, dv and vth
    names = ("u", "v", "bias_mant", "bias_exp", *(("du", "dv", "vth") if fixed else ()))
    middle = [getattr(lif, name).get() for name in names]
    lif.v.set(np.array([[90.7, -90.7, 0], [5, 4, 3]]))
    after_set = lif.v.get()
    lif.bias_mant.set(np.array([11, 12.5]))
    source.run(RunSteps(num_steps=6, blocking=True))
    lif.pause()
    lif.bias_exp.set(np.full((2, 3), 3))
    lif.run(RunSteps(num_steps=STEPS - 14))
    recorded = {name: one.get_data() for name, one in monitors.items()}
    last = [getattr(lif, name).get() for name in names]
    one = lif.v.get(idx=np.array([1]))
    lif.stop()
    return {
        "before": before, "middle": middle, "after_set": after_set, "recorded": recorded,
        "last": last, "one": one, "name": lif.name, "shapes": [lif.a_in.shape, dense.s_in.shape],
    }  # fmt: skip
