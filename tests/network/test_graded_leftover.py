"""A graded overflow that leaves 128 overflows again in the next step, spike or none (Lava)."""

from __future__ import annotations

import pytest

import loihi_emu as le


@pytest.mark.parametrize("backend", ["kernels", "interpreter"])
def test_what_an_overflow_leaves_above_the_format_overflows_again(backend: str) -> None:
    net = le.Network()
    pre, post = net.add(le.SpikeSource([[255], [0], [0]])), net.add(le.SpikeSource([[0]] * 3))
    rule = le.LearningRule(dw="x0*x1", x1=le.Trace(0, 10), t_epoch=10)
    graded = {"num_message_bits": 8, "graded": "ADD_WITHOUT_SATURATION"}
    plastic = net.add(le.Dense(pre, post, 1, rule=rule, **graded))  # type: ignore[arg-type]
    simulator = le.Simulator(net, machine=le.LAVA, backend=backend)
    simulator.set(plastic, "x1", 127)
    recording = simulator.run(3, [le.Probe(plastic, "x1")])
    # 127 + round_half_even(127.5) = 255, less 127; then 128 less 127; then nothing
    assert recording[plastic, "x1"].ravel().tolist() == [128, 1, 1]
