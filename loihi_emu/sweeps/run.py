"""Sweeps: variants of one network that differ in numbers, run in few compiled calls.

Every variant is a copy of a simulator's state with its own numbers written in. Its results are, bit
for bit, those of a simulator with these numbers alone. Variants run in batches: as many at a time
as fit into the memory set aside, and as a fraction of a second can advance.
Example: `run_sweep(start, 1000, {(plastic, "x1_tau"): taus}, [Probe(plastic, "weights")])`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final

from loihi_emu.description.free_memory import check_memory, format_bytes
from loihi_emu.description.probe import Probe
from loihi_emu.kernels.run.thread_pool import WorkerPool
from loihi_emu.simulation.shared_draws import n_bytes
from loihi_emu.sweeps import batch
from loihi_emu.sweeps.batch import Batch
from loihi_emu.sweeps.collect import changes
from loihi_emu.sweeps.differences import Snapshot, Values
from loihi_emu.sweeps.recording import Sweep, SweepSampler
from loihi_emu.sweeps.simd_batch import SimdBatch, SimdSampler, can_run_simd

Progress = Callable[[int, int], None]

_SECONDS: Final = 0.2  # what a compiled call should take
_MOST_BYTES: Final = 1 << 26  # of the variants that run at a time, if more than one a thread
_FIRST_CHUNK_UPDATES: Final = 1 << 23


class SweepRun:
    """A sweep under way.

    Parameters
    ----------
    start : Snapshot
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
        self, start: Snapshot, n_steps: int, values: Values, record: Sequence[Probe], *,
        threads: int, metadata: dict[str, Any],
    ) -> None:  # fmt: skip
        self._start, self._n_steps, self._metadata = start, n_steps, metadata
        self._changes = changes(start, values)
        self._n = self._changes.n
        simd = can_run_simd(start, self._changes)
        self._batch: type[Batch] = SimdBatch if simd else Batch
        sampler: type[SweepSampler] = SimdSampler if simd else SweepSampler
        self._sampler = sampler(
            start.plan, record, start=start.step, n_steps=n_steps, n_variants=self._n
        )
        groups = -(-self._n // self._batch.width)
        self._threads = min(threads, groups)
        self._effective = start.effective()
        elements = sum(item.n_synapses for item in start.plan.connection_items)
        elements += sum(item.n for item in start.plan.population_items)
        first = max(1, min(batch.LONGEST_CHUNK, _FIRST_CHUNK_UPDATES // max(1, elements)))
        unit = self._threads * self._batch.width
        self._pace = _Pace(n_steps, unit, self._most_at_once(groups), first)
        self._sampler.allocate(self._pace.most)
        self.finished = 0

    def _most_at_once(self, groups: int) -> int:
        """Variants that run at a time, and the check that everything fits."""
        state = self._start.plan.state.n_bytes + self._sampler.event_bytes
        if self._start.source.kind == "shared":
            chunk = min(self._n_steps, batch.LONGEST_CHUNK)
            state += n_bytes(self._start.streams, chunk)
        width = self._batch.width
        if width > 1:
            state += self._sampler.n_bytes // self._n
        most = width * min(groups, max(self._threads, _MOST_BYTES // max(1, state * width)))
        samples, states = format_bytes(self._sampler.n_bytes), format_bytes(most * state)
        parts = f" (samples {samples}, {most} states {states})"
        check_memory(f"a sweep of {self._n} variants", self._sampler.n_bytes + most * state, parts)
        return most

    def run(self, progress: Progress | None) -> None:
        """Run all variants; `finished` counts them, also after an interrupt."""
        batch = self._batch(
            self._start, self._changes, self._sampler, self._pace.most, self._threads,
            self._n_steps,
        )  # fmt: skip
        everything = self._n * self._n_steps
        with WorkerPool(self._start.plan.loops, self._threads, batch.width) as crew:
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
                batch.end()
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
    n_steps : int
    unit : int
        Variants that are at work at once: those side by side, of all threads.
    most : int
        Variants a batch.
    first : int
        Steps of the first call.
    """

    def __init__(self, n_steps: int, unit: int, most: int, first: int) -> None:
        self.variants, self.steps, self.most = min(unit, most), max(1, first), most
        self._n_steps, self._unit = max(1, n_steps), unit

    def took(self, seconds: float, updates: int) -> None:
        """Note what a call took that made so many steps, those of all variants together."""
        wanted = _SECONDS * updates / max(seconds, 1e-9)
        variants = int(wanted / self._n_steps) // self._unit * self._unit
        steps = int(wanted / max(self._unit, variants))
        self.variants = max(1, min(self.most, 8 * self.variants, max(self._unit, variants)))
        self.steps = max(1, min(batch.LONGEST_CHUNK, 8 * self.steps, steps))
