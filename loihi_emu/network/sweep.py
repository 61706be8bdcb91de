"""Sweeps: variants of one network that differ in numbers, run in few compiled calls.

Every variant is a copy of a simulator's state with its own numbers written in, a row of larger
arrays; its results are those of a simulator with these numbers alone, bit for bit. A batch of
variants runs at a time: as many as fit the memory set aside and a fraction of a second.
Example: `run_sweep(start, 1000, {(plastic, "x1_tau"): taus}, [Probe(plastic, "weights")])`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.random_bits import Pcg64
from loihi_emu.kernels.batch import (
    FRESH,
    N_PLACES,
    START,
    STEPS_DONE,
    STEPS_DRAWN,
    STEPS_WANTED,
    Crew,
)
from loihi_emu.kernels.memory import Records, address
from loihi_emu.kernels.tables import SHARED_PLACES, Arenas, Tables
from loihi_emu.network.memory import check_memory, shown
from loihi_emu.network.recording import Probe
from loihi_emu.network.streams import GeneratedStreams, SharedStreams, n_bytes
from loihi_emu.network.sweep_recording import Sweep, SweepSampler
from loihi_emu.network.sweep_values import Changes, Start, Values, changes

Progress = Callable[[int, int], None]

_SECONDS: Final = 0.2  # what a compiled call should take
_MOST_BYTES: Final = 1 << 26  # of the variants that run at a time, if more than one a thread
_LONGEST_CHUNK: Final = 1 << 14
_FIRST_CHUNK_UPDATES: Final = 1 << 23
_FEW_SEEDS: Final = 8  # whose draws are made in Python and shared
_LINE: Final = 64  # bytes; what two threads write never shares a line


class SweepRun:
    """A sweep under way.

    Parameters
    ----------
    start : Start
    n_steps : int
    values : mapping of "seed" or (item, variable) to values, one a variant
    record : list of Probe
    threads : int
    metadata : dict

    Raises
    ------
    ParameterError, UnknownNameError
        Values or probes that cannot be, or more than free memory holds; nothing has run then.
    """

    def __init__(
        self, start: Start, n_steps: int, values: Values, record: Sequence[Probe], *,
        threads: int, metadata: dict[str, Any],
    ) -> None:  # fmt: skip
        self._start, self._n_steps, self._metadata = start, n_steps, metadata
        self._changes = changes(start, values)
        self._n = self._changes.n
        self._threads = min(threads, self._n)
        self._sampler = SweepSampler(
            start.plan, record, start=start.step, n_steps=n_steps, n_variants=self._n
        )
        self._effective = start.effective()
        elements = sum(item.n_synapses for item in start.plan.connection_items)
        elements += sum(item.n for item in start.plan.population_items)
        first = max(1, min(_LONGEST_CHUNK, _FIRST_CHUNK_UPDATES // max(1, elements)))
        self._pace = _Pace(n_steps, self._threads, self._most_at_once(), first)
        self._sampler.allocate(self._pace.most)
        self.finished = 0

    def _most_at_once(self) -> int:
        """Variants that run at a time, and the check that everything fits."""
        state = self._start.plan.state.n_bytes + self._sampler.event_bytes
        if self._start.source.kind == "shared":
            chunk = min(self._n_steps, _LONGEST_CHUNK)
            state += n_bytes(self._start.streams, chunk)
        most = min(self._n, max(self._threads, _MOST_BYTES // max(1, state)))
        parts = f" (samples {shown(self._sampler.n_bytes)}, {most} states {shown(most * state)})"
        check_memory(f"a sweep of {self._n} variants", self._sampler.n_bytes + most * state, parts)
        return most

    def run(self, progress: Progress | None) -> None:
        """Run all variants; `finished` counts them, also after an interrupt."""
        batch = Batch(
            self._start, self._changes, self._sampler, self._pace.most, self._threads,
            self._n_steps,
        )  # fmt: skip
        everything = self._n * self._n_steps
        with Crew(self._start.plan.mode, self._threads) as crew:
            while self.finished < self._n:
                first, stop = self.finished, min(self._n, self.finished + self._pace.variants)
                batch.begin(first, stop)
                done = 0
                while done < self._n_steps:
                    n_steps = min(self._pace.steps, self._n_steps - done)
                    began = perf_counter()
                    batch.advance(crew, self._start.step + done, n_steps)
                    self._pace.took(perf_counter() - began, (stop - first) * n_steps)
                    done += n_steps
                    if progress is not None:
                        progress(first * self._n_steps + (stop - first) * done, everything)
                self.finished = stop

    def result(self) -> Sweep:
        """What the finished variants recorded."""
        stop = self._start.step + self._n_steps
        return self._sampler.sweep(
            stop, self.finished, self._changes.seeds, self._metadata, self._effective
        )


class _Pace:
    """Variants a batch and steps a compiled call, so that Ctrl-C answers soon.

    Parameters
    ----------
    n_steps, threads : int
    most : int
        Variants a batch.
    first : int
        Steps of the first call.
    """

    def __init__(self, n_steps: int, threads: int, most: int, first: int) -> None:
        self.variants, self.steps, self.most = min(threads, most), max(1, first), most
        self._n_steps, self._threads = max(1, n_steps), threads

    def took(self, seconds: float, updates: int) -> None:
        """Note what a call took that made so many steps, those of all variants together."""
        wanted = _SECONDS * updates / max(seconds, 1e-9)
        variants = int(wanted / self._n_steps) // self._threads * self._threads
        steps = int(wanted / max(self._threads, variants))
        self.variants = max(1, min(self.most, 8 * self.variants, max(self._threads, variants)))
        self.steps = max(1, min(_LONGEST_CHUNK, 8 * self.steps, steps))


class Batch:
    """Variants that run at the same time: a row of each arena and table for each.

    Parameters
    ----------
    start : Start
    found : Changes
    sampler : SweepSampler
    most : int
        Variants there is room for.
    threads : int
    n_steps : int
    """

    def __init__(
        self, start: Start, found: Changes, sampler: SweepSampler, most: int, threads: int,
        n_steps: int,
    ) -> None:  # fmt: skip
        self._start, self._changes, self._sampler = start, found, sampler
        plan = start.plan
        self._arenas = Arenas(*(_rows(most, arena) for arena in start.arenas))
        self._tables = Tables(
            np.zeros((most, plan.populations.size), plan.populations.dtype), plan.inputs,
            np.zeros((most, plan.connections.size), plan.connections.dtype),
            sampler.probes, sampler.event_probes,
        )  # fmt: skip
        self._shared = np.zeros((threads, SHARED_PLACES + _LINE), np.int64)
        blocks = [plan.blocks()[0] for _ in range(threads)]
        self._records = Records(most)
        for group in (self._arenas, self._tables, plan.constants):
            self._records.bind(group)
        turns = np.arange(most) % threads
        self._records.bind_each([blocks[turn] for turn in turns])
        self._records.table["threads"] = 1
        self._records.table["shared"] = address(self._shared) + turns * self._shared.strides[0]
        self._streams = _streams(start, found, most, min(n_steps, _LONGEST_CHUNK))

    def begin(self, first: int, stop: int) -> None:
        """Variants first .. stop - 1 as they are before their first step."""
        chosen, n = slice(first, stop), stop - first
        for rows, own in zip(self._arenas, self._start.arenas, strict=True):
            rows[:n, : own.size] = own
        self._tables.populations[:n] = self._start.plan.populations
        self._tables.connections[:n] = self._start.plan.connections
        for numbers in self._changes.numbers:
            numbers.write(self._arenas, chosen)
        for field in self._changes.fields:
            table = getattr(self._tables, field.table)
            table[field.name][:n, field.row] = field.values[chosen]
        self._records.bind(self._sampler.begin_variants(first, stop))
        self._streams.begin(chosen)
        self._n, self._fresh = n, True

    def advance(self, crew: Crew, step: int, n_steps: int) -> None:
        """`n_steps` steps of every variant, after step `step`."""
        done: NDArray[np.int64] = np.zeros(self._n, np.int64)
        places = np.zeros((self._n, N_PLACES), np.int64)
        places[:, STEPS_DRAWN] = self._streams.prepare(step, n_steps)
        places[:, FRESH] = self._fresh
        self._fresh = False
        while (done < n_steps).any():
            self._streams.bind(self._records, done)
            places[:, START], places[:, STEPS_WANTED] = step + done, n_steps - done
            bits = self._start.plan.machine.impulse_draw_bits
            crew.run(self._records, places, self._streams.generators, bits)
            self._sampler.move_events()
            done += places[:, STEPS_DONE]
            places[:, STEPS_DRAWN] = 0


def _streams(
    start: Start, found: Changes, most: int, chunk: int
) -> SharedStreams | GeneratedStreams:
    """Where the variants' shared draws come from."""
    plan, seeds = start.plan, found.stream_seeds
    plain = start.step == 0 and start.source == Pcg64() and plan.machine.impulse_draw_bits > 0
    if plain and len(np.unique(seeds, axis=0)) > _FEW_SEEDS:
        return GeneratedStreams(seeds, most, chunk)
    own = [int(plan.connections[number]["seed"]) for number in plan.learning]
    return SharedStreams(start.source, plan.machine, start.streams, own, start.step, seeds)


def _rows(n: int, like: NDArray[Any]) -> NDArray[Any]:
    """Room for n arrays, each on cache lines of its own."""
    a_line = max(1, _LINE // like.itemsize)
    return np.zeros((n, -(-like.size // a_line) * a_line), like.dtype)
