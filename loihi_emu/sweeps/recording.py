"""What the variants of a sweep recorded: arrays [variant, sample, ...]; spikes as events.

Example: `swept[plastic, "weights"]` is [variant, sample, post, pre]; `swept.variant(3)` is the
recording of one run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.description.connections import Connection
from loihi_emu.description.probe import Key, Probe
from loihi_emu.description.validation import whole_number
from loihi_emu.kernels.memory.arrays import Output
from loihi_emu.plan.plan import Plan
from loihi_emu.plan.variables import EFFECTIVE
from loihi_emu.simulation.probe_buffers import Effective, Sampler
from loihi_emu.simulation.recording import Recording


class Sweep(Mapping[Key, Any]):
    """What the variants of one sweep recorded: `sweep[item, variable]`.

    Parameters
    ----------
    series : mapping of (item, variable) to array or tuple of Events
        The first axis is the variant. Spikes are one `Events` for each variant.
    steps : mapping of (item, variable) to int64 array
        Step of each sample, the same in all variants.
    seeds : [variant] int64 array
    metadata : mapping
        Machine, mode, first and last step.

    Attributes
    ----------
    n_variants : int
        Number of variants that were finished: all, unless Ctrl-C ended the sweep.
    steps, seeds, metadata

    Examples
    --------
    >>> from loihi_emu import LIF, CurrentInput, Network, Probe, Simulator
    >>> net = Network()
    >>> cell = net.add(LIF(1, du=4095, dv=0, vth=5))
    >>> drive = net.add(CurrentInput(cell, [[2], [2], [2], [2]]))
    >>> swept = Simulator(net).sweep(4, {(cell, "vth"): [1, 5, 7]}, [Probe(cell, "spikes")])
    >>> [events.steps.tolist() for events in swept[cell, "spikes"]]
    [[1, 2, 3, 4], [3], [4]]
    >>> swept.variant(2)[cell, "spikes"].steps.tolist()
    [4]
    """

    def __init__(
        self,
        series: Mapping[Key, Any],
        steps: Mapping[Key, NDArray[np.int64]],
        seeds: NDArray[np.int64],
        metadata: Mapping[str, Any],
    ) -> None:
        self._all = Recording(series, steps, metadata)
        self.steps, self.metadata = self._all.steps, self._all.metadata
        self.seeds, self.n_variants = seeds, len(seeds)

    def __getitem__(self, key: Key) -> Any:
        return self._all[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def variant(self, k: int) -> Recording:
        """The recording of variant k, as a run of its own gives it.

        Raises
        ------
        ParameterError
            Variant k does not exist, or was not finished.
        """
        whole_number("variant", k, (0, self.n_variants - 1))
        metadata = self.metadata | {"seed": int(self.seeds[k])}
        return Recording({key: one[k] for key, one in self.items()}, self.steps, metadata)


class SweepSampler(Sampler):
    """Probes of a plan with buffers of many variants.

    Parameters
    ----------
    plan : Plan
    requested : list of Probe
    start, n_steps, n_variants : int
        Steps done before, steps to do, variants.
    effective : Effective
        As for `Sampler.begin`.
    at_once : int
        Variants that run at the same time.

    Attributes
    ----------
    n_bytes : int
        Of all samples; spikes come on top as they occur.
    """

    def __init__(
        self, plan: Plan, requested: Sequence[Probe], *, start: int, n_steps: int, n_variants: int,
    ) -> None:  # fmt: skip
        super().__init__(plan, requested)
        self._start, self._n_variants = start, n_variants
        self._sizes = self._lay_samples(start, n_steps)
        self.n_bytes = n_variants * self._n_bytes(self._sizes)

    @property
    def event_bytes(self) -> int:
        """Of the buffer that the spikes of one variant pass through."""
        return self._events.nbytes

    def allocate(self, at_once: int) -> None:
        """Make the buffers: of all variants for samples, of `at_once` for spikes."""
        self._buffers = [
            np.zeros((self._n_variants, n), kind)
            for n, kind in zip(self._sizes, self._types, strict=True)
        ]
        self._kept_of: list[list[list[NDArray[np.int32]]]] = [
            [[] for _ in range(self._n_variants)] for _ in self._spiking
        ]
        self._passing = np.zeros((at_once, *self._events.shape), np.int32)
        self.probes: NDArray[Any] = np.zeros((at_once, len(self._probes)), self._probes.dtype)
        self.event_probes: NDArray[Any] = np.zeros(
            (at_once, len(self._event_probes)), self._event_probes.dtype
        )

    def begin_variants(self, first: int, stop: int) -> Output:
        """Buffers of variants first .. stop - 1, which run next."""
        self._first = first
        self.probes[: stop - first] = self._probes
        self.event_probes[: stop - first] = self._event_probes
        neural, synaptic, traces, times = (buffer[first:stop] for buffer in self._buffers)
        return Output(neural, synaptic, traces, times, self._passing, self._indices)

    def move_events(self) -> None:
        """Move spikes out of the buffers that steps fill."""
        counts: NDArray[np.int64] = self.event_probes["count"]
        for row, probe in np.argwhere(counts).tolist():
            at = self._first_rows[probe]
            events = self._passing[row, at : at + counts[row, probe]].copy()
            self._kept_of[probe][self._first + row].append(events)
        counts[...] = 0

    def end_variants(self) -> None:
        """Samples lie where they belong."""

    def sweep(
        self, stop: int, n: int, seeds: NDArray[np.int64], metadata: dict[str, Any],
        effective: Effective,
    ) -> Sweep:  # fmt: skip
        """What the first n variants recorded up to and with step `stop`."""
        series: dict[Key, Any] = {}
        steps: dict[Key, NDArray[np.int64]] = {}
        for row, probe, (place, chosen) in zip(
            self._probes, self._sampled, self._places, strict=True
        ):
            length = int(row["length"])
            samples = stop // probe.every - self._start // probe.every
            at = int(row["out"])
            flat = self._buffers[place.arena][:n, at : at + samples * length]
            flat = flat.reshape(n, samples, length)
            key = (probe.item, probe.variable)
            steps[key] = self._steps_of(probe, samples)
            if probe.variable == EFFECTIVE and isinstance(probe.item, Connection):
                rows = flat.reshape(n * samples, length)
                flat = effective(probe.item, rows, np.tile(steps[key], n))
                flat = flat.reshape(n, samples, length)
            series[key] = place.shaped(flat) if chosen is None else flat
        for kept, probe in zip(self._kept_of, self._spiking, strict=True):
            events = tuple(self._as_events(one, probe, stop) for one in kept[:n])
            series[probe.item, "spikes"] = events
        return Sweep(
            series, steps, seeds[:n], metadata | {"start": self._start + 1, "stop": stop + 1}
        )
