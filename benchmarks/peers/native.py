"""Hand-written C for the pair-STDP epoch, and the limits of the memory it touches.

Needs gcc; runs in any environment with NumPy. `work` chooses what a repetition does: "epoch" (the
weights of one learning epoch), "step" (traces too), "lines" (a read-modify-write of the same cache
lines), "copy" (of the whole weight array). Unit: one epoch, or one copy. Before it is timed, the
compiled epoch is compared with the same arithmetic in NumPy.
Example: `python -m benchmarks.peers.native '{"n": 1024, "work": "epoch"}'`.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers.protocol import Parameters, Repetition, run_peer

DEFAULTS: Parameters = {
    "n": 1024,
    "rate": 0.02,
    "seed": 0,
    "epochs": 64,
    "rounds": 20,
    "work": "epoch",
}
SOURCE = Path(__file__).with_name("stdp_epoch.c")
IMPULSE, TAU_STEPS = 16, 10.0
Array = npt.NDArray[Any]


def library() -> ctypes.CDLL:
    """`stdp_epoch.c`, compiled for this machine."""
    compiler = shutil.which("gcc")
    if compiler is None:
        sys.exit("no gcc on PATH; the hand-written C cannot be compiled")
    flags = ["-O3", "-march=native", "-std=c11", "-Wall", "-Wextra", "-shared", "-fPIC"]
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "stdp_epoch.so")
        subprocess.run([compiler, *flags, "-o", target, str(SOURCE)], check=True)
        return ctypes.CDLL(target)


class Epochs(ctypes.Structure):
    """`struct epochs` of the C source."""

    _fields_ = [
        (name, ctypes.c_void_p)
        for name in ("pre_spiked", "post_spiked", "post", "starts", "decayed", "up")
    ]


class Inputs:
    """Spikes and random numbers of a series of epochs, and the state they act on."""

    def __init__(self, parameters: Parameters) -> None:
        n, epochs, rate = parameters["n"], parameters["epochs"], parameters["rate"]
        rng = np.random.default_rng(parameters["seed"])
        self.n, self.count = int(n), int(epochs)
        self.weights = rng.integers(-100, 101, (n, n), dtype=np.int16)
        self.copy = self.weights.copy()
        self.x1: Array = rng.integers(0, 128, self.n, dtype=np.uint8)
        self.y1: Array = rng.integers(0, 128, self.n, dtype=np.uint8)
        self.pre: Array = (rng.random((epochs, n)) < rate).astype(np.uint8)
        self.post: Array = (rng.random((epochs, n)) < rate).astype(np.uint8)
        self.lists = np.nonzero(self.post)[1].astype(np.int32)
        self.starts = np.concatenate([[0], np.cumsum(self.post.sum(1))]).astype(np.int32)
        self.draws: Array = rng.random(self.count)
        decay: Array = np.exp(-1 / TAU_STEPS) * np.arange(128)
        rounded_up: Array = self.draws[:, None] < decay % 1
        self.decayed: Array = (np.floor(decay) + rounded_up).astype(np.uint8)
        self.up = (127 - np.floor(128 * self.draws)).astype(np.int32)
        self.c = Epochs(
            *(
                array.ctypes.data
                for array in (self.pre, self.post, self.lists, self.starts, self.decayed, self.up)
            )
        )


def prepare(parameters: Parameters) -> Repetition:
    """Compile, check against NumPy, warm up."""
    code = library()
    check(code)
    inputs = Inputs(parameters)
    n, count = ctypes.c_int64(inputs.n), ctypes.c_int64(inputs.count)
    epochs, weights = ctypes.byref(inputs.c), ctypes.c_void_p(inputs.weights.ctypes.data)
    traces = [ctypes.c_void_p(trace.ctypes.data) for trace in (inputs.x1, inputs.y1)]
    copied, size = ctypes.c_void_p(inputs.copy.ctypes.data), ctypes.c_int64(inputs.weights.size)

    def work() -> int:
        """One round; returns its number of units."""
        if parameters["work"] == "copy":
            code.copy_weights(copied, weights, size)
            return 1
        if parameters["work"] == "lines":
            code.touch_lines(weights, n, epochs, count)
        else:
            with_traces = int(parameters["work"] == "step")
            code.run_epochs(weights, n, *traces, epochs, count, IMPULSE, with_traces)
        return inputs.count

    def repetition() -> float:
        start = time.perf_counter()
        units = sum(work() for _ in range(parameters["rounds"]))
        return (time.perf_counter() - start) / units

    if parameters["work"] not in ("epoch", "step", "lines", "copy"):
        sys.exit(f"no work {parameters['work']!r}; there are epoch, step, lines, copy")
    repetition()
    return repetition


def check(code: ctypes.CDLL) -> None:
    """Exit unless the compiled epochs equal NumPy's on a small array."""
    inputs = Inputs({"n": 96, "epochs": 40, "rate": 0.1, "seed": 5})
    expected = _in_numpy(inputs)
    code.run_epochs(
        ctypes.c_void_p(inputs.weights.ctypes.data),
        ctypes.c_int64(inputs.n),
        ctypes.c_void_p(inputs.x1.ctypes.data),
        ctypes.c_void_p(inputs.y1.ctypes.data),
        ctypes.byref(inputs.c),
        ctypes.c_int64(inputs.count),
        IMPULSE,
        1,
    )
    if not np.array_equal(expected, inputs.weights):
        sys.exit("the hand-written C does not compute the epoch that NumPy computes")


def _in_numpy(inputs: Inputs) -> Array:
    """The weights after all epochs, from the arithmetic's definition and every synapse."""
    weights = inputs.weights.astype(np.int64)
    x1, y1 = inputs.x1.astype(np.int64), inputs.y1.astype(np.int64)
    for t in range(inputs.count):
        pre, post, u = inputs.pre[t].astype(int), inputs.post[t].astype(int), inputs.draws[t]
        x1 = np.minimum(inputs.decayed[t][x1] + IMPULSE * pre, 127)
        y1 = np.minimum(inputs.decayed[t][y1] + IMPULSE * post, 127)
        a = np.clip((weights << 7) + (np.outer(x1, post) << 5), -32769, 32767)
        a = np.clip(a - (np.outer(pre, y1) << 5), -32769, 32767)
        weights = np.clip(np.floor(a / 128) + (u < a / 128 % 1), -256, 255).astype(np.int64)
    return weights


if __name__ == "__main__":
    run_peer(prepare, DEFAULTS, ("numpy",))
