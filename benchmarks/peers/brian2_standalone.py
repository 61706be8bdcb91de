"""Brian2's C++ standalone mode: `n` x `n` plastic synapses, pair STDP in floats, compiled once.

Runs in the `brian2loihi` environment (Python 3.10). Two spike trains, event-driven traces, -O3
-march=native, one thread. One repetition starts the compiled program; its seconds are those that
the program itself measures for its time loop, and the unit is one step. The program is kept in
`folder` and built again only when this script or a parameter changes.
Example: `python -m benchmarks.peers.brian2_standalone '{"n": 256}'`.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import brian2
import numpy as np

from benchmarks.peers.protocol import Parameters, Repetition, run_peer

DEFAULTS: Parameters = {
    "n": 1024,
    "rate": 0.02,
    "seed": 0,
    "steps": 500,
    "dtype": "float64",
    "folder": "",
}
MODEL = """
    w : 1
    dpre_trace/dt = -pre_trace/tau : 1 (event-driven)
    dpost_trace/dt = -post_trace/tau : 1 (event-driven)
"""
ON_PRE = """
    pre_trace += impulse
    w = clip(w - rate_of_change*post_trace, -256, 255)
"""
ON_POST = """
    post_trace += impulse
    w = clip(w + rate_of_change*pre_trace, -256, 255)
"""


def prepare(parameters: Parameters) -> Repetition:
    """Describe the network, build its program if there is none, run it once."""
    key = json.dumps({k: v for k, v in parameters.items() if k not in ("serve", "repetitions")})
    digest = hashlib.sha256(key.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    temporary = tempfile.TemporaryDirectory()  # deleted with the repetition that holds it
    parent = Path(parameters["folder"] or temporary.name)
    directory = parent / f"brian2_standalone_{digest}"
    built = (directory / "main").exists()
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native"]
    brian2.prefs.core.default_float_dtype = getattr(np, parameters["dtype"])
    brian2.set_device("cpp_standalone", build_on_run=False, directory=str(directory))
    network = _network(parameters)
    network.run(parameters["steps"] * brian2.ms)
    device: Any = brian2.device
    device.build(directory=str(directory), compile=not built, run=False)

    def repetition(_folder: Any = temporary) -> float:
        device.run(directory=str(directory), with_output=False)
        return float(device._last_run_time) / int(parameters["steps"])

    repetition()
    return repetition


def _network(parameters: Parameters) -> Any:
    brian2.defaultclock.dt = 1 * brian2.ms
    rng = np.random.default_rng(parameters["seed"])
    n = parameters["n"]
    pre, post = (_source(rng, parameters) for _ in range(2))
    constants = {"tau": 10 * brian2.ms, "impulse": 16.0, "rate_of_change": 0.25}
    synapses = brian2.Synapses(
        pre, post, MODEL, on_pre=ON_PRE, on_post=ON_POST, namespace=constants
    )
    synapses.connect()
    synapses.w = rng.integers(-100, 101, n * n).astype(float)
    return brian2.Network(pre, post, synapses)


def _source(rng: np.random.Generator, parameters: Parameters) -> Any:
    raster = rng.random((parameters["steps"], parameters["n"])) < parameters["rate"]
    times, indices = np.nonzero(raster)
    return brian2.SpikeGeneratorGroup(parameters["n"], indices, times * brian2.ms, sorted=True)


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("brian2", "numpy"))
