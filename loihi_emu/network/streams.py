"""Shared draws of a run's learning connections, from streams of a random source.

Example: `take([(stream, 4)], 0, 200)` are the draws of steps 1..200 of one connection whose epoch
has 4 steps, as kernels read them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.chip.random_bits import RandomSource, Stream
from loihi_emu.kernels.tables import N_TRACES, Draws

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


class VariantStreams:
    """Streams of many variants; those with the same seeds share theirs, and their draws.

    Parameters
    ----------
    source : RandomSource
    machine : Machine
    own : Streams
        Of the simulator that the variants start from, where they are now; they are not advanced.
    own_seeds : tuple of int
        Its seeds, one a learning connection.
    step : int
        Steps it has done.
    """

    def __init__(
        self, source: RandomSource, machine: Machine, own: Streams, own_seeds: tuple[int, ...],
        step: int,
    ) -> None:  # fmt: skip
        self._source, self._machine = source, machine
        self._own, self._own_seeds, self._step = own, own_seeds, step
        self._shared = source.kind == "shared"
        self._open: dict[tuple[int, ...], Streams] = {}
        self._taken: dict[tuple[tuple[int, ...], int, int], Draws] = {}

    def begin(self) -> None:
        """Open streams anew for the next variants."""
        self._open = {}

    def take(self, seeds: Iterable[tuple[int, ...]], start: int, n_steps: int) -> list[Draws]:
        """Draws of steps start + 1 .. start + n_steps for variants with these seeds."""
        wanted = [one if self._shared else self._own_seeds for one in seeds]
        before: Mapping[tuple[tuple[int, ...], int, int], Draws] = self._taken
        self._taken = {}
        for one in wanted:
            key = (one, start, n_steps)
            if key not in self._taken:
                known = before.get(key)
                self._taken[key] = known if known else take(self._of(one), start, n_steps)
        return [self._taken[one, start, n_steps] for one in wanted]

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


def n_bytes(streams: Streams, n_steps: int) -> int:
    """Bytes of the draws of one variant."""
    a_step = (N_TRACES + 1) * 8 + 3 * 8 + 2
    return len(streams) * n_steps * a_step


def rows_of(seeds: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """Seeds [variant, connection] as keys."""
    return [tuple(row) for row in seeds.tolist()]
