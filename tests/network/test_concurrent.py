"""Simulators in threads of one process: compiled code keeps nothing between or beside calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from loihi_emu import (
    LIF,
    Dense,
    LearningRule,
    Network,
    Probe,
    Recording,
    Simulator,
    SpikeSource,
    Trace,
)


def _run(seed: int, mode: str) -> list[object]:
    rng = np.random.default_rng(seed)
    net = Network()
    n = 40 + seed
    decay = 4095 if mode == "fixed_pt" else 1
    source = net.add(SpikeSource(rng.random((300, n)) < 0.05))
    cells = net.add(LIF(n, du=decay, dv=decay, vth=1000))
    rule = LearningRule(
        dw="x1*y0 - y1*x0", x1=Trace(16, 10), y1=Trace(16, 10), t_epoch=3, rng_seed=seed
    )
    plastic = net.add(Dense(source, cells, rng.integers(20, 60, (n, n)), rule=rule))
    probes = [Probe(plastic, "weights", every=50), Probe(cells, "v"), Probe(plastic, "x1")]
    recording: Recording = Simulator(net, machine="LAVA", mode=mode).run(300, record=probes)
    return [recording[key].tolist() for key in recording]


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
def test_threads_do_not_meet(mode: str) -> None:
    seeds = range(8)
    alone = [_run(seed, mode) for seed in seeds]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(_run, seeds, [mode] * len(seeds)))
    assert together == alone
    assert alone[0] != alone[1]
