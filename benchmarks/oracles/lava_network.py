"""Runs the STDP tutorial's circuit through Lava's multi-process runtime.

Runs inside the `lava` environment (Python 3.10). Two spike rasters drive two populations through
static connections, a plastic connection joins them, and monitors record it. `tutorial()` is shared
with the benchmark of the same circuit. Example: `run_network(case)` -> the case's `out`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.learning_rules.stdp_learning_rule import STDPLoihi
from lava.proc.lif.process import LIF
from lava.proc.monitor.process import Monitor

from benchmarks.oracles.case_files import Case


class Circuit:
    """The tutorial's processes, connected; `plastic` joins `pre` to `post`.

    Parameters
    ----------
    case : dict
        A case of kind network.
    """

    def __init__(self, case: Case) -> None:
        n, weights_in = case["n"], np.eye(case["n"]) * case["w_in"]
        neurons = {
            "shape": (n,),
            "du": case["du"],
            "dv": case["du"],
            "vth": case["vth"],
            "bias_mant": case["bias"],
        }
        self.source = RingBuffer(data=np.array(case["raster_pre"]).T)
        source_post = RingBuffer(data=np.array(case["raster_post"]).T)
        into_pre, into_post = Dense(weights=weights_in), Dense(weights=weights_in)
        self.pre, self.post = LIF(name="pre", **neurons), LIF(name="post", **neurons)
        self.plastic = LearningDense(
            weights=np.array(case["weights"]),
            learning_rule=STDPLoihi(**case["stdp"]),
            name="plastic",
        )
        self.source.s_out.connect(into_pre.s_in)
        into_pre.a_out.connect(self.pre.a_in)
        source_post.s_out.connect(into_post.s_in)
        into_post.a_out.connect(self.post.a_in)
        self.pre.s_out.connect(self.plastic.s_in)
        self.plastic.a_out.connect(self.post.a_in)
        self.post.s_out.connect(self.plastic.s_in_bap)
        self.config = Loihi2SimCfg(select_tag=case["mode"])

    def run(self, n_steps: int) -> None:
        """Run `n_steps` more steps; the first call starts the runtime's processes."""
        self.source.run(condition=RunSteps(num_steps=n_steps), run_cfg=self.config)

    def stop(self) -> None:
        """End the runtime's processes."""
        self.source.stop()


def run_network(case: Case) -> dict[str, Any]:
    """`out` of a case of kind network."""
    circuit = Circuit(case)
    probed = {
        "x1": (circuit.plastic, "x1"),
        "y1": (circuit.plastic, "y1"),
        "weights": (circuit.plastic, "weights"),
        "pre_spikes": (circuit.pre, "s_out"),
        "post_spikes": (circuit.post, "s_out"),
        "post_v": (circuit.post, "v"),
        "post_u": (circuit.post, "u"),
    }
    monitors = {name: Monitor() for name in probed}
    for name, (process, variable) in probed.items():
        monitors[name].probe(getattr(process, variable), case["T"])
    try:
        circuit.run(case["T"])
        return {
            name: np.array(monitors[name].get_data()[process.name][variable]).tolist()
            for name, (process, variable) in probed.items()
        }
    finally:
        circuit.stop()
