"""Sweeps: 1,000 variants of the tutorial's network, 32 x 32, in one call or in a loop over runs.

Variants differ in seed, in the traces' time constants and in an impulse; the weights at the end of
1,000 steps are recorded. The loop builds a simulator for each variant, as its user would; rasters
and weights are made once. Example: `Variants({"seed": 0, ...}).loop(50)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import loihi_emu as le
from benchmarks.peers.protocol import Parameters

VARIANTS, NEURONS, STEPS, RATE = 1000, 32, 1000, 0.02
SAMPLE = 50
"""Variants of a repetition of the loop; its time is scaled to one."""


class Variants:
    """Values of the variants, and the network they are of.

    Parameters
    ----------
    parameters : dict
        seed, machine, mode and dw.
    """

    def __init__(self, parameters: Parameters) -> None:
        rng = np.random.default_rng(parameters["seed"])
        self._how = {"machine": parameters["machine"], "mode": parameters["mode"]}
        self._dw = parameters["dw"]
        self._rasters = [rng.random((STEPS, NEURONS)) < RATE for _ in range(2)]
        self._weights = rng.integers(0, 100, (NEURONS, NEURONS))
        self.x1_tau, self.y1_tau = rng.uniform(2, 50, (2, VARIANTS))
        self.x1_impulse = rng.integers(1, 127, VARIANTS)
        self.seeds = rng.integers(0, 2**31, VARIANTS)

    def network(self, x1: le.Trace, y1: le.Trace) -> tuple[le.Network, Any]:
        """Two populations that their sources make spike, and plastic synapses between them."""
        decay = 4095 if self._how["mode"] == "fixed_pt" else 1
        net = le.Network()
        pre, post = (net.add(le.LIF(NEURONS, du=decay, dv=decay, vth=240)) for _ in range(2))
        for neurons, raster in zip((pre, post), self._rasters, strict=True):
            source = net.add(le.SpikeSource(raster))
            net.add(le.Dense(source, neurons, 250 * np.eye(NEURONS, dtype=int)))
        rule = le.LearningRule(dw=self._dw, x1=x1, y1=y1)
        return net, net.add(le.Dense(pre, post, self._weights, rule=rule))

    def sweep(self) -> npt.NDArray[Any]:
        """All variants in one call: weights [variant, post, pre]."""
        net, plastic = self.network(le.Trace(16, 10), le.Trace(16, 10))
        values = {
            (plastic, "x1_tau"): self.x1_tau, (plastic, "y1_tau"): self.y1_tau,
            (plastic, "x1_impulse"): self.x1_impulse, "seed": self.seeds,
        }  # fmt: skip
        probe = le.Probe(plastic, "weights", every=STEPS)
        swept = le.Simulator(net, **self._how).sweep(STEPS, values, [probe])
        weights: npt.NDArray[Any] = swept[plastic, "weights"][:, -1]
        return weights

    def loop(self, n: int) -> npt.NDArray[Any]:
        """The first n variants, run by run: weights [variant, post, pre]."""
        found = []
        for k in range(n):
            x1 = le.Trace(int(self.x1_impulse[k]), self.x1_tau[k])
            net, plastic = self.network(x1, le.Trace(16, self.y1_tau[k]))
            simulator = le.Simulator(net, seed=int(self.seeds[k]), **self._how)
            recording = simulator.run(STEPS, [le.Probe(plastic, "weights", every=STEPS)])
            found.append(recording[plastic, "weights"][-1])
        return np.array(found)
