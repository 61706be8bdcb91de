"""Runs a small network in a process of its own; prints its weights, and whether Numba was needed.

    python -m tests.kernels.cached_run fixed_pt

The weights that a spike delivers are recorded too, which in fixed point is compiled code as well.
"""

from __future__ import annotations

import sys

import numpy as np

from loihi_emu import Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace

if __name__ == "__main__":
    net = Network()
    rule = LearningRule(dw="x1*y0 - y1*x0", x1=Trace(16, 10), y1=Trace(16, 10), rng_seed=1)
    rng = np.random.default_rng(2)
    pre, post = (net.add(SpikeSource(rng.random((20, 4)) < 0.3)) for _ in range(2))
    plastic = net.add(Dense(pre, post, np.ones((4, 4)), rule=rule))
    probe = Probe(plastic, "effective_weights")
    recording = Simulator(net, machine="LAVA", mode=sys.argv[1]).run(20, record=[probe])
    print(recording[plastic, "effective_weights"].ravel().tolist())
    print("numba:", "yes" if "numba" in sys.modules else "no")
