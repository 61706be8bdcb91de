"""A long run and many short lives: memory stays flat, widths hold, pieces give the bits of a whole.

    python -m tests.soak                   # 1,000,000 steps; 10,000 networks
    python -m tests.soak 100000 1000       # steps, networks

Prints what was found; the exit status is 1 where something does not hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import random
import sys
import time
from typing import Any, Final

import numpy as np
import psutil

import loihi_emu as le
from loihi_emu.chip import formats

_NEURONS: Final = 64
_STRETCH: Final = 5_000  # steps between looks at memory and widths
_TRACE: Final = (formats.TRACE.lowest, formats.TRACE.highest)
_MOST_MB: Final = 2.0  # that the least memory of the second half may be above that of the first

Items = dict[str, Any]


def build() -> tuple[le.Network, Items]:
    """Excitatory cells with plastic synapses among them, dense and sparse, and a drive."""
    rng = np.random.default_rng(5)
    net = le.Network()
    drive = net.add(le.SpikeSource(rng.random((997, _NEURONS)) < 0.03, repeat=True))
    cells = net.add(
        le.LIFRefractory(_NEURONS, refractory_period=3, du=4095, dv=1024, vth=800, name="cells")
    )
    net.add(le.Dense(drive, cells, 250 * np.eye(_NEURONS, dtype=int), weight_exp=2))
    trace = le.Trace(16.5, 20)
    rule = le.LearningRule(
        dw="2^-3*x1*y0 - 2^-3*y1*x0 - 2^-4*w*y0 + 2^-1*y0", x1=trace, y1=trace, t_epoch=4
    )
    weights = rng.integers(0, 30, (_NEURONS, _NEURONS))
    dense = net.add(
        le.Dense(cells, cells, weights, rule=rule, sign_mode="EXCITATORY", name="dense")
    )
    post, pre = np.nonzero(rng.random((_NEURONS, _NEURONS)) < 0.2)
    given = (post, pre, rng.integers(-40, 40, post.size))
    sparse = net.add(le.Sparse(cells, cells, given, rule=rule, name="sparse"))
    return net, {"cells": cells, "dense": dense, "sparse": sparse}


def state(simulator: le.Simulator, items: Items) -> dict[str, Any]:
    """All that changes while it runs."""
    names = {"cells": ("u", "v"), "dense": ("weights", "x1", "y1"), "sparse": ("weights", "x1")}
    return {
        f"{item} {name}": simulator.get(items[item], name)
        for item, variables in names.items()
        for name in variables
    }


def beyond(found: dict[str, Any], machine: le.Machine) -> list[str]:
    """What exceeds its width."""
    low, high = machine.weight_range("MIXED")
    ranges = {"weights": (low, high), "x1": _TRACE, "y1": _TRACE}
    ranges |= {one.name: (one.lowest, one.highest) for one in (formats.CURRENT, formats.VOLTAGE)}
    wrong = []
    for name, values in found.items():
        least, most = ranges[name.split()[1]]
        if values.min() < least or values.max() > most:
            wrong.append(f"{name} is {values.min()}..{values.max()}; allowed: {least}..{most}")
    return wrong


def megabytes() -> float:
    """Memory of this process alone, once what is free went back to the system."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # the C library is another one
        ctypes.CDLL(None).malloc_trim(0)
    return float(psutil.Process().memory_full_info().uss) / 1e6


def _span(memory: list[float]) -> str:
    return f"{min(memory):.1f} to {max(memory):.1f} MB, at last {memory[-1]:.1f}"


def growth(memory: list[float]) -> float:
    """How much more the second half needs at least; what an allocator keeps for a while is not."""
    half = len(memory) // 2
    return min(memory[half:]) - min(memory[1:half] or memory)


def long_run(n_steps: int) -> bool:
    """One run of all steps, beside one in pieces of random lengths that looks at all widths."""
    net, items = build()
    began = time.perf_counter()
    whole = le.Simulator(net, machine="LOIHI", seed=3, backend="kernels")
    whole.run(n_steps)
    seconds = time.perf_counter() - began
    net, items_of_pieces = build()
    pieces = le.Simulator(net, machine="LOIHI", seed=3, backend="kernels")
    rng, wrong, memory, looks, spikes = random.Random(1), set(), [], 0, 0
    while pieces.step < n_steps:
        length = min(rng.randint(1, 2 * _STRETCH), n_steps - pieces.step)
        found = pieces.run(length, [le.Probe(items_of_pieces["cells"], "spikes")])
        spikes += len(found[items_of_pieces["cells"], "spikes"])
        wrong |= set(beyond(state(pieces, items_of_pieces), pieces.machine))
        memory.append(megabytes())
        looks += 1
    one, other = state(whole, items), state(pieces, items_of_pieces)
    same = all(np.array_equal(one[name], other[name]) for name in one)
    grown = growth(memory)
    moved = int((one["sparse weights"] != build()[1]["sparse"].weights).sum())
    print(
        f"{n_steps} steps of {_NEURONS} cells in {seconds:.1f} s ({seconds / n_steps * 1e6:.1f} us)"
    )
    print(
        f"  weights that moved: {moved} of {one['sparse weights'].size} sparse ones; "
        f"{spikes / n_steps / _NEURONS:.3f} spikes a cell and step"
    )
    print(f"  pieces: {looks} of 1 to {2 * _STRETCH} steps; bits {'equal' if same else 'DIFFER'}")
    print(f"  widths exceeded: {sorted(wrong) or 'never'}, in {looks} looks at every value")
    print(f"  memory {_span(memory)}, grown by {grown:.2f}")
    return same and not wrong and grown < _MOST_MB and moved > 0


def many_lives(n: int) -> bool:
    """Networks that are built, run for some steps and dropped."""
    machines = ("LOIHI", "LAVA", "LOIHI1")
    memory: list[float] = []
    process = psutil.Process()
    handles = threads = 0
    began = time.perf_counter()
    for k in range(n):
        net, items = build()
        simulator = le.Simulator(net, machine=machines[k % 3], seed=k, backend="kernels")
        simulator.run(5, [le.Probe(items["dense"], "weights"), le.Probe(items["cells"], "spikes")])
        if (k + 1) % max(1, n // 20) == 0:
            memory.append(megabytes())
            if len(memory) == 2:
                handles, threads = process.num_fds(), process.num_threads()
    grown = growth(memory)
    more = process.num_fds() - handles, process.num_threads() - threads
    seconds = time.perf_counter() - began
    print(f"{n} networks built, run and dropped in {seconds:.1f} s")
    print(f"  memory {_span(memory)}, grown by {grown:.2f}")
    print(f"  files and threads more than after a tenth: {more[0]}, {more[1]}")
    return grown < _MOST_MB and more[0] <= 0 and more[1] <= 0


def main(n_steps: int = 1_000_000, networks: int = 10_000) -> int:
    """Both; the exit status."""
    held = [long_run(n_steps), many_lives(networks)]
    print("all holds" if all(held) else "SOMETHING DOES NOT HOLD")
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
