"""Shared draws: one draw for all synapses of a connection, from the streams of a random source.

Example: `take([(stream, 4)], 0, 200)` are the draws of steps 1..200 of one connection whose epoch
has 4 steps, as kernels read them.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.chip.pcg64 import STATE_WORDS, seed_words
from loihi_emu.chip.random_bits import LAVA_SYNAPTIC_SEED, PCG64_OFFSETS, RandomSource, Stream
from loihi_emu.kernels.memory.address_table import Records
from loihi_emu.kernels.memory.arrays import Draws
from loihi_emu.kernels.memory.records import GENERATOR_WORDS, GENERATORS, N_TRACES

_SKIPPED_AT_ONCE: Final = 1 << 16

Streams = Sequence[tuple[Stream, int]]
"""A stream a learning connection, with the steps of its epoch."""


def take(streams: Streams, start: int, n_steps: int) -> Draws:
    """Draws of steps start + 1 .. start + n_steps."""
    n = len(streams)
    draws = Draws(
        np.empty((n, N_TRACES + 1, n_steps), np.uint64),
        np.empty((n, 3, n_steps), np.int64),
        np.empty((n, n_steps), np.uint16),
    )
    for k, (stream, epoch) in enumerate(streams if n_steps else ()):
        taken = stream.take(start, n_steps, epoch)
        draws.decay[k], draws.impulse[k], draws.synaptic[k] = taken
    return draws


def n_bytes(streams: Streams, n_steps: int) -> int:
    """Bytes of the draws of one variant."""
    return len(streams) * n_steps * ((N_TRACES + 1) * 8 + 3 * 8 + 2)


class SharedStreams:
    """Draws of many variants from streams in Python; equal seeds share theirs.

    Parameters
    ----------
    source : RandomSource
    machine : Machine
    own : Streams
        Of the simulator that the variants start from, where they are now; they are not advanced.
    own_seeds : sequence of int
        Its seeds, one a learning connection.
    step : int
        Steps it has done.
    seeds : [variant, learning connection] array
        Of the variants' streams; where kernels draw they do not matter.
    """

    generators: NDArray[np.uint64] = np.zeros(0, np.uint64)

    def __init__(
        self, source: RandomSource, machine: Machine, own: Streams, own_seeds: Sequence[int],
        step: int, seeds: NDArray[np.int64],
    ) -> None:  # fmt: skip
        self._source, self._machine, self._own, self._step = source, machine, own, step
        self._own_seeds = tuple(own_seeds)
        self._seeds = [tuple(row) for row in seeds.tolist()]
        if source.kind == "counter":
            self._seeds = [self._own_seeds] * len(seeds)
        self._taken: dict[tuple[tuple[int, ...], int, int], Draws] = {}

    def begin(self, variants: NDArray[np.int64]) -> None:
        """Open streams anew for the next variants."""
        self._now = [self._seeds[k] for k in variants.tolist()]
        self._open: dict[tuple[int, ...], Streams] = {}

    def prepare(self, start: int, n_steps: int) -> int:
        """Draw for steps start + 1 .. start + n_steps; how many compiled code has to draw for."""
        before, self._taken = self._taken, {}
        for seeds in self._now:
            key = seeds, start, n_steps
            if key not in self._taken:
                known = before.get(key)
                self._taken[key] = known if known else take(self._of(seeds), start, n_steps)
        self._draws = [self._taken[seeds, start, n_steps] for seeds in self._now]
        return 0

    def bind(self, records: Records, skipped: NDArray[np.int64]) -> None:
        """Point variants to their draws, but for so many steps."""
        records.bind_each(self._draws, skipped)

    def _of(self, seeds: tuple[int, ...]) -> Streams:
        """Open streams of some seeds."""
        if seeds not in self._open:
            self._open[seeds] = self._opened(seeds)
        return self._open[seeds]

    def _opened(self, seeds: tuple[int, ...]) -> Streams:
        """Streams as if the run so far had had these seeds."""
        if seeds == self._own_seeds:
            return [(copy.deepcopy(stream), epoch) for stream, epoch in self._own]
        opened = [
            (self._source.open(self._machine, seed, k), epoch)
            for k, (seed, (_, epoch)) in enumerate(zip(seeds, self._own, strict=True))
        ]
        for done in range(0, self._step, _SKIPPED_AT_ONCE):
            take(opened, done, min(_SKIPPED_AT_ONCE, self._step - done))
        return opened


class GeneratedStreams:
    """Draws of many variants made by compiled code: those of `Pcg64`, from step 1 on.

    Parameters
    ----------
    seeds : [variant, learning connection] array
    most : int
        Variants at a time.
    chunk : int
        Steps of the longest call.
    """

    def __init__(self, seeds: NDArray[np.int64], most: int, chunk: int) -> None:
        n = seeds.shape[1]
        self._seeds = seeds.astype(np.uint64)
        self._draws = Draws(
            np.empty((most, n, N_TRACES + 1, chunk), np.uint64),
            np.empty((most, n, 3, chunk), np.int64),
            np.empty((most, n, chunk), np.uint16),
        )
        self.generators = np.zeros((most, n, GENERATORS, GENERATOR_WORDS), np.uint64)

    def begin(self, variants: NDArray[np.int64]) -> None:
        """Seed the generators of the next variants."""
        seeds = self._seeds[variants]
        every = np.full((*seeds.shape, GENERATORS), LAVA_SYNAPTIC_SEED, np.uint64)
        every[..., : len(PCG64_OFFSETS)] = seeds[..., None] + PCG64_OFFSETS
        self.generators[: len(seeds), ..., :STATE_WORDS] = seed_words(every)

    def prepare(self, start: int, n_steps: int) -> int:
        """How many steps compiled code has to draw for."""
        del start
        return n_steps

    def bind(self, records: Records, skipped: NDArray[np.int64]) -> None:
        """Point variants to their draws, but for so many steps."""
        records.bind_draws(self._draws, skipped)
