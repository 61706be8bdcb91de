"""Ports that branch, join, reshape, flatten and transpose; sinks; monitors of every kind."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.learning_rules.stdp_learning_rule import STDPLoihi
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor

STEPS = 20


def run(tag: str) -> dict[str, Any]:
    rng = np.random.default_rng(14)
    one, other = (Source(data=rng.integers(0, 3, (2, 3, n))) for n in (4, 6))
    joined = Dense(weights=rng.integers(-60, 90, (4, 6)), num_message_bits=3, name="joined")
    for source in (one, other):
        source.s_out.flatten().connect(joined.s_in)
    second = Dense(weights=rng.integers(-60, 90, (4, 6)), name="second")
    other.s_out.transpose().reshape((6,)).connect(second.s_in)
    cells = [LIF(shape=(4,), vth=300, name=f"lif {k}") for k in range(2)]
    square = LIF(shape=(2, 2), vth=200, name="square")
    joined.a_out.connect([cell.a_in for cell in cells])
    second.a_out.connect(cells[0].a_in)
    joined.a_out.reshape((2, 2)).connect(square.a_in)
    current = Source(data=rng.integers(-20, 20, (4, 3)))
    current.s_out.connect(cells[1].a_in)
    rule = STDPLoihi(
        learning_rate=1, A_plus=2, A_minus=-1, tau_plus=9, tau_minus=8, rng_seed=3, t_epoch=2
    )
    plastic = LearningDense(weights=rng.integers(0, 30, (4, 4)), learning_rule=rule, name="plastic")
    square.s_out.flatten().connect(plastic.s_in)
    plastic.a_out.connect([cell.a_in for cell in cells])
    cells[0].s_out.connect(plastic.s_in_bap)
    short, both = Sink(shape=(4,), buffer=7), Sink(shape=(3, 2), buffer=STEPS)
    for port in (cells[0].s_out, plastic.a_out, current.s_out):
        port.connect(short.a_in)
    one.s_out.transpose().connect(both.a_in)
    targets: list[Any] = [
        one.s_out, joined.a_out, joined.a_buff, plastic.a_buff, plastic.tx, plastic.weights,
        square.s_out, cells[1].v, cells[0].bias_mant,
    ]  # fmt: skip
    monitors = [Monitor() for _ in targets]
    for monitor, target in zip(monitors, targets, strict=True):
        monitor.probe(target, STEPS)
    for n_steps in (9, STEPS - 9):
        both.run(RunSteps(num_steps=n_steps), Loihi2SimCfg(select_tag=tag))
    data = [
        monitor.get_data()[target.process.name][target.name]
        for monitor, target in zip(monitors, targets, strict=True)
    ]
    last = [short.data.get(), both.data.get(), one.data.get(), square.v.get(), plastic.x1.get()]
    names = [port.name for port in plastic.in_ports], plastic.vars.member_names
    both.stop()
    return {"data": data, "last": last, "names": [list(one) for one in names]}
