"""A sweep on a Dask cluster whose workers die and whose scheduler is cut, beside a serial run.

    python -m tests.exploration.chaos              # 2,040 variants
    python -m tests.exploration.chaos 480 4 2      # variants, kills, cuts

Everything is on loopback. Each result must equal, bit for bit, that of a simulator of its own.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

import loihi_emu as le

PARAMETERS: Final[dict[str, list[Any]]] = {
    "plastic.x1_tau": [2, 5, 10, 40, 100],
    "cells.vth": [100, 150, 250],
    "plastic.dw": ["2^-2*x1*y0 - 2^-2*y1*x0", "2^-3*x1*y0 - 2^-4*w*x0"],
    "plastic.t_epoch": [1, 4],
    "machine.decay_bits": [8, 12],
}
METRICS: Final = {"weights": "final(plastic.weights)", "rate": "rate(cells.spikes)"}
_STEPS: Final = 200
_DARK_SECONDS: Final = 0.5


def build() -> le.Network:
    """A small plastic network."""
    rng = np.random.default_rng(3)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((50, 6)) < 0.2, repeat=True, name="pre"))
    post = net.add(le.LIF(4, du=4095, dv=400, vth=150, name="cells"))
    rule = le.LearningRule(
        dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16.5, 10), y1=le.Trace(16.5, 10)
    )
    weights = rng.integers(20, 90, (4, 6))
    net.add(le.Dense(pre, post, weights, rule=rule, name="plastic"))
    return net


def serial(row: dict[str, Any]) -> dict[str, Any]:
    """The metrics of one row by a simulator of its own, made without the sweep's code."""
    rule = le.LearningRule(
        dw=row["plastic.dw"], t_epoch=row["plastic.t_epoch"],
        x1=le.Trace(16.5, row["plastic.x1_tau"]), y1=le.Trace(16.5, 10),
    )  # fmt: skip
    rng = np.random.default_rng(3)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((50, 6)) < 0.2, repeat=True))
    post = net.add(le.LIF(4, du=4095, dv=400, vth=row["cells.vth"]))
    plastic = net.add(le.Dense(pre, post, rng.integers(20, 90, (4, 6)), rule=rule))
    from dataclasses import replace

    machine = replace(le.LOIHI, name="mine", decay_bits=row["machine.decay_bits"])
    simulator = le.Simulator(net, machine=machine, seed=row["seed"], backend="kernels")
    probes = [le.Probe(plastic, "weights", _STEPS), le.Probe(post, "spikes")]
    found = simulator.run(_STEPS, probes)
    rate = len(found[post, "spikes"]) / (4 * _STEPS)
    return {"weights": found[plastic, "weights"][-1].ravel(), "rate": rate}


def compare(table: le.SweepTable) -> int:
    """How many rows differ from the serial run."""
    wrong = 0
    for k in range(table.n_rows):
        row = table.row(k)
        alone = serial(row)
        same = np.array_equal(row["weights"], alone["weights"]) and row["rate"] == alone["rate"]
        wrong += not same
    return wrong


class Cluster:
    """A scheduler and two workers as processes on loopback."""

    def __init__(self, n_workers: int = 2) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self._port = found.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._scheduler = self._start_scheduler()
        self._workers = [self._start_worker() for _ in range(n_workers)]
        self.kills = self.cuts = 0

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _start_scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("dask_scheduler", "--host", "127.0.0.1", "--port", str(self._port))

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny")

    @property
    def scheduler_pid(self) -> int:
        """Of the scheduler that runs."""
        return self._scheduler.pid

    def kill_worker(self, which: int) -> None:
        """kill -9 one worker, whatever it does; another takes its place."""
        self.kills += 1
        self._workers[which].kill()
        self._workers[which].wait()
        self._workers[which] = self._start_worker()

    def cut(self) -> None:
        """kill -9 the scheduler and start one that knows nothing; workers are started anew."""
        self.cuts += 1
        self._scheduler.kill()
        self._scheduler.wait()
        time.sleep(_DARK_SECONDS)
        self._scheduler = self._start_scheduler()
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self._workers = [self._start_worker() for _ in self._workers]

    def close(self) -> None:
        """End all processes."""
        for process in (*self._workers, self._scheduler):
            process.kill()
            process.wait()


@contextlib.contextmanager
def running(n_workers: int = 2) -> Iterator[Cluster]:
    """A cluster for a while."""
    cluster = Cluster(n_workers)
    try:
        yield cluster
    finally:
        cluster.close()


def disturb(cluster: Cluster, kills: int, cuts: int, seed: int) -> Callable[[int, int], None]:
    """A `progress` that kills workers and cuts the scheduler at random points of the sweep."""
    rng = random.Random(seed)
    events = [("kill", rng.uniform(0.05, 0.9)) for _ in range(kills)]
    events += [("cut", rng.uniform(0.1, 0.8)) for _ in range(cuts)]
    events.sort(key=lambda event: -event[1])

    def progress(done: int, total: int) -> None:
        while events and done < total and done >= events[-1][1] * total:
            what, _ = events.pop()
            if what == "kill":
                cluster.kill_worker(rng.randrange(2))
            else:
                cluster.cut()

    return progress


def sweep(n: int, folder: str, progress: Any, **where: Any) -> le.SweepTable:
    """A sweep of n variants, many seeds of each set of parameters."""
    sets = int(np.prod([len(values) for values in PARAMETERS.values()]))
    if n % sets:
        raise SystemExit(f"{n} variants; allowed: multiples of {sets}")
    return le.sweep(
        build(), PARAMETERS, n // sets, METRICS, steps=_STEPS, machine="LOIHI", store=folder,
        variants_per_task=max(4, n // 120), progress=progress, **where,
    )  # fmt: skip


def main(n: int = 2040, kills: int = 8, cuts: int = 3) -> int:
    """Run it and say what happened."""
    with tempfile.TemporaryDirectory() as folder, running() as cluster:
        began = time.perf_counter()
        progress = disturb(cluster, kills, cuts, 11)
        table = sweep(n, str(Path(folder, "store")), progress, scheduler=cluster.address)
        seconds = time.perf_counter() - began
        parts = len(os.listdir(Path(folder, "store", "parts")))
        print(
            f"{table.n_rows} variants in {parts} tasks, {seconds:.1f} s; "
            f"{cluster.kills} workers killed, {cluster.cuts} schedulers cut"
        )
    wrong = compare(table)
    print(f"{wrong} of {table.n_rows} differ from the serial run")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
