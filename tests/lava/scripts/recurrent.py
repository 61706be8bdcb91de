"""A recurrent network: LIFs with learning and static synapses onto themselves."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.learning_rules.stdp_learning_rule import STDPLoihi
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor

STEPS = 50
N = 6


def run(tag: str) -> dict[str, Any]:
    fixed = tag == "fixed_pt"
    rng = np.random.default_rng(6)
    lif = LIF(
        shape=(N,), du=1500 if fixed else 0.375, dv=400 if fixed else 0.125, vth=150, name="lif"
    )
    rule = STDPLoihi(
        learning_rate=0.5, A_plus=1, A_minus=-2, tau_plus=8, tau_minus=6, t_epoch=3, rng_seed=7
    )
    plastic = LearningDense(weights=rng.integers(-40, 90, (N, N)), learning_rule=rule, name="p")
    inhibition = Dense(weights=-rng.integers(0, 60, (N, N)), name="inhibition")
    drive = Dense(weights=rng.integers(0, 200, (N, 3)), name="drive")
    source = RingBuffer(data=(rng.random((3, 13)) < 0.5).astype(int))
    source.s_out.connect(drive.s_in)
    drive.a_out.connect(lif.a_in)
    lif.s_out.connect([plastic.s_in, inhibition.s_in, plastic.s_in_bap])
    plastic.a_out.connect(lif.a_in)
    lif.a_in.connect_from(inhibition.a_out)
    monitors = [Monitor(), Monitor(), Monitor()]
    for monitor, target in zip(monitors, (lif.s_out, lif.v, plastic.weights), strict=True):
        monitor.probe(target, STEPS)
    for n_steps in (1, 20, STEPS - 21):
        lif.run(RunSteps(num_steps=n_steps), Loihi2SimCfg(select_tag=tag))
    data = [monitor.get_data() for monitor in monitors]
    lif.stop()
    return {"data": data, "rule": [rule.dw_str.replace(" ", ""), rule.x1_impulse, rule.y1_impulse]}
