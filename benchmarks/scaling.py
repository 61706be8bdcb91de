"""What a large sweep costs: each part measured, and a plan made from it.

    python -m benchmarks.scaling
    python -m benchmarks.scaling --variants 1000000 --cores 1000

Measured here: a worker's seconds for a task and a variant, bytes that travel and that are kept, and
processor time of the scheduler and of the process that gives out tasks. The plan adds these up.
"""

from __future__ import annotations

import pickle
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

import loihi_emu as le
from loihi_emu.exploration.description import Description
from loihi_emu.exploration.executors import packed
from loihi_emu.exploration.metrics import Metrics
from loihi_emu.exploration.space import Space
from loihi_emu.exploration.store import Store
from loihi_emu.exploration.task import Task, Work, run_task
from tests.exploration.chaos import running

STEPS: Final = 1000
METRICS: Final = {"mean": "mean(plastic.weights)", "rate": "rate(post.spikes)"}
_TASKS: Final = 400
_NAMES: Final = ("pre", "post")


def network() -> le.Network:
    """32 x 32 plastic synapses between neurons that sources make spike."""
    rng = np.random.default_rng(0)
    net = le.Network()
    pre, post = (net.add(le.LIF(32, du=4095, dv=4095, vth=240, name=name)) for name in _NAMES)
    for neurons in (pre, post):
        source = net.add(le.SpikeSource(rng.random((STEPS, 32)) < 0.02))
        net.add(le.Dense(source, neurons, 250 * np.eye(32, dtype=int)))
    trace = le.Trace(16, 10)
    rule = le.LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=trace, y1=trace)
    net.add(le.Dense(pre, post, rng.integers(0, 100, (32, 32)), rule=rule, name="plastic"))
    return net


def parameters(n: int) -> dict[str, list[Any]]:
    """Values for n variants of one structure."""
    return {"plastic.x1_tau": np.linspace(2, 60, n).tolist()}


def worker_seconds(work: Work, per_task: int) -> tuple[float, float]:
    """Seconds of a task, and of each of its variants, on one thread: the least of three."""

    def seconds(n: int) -> float:
        space = Space(parameters(n), [0])
        task = Task(0, [space.variant(k) for k in range(n)], STEPS)
        return min(_timed(lambda: run_task(work, task, threads=1)) for _ in range(3))

    few, many = seconds(32), seconds(per_task)
    each = (many - few) / (per_task - 32)
    return max(0.0, few - 32 * each), each


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def cluster_costs() -> dict[str, float]:
    """Seconds of processor time a task with next to no work; and bytes."""
    with tempfile.TemporaryDirectory() as folder, running() as cluster:
        scheduler = psutil.Process(cluster.scheduler_pid)
        _sweep(folder + "/first", 20, cluster.address)  # connected, imported, compiled
        busy, own, began = _cpu(scheduler), time.process_time(), time.perf_counter()
        _sweep(folder + "/store", _TASKS, cluster.address)
        wall = time.perf_counter() - began
        parts = list(Path(folder, "store", "parts").iterdir())
        return {
            "wall": wall / _TASKS,
            "scheduler": (_cpu(scheduler) - busy) / _TASKS,
            "giver": (time.process_time() - own) / _TASKS,
            "part_bytes": sum(one.stat().st_size for one in parts) / len(parts),
        }


def _sweep(folder: str, n: int, address: str) -> None:
    le.sweep(
        network(), parameters(n), 1, METRICS, steps=1, store=folder, scheduler=address,
        variants_per_task=1,
    )  # fmt: skip


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def giver_costs(n_tasks: int = 20) -> tuple[float, float]:
    """Seconds, and bytes kept, a variant: of the process that gives out tasks and keeps rows."""
    rows = [{"mean": 1.0 + k, "rate": 0.5 / (1 + k)} for k in range(1024)]
    space = Space(parameters(n_tasks * 1024), [0])
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder + "/s", {}, {"plastic.x1_tau": float})
        began = time.perf_counter()
        for number in range(n_tasks):
            own = [space.variant(number * 1024 + k) for k in range(1024)]
            task = Task(number, own, STEPS)
            pickle.dumps(task)
            store.add(task, pickle.loads(pickle.dumps(rows)))
            store.part(number)
        seconds = time.perf_counter() - began
        kept = sum(one.stat().st_size for one in Path(folder, "s", "parts").iterdir())
    return seconds / (n_tasks * 1024), kept / (n_tasks * 1024)


def plan(n: int, cores: int, per_task: int, found: dict[str, float]) -> list[tuple[str, float]]:
    """Seconds of each part for n variants on so many cores."""
    tasks = -(-n // per_task)
    rounds = -(-tasks // cores)
    task = found["task"] + per_task * found["variant"]
    return [
        ("tasks", tasks),
        ("seconds a task", task),
        ("workers, all rounds", rounds * task),
        ("scheduler's processor", tasks * found["scheduler"]),
        ("giver's processor", tasks * found["giver"] + n * found["giver_variant"]),
        ("tasks a second", cores / task),
    ]


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, default=1000)
    args = parser.parse_args(argv)
    work = Work(Description(network(), "LOIHI", "fixed_pt"), Metrics(METRICS))
    found = cluster_costs()
    found["task"], found["variant"] = worker_seconds(work, 1024)
    found["giver_variant"], kept = giver_costs()
    space = Space(parameters(256), [0])
    task = Task(0, [space.variant(k) for k in range(256)], STEPS)
    rows = run_task(work, task, threads=1)
    print(f"{STEPS} steps of 32 x 32 plastic synapses on LOIHI; one core of this machine")
    print(f"a task, whatever it holds        {found['task'] * 1e3:8.2f} ms of a worker")
    print(f"a variant in a batch             {found['variant'] * 1e3:8.3f} ms of a worker")
    print(f"a task                           {found['scheduler'] * 1e3:8.2f} ms of the scheduler")
    print(f"a task                           {found['giver'] * 1e3:8.2f} ms of the giver")
    print(f"a variant                        {found['giver_variant'] * 1e6:8.1f} us of the giver")
    print(f"description, sent once a worker  {len(packed(work)):8d} B")
    print(f"a variant, to a worker           {len(pickle.dumps(task)) / 256:8.0f} B")
    print(f"a variant, back                  {len(pickle.dumps(rows)) / 256:8.0f} B")
    print(f"a variant, kept in Parquet       {kept:8.1f} B")
    print(f"\n{args.variants} variants on {args.cores} cores")
    print(f"{'variants a task':>24} {'128':>10} {'256':>10} {'1024':>10}")
    columns = [plan(args.variants, args.cores, k, found) for k in (128, 256, 1024)]
    for row in zip(*columns, strict=True):
        print(f"{row[0][0]:>24} " + " ".join(f"{value:10.4g}" for _, value in row))


if __name__ == "__main__":
    main()
