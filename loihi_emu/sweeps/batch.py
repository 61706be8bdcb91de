"""Variants of a sweep that run at the same time: their memory, and their steps.

Example: `batch.begin(0, 64)`, then `batch.advance(pool, 0, 1000)` until all steps are done.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.random_bits import Pcg64
from loihi_emu.kernels.llvm.sizes import CACHE_LINE
from loihi_emu.kernels.memory.address_table import Records, address
from loihi_emu.kernels.memory.arrays import Arenas, Tables
from loihi_emu.kernels.memory.batch_columns import (
    N_PLACES,
    NEEDS_SEEDING,
    START,
    STEPS_DONE,
    STEPS_TO_DRAW,
    STEPS_WANTED,
)
from loihi_emu.kernels.memory.shared_words import shared_places
from loihi_emu.kernels.run.thread_pool import WorkerPool
from loihi_emu.simulation.shared_draws import GeneratedStreams, SharedStreams
from loihi_emu.sweeps.differences import Differences, Snapshot, stream_seeds
from loihi_emu.sweeps.recording import SweepSampler

LONGEST_CHUNK: Final = 1 << 14
_FEW_SEEDS: Final = 8  # whose draws are made in Python and shared


class Batch:
    """Variants that run at the same time: a row of each arena and table for each.

    Parameters
    ----------
    start : Snapshot
    found : Differences
    sampler : SweepSampler
    most : int
        Variants there is room for.
    threads : int
    n_steps : int

    Attributes
    ----------
    width : int
        Variants side by side.
    """

    width: int = 1

    def __init__(
        self, start: Snapshot, found: Differences, sampler: SweepSampler, most: int, threads: int,
        n_steps: int,
    ) -> None:  # fmt: skip
        self._start, self._changes, self._sampler = start, found, sampler
        self._make(most, threads)
        # a record points to the scratch of the thread that ran it last, these always to their own
        self._scratch = self._records.table[:: self.width][:threads].copy()
        self._streams = _streams(start, found, most, min(n_steps, LONGEST_CHUNK))

    def _make(self, most: int, threads: int) -> None:
        """Memory for `most` variants, and records that point to it."""
        plan, sampler = self._start.plan, self._sampler
        self._arenas = Arenas(*(_rows(most, arena) for arena in self._start.arenas))
        self._tables = Tables(
            np.zeros((most, plan.populations.size), plan.populations.dtype), plan.inputs,
            np.zeros((most, plan.connections.size), plan.connections.dtype),
            sampler.probes, sampler.event_probes,
        )  # fmt: skip
        blocks = [plan.blocks()[0] for _ in range(threads)]
        self._records = Records(most)
        for group in (self._arenas, self._tables, plan.constants):
            self._records.bind(group)
        owners = np.arange(most) % threads
        self._records.bind_each([blocks[owner] for owner in owners])
        self._point_to_shared(owners, threads)

    def _point_to_shared(self, owners: NDArray[np.int64], threads: int) -> None:
        """Each record points to what the threads of a run share: of its one thread."""
        self._shared = np.zeros((threads, shared_places(1) + CACHE_LINE), np.int64)
        self._records.table["threads"] = 1
        self._records.table["shared"] = address(self._shared) + owners * self._shared.strides[0]

    def _which(self, first: int, stop: int) -> NDArray[np.int64]:
        """The variant of each record that runs."""
        return np.arange(first, stop)

    def begin(self, first: int, stop: int) -> None:
        """Variants first .. stop - 1 as they are before their first step."""
        which = self._which(first, stop)
        self._write(which)
        self._records.bind(self._sampler.begin_variants(first, stop))
        self._streams.begin(which)
        self._n, self._fresh = len(which), True

    def _write(self, which: NDArray[np.int64]) -> None:
        """The state and the numbers of the variants that run."""
        n = len(which)
        for rows, own in zip(self._arenas, self._start.arenas, strict=True):
            rows[:n, : own.size] = own
        self._tables.populations[:n] = self._start.plan.populations
        self._tables.connections[:n] = self._start.plan.connections
        for numbers in self._changes.numbers:
            rows = numbers.of(which)
            arena = getattr(self._arenas, numbers.arena)
            arena[:n, numbers.start : numbers.start + rows.shape[1]] = rows
        for field in self._changes.fields:
            table = getattr(self._tables, field.table)
            table[field.name][:n, field.row] = field.values[which]

    def advance(self, crew: WorkerPool, step: int, n_steps: int) -> None:
        """`n_steps` steps of every variant, after step `step`."""
        done: NDArray[np.int64] = np.zeros(self._n, np.int64)
        places = np.zeros((self._n, N_PLACES), np.int64)
        places[:, STEPS_TO_DRAW] = self._streams.prepare(step, n_steps)
        places[:, NEEDS_SEEDING] = self._fresh
        self._fresh = False
        while (done < n_steps).any():
            self._streams.bind(self._records, done)
            places[:, START], places[:, STEPS_WANTED] = step + done, n_steps - done
            bits = self._start.plan.machine.impulse_draw_bits
            crew.run(self._records, places, self._streams.generators, bits, self._scratch)
            self._sampler.move_events()
            done += places[:, STEPS_DONE]
            places[:, STEPS_TO_DRAW] = 0

    def end(self) -> None:
        """Hand over what the variants recorded, when they have done all steps."""
        self._sampler.end_variants()


def _streams(
    start: Snapshot, found: Differences, most: int, chunk: int
) -> SharedStreams | GeneratedStreams:
    """Where the variants' shared draws come from."""
    plan, seeds = start.plan, found.stream_seeds
    plain = start.step == 0 and start.source == Pcg64() and plan.machine.impulse_draw_bits > 0
    if plain and len(np.unique(seeds, axis=0)) > _FEW_SEEDS:
        return GeneratedStreams(seeds, most, chunk)
    own = stream_seeds(start, np.array([start.seed], np.int64))[0].tolist()
    return SharedStreams(start.source, plan.machine, start.streams, own, start.step, seeds)


def _rows(n: int, like: NDArray[Any]) -> NDArray[Any]:
    """Room for n arrays, each on cache lines of its own."""
    a_line = max(1, CACHE_LINE // like.itemsize)  # what two threads write never shares one
    return np.zeros((n, -(-like.size // a_line) * a_line), like.dtype)
