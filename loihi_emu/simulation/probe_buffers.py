"""Probes as tables and buffers that compiled steps fill, and the recordings made from them.

A sampler is planned once for a set of probes. Each run begins with new buffers, which its recording
keeps.
Example: `sampler.begin(0, 200, effective)`, steps, `sampler.recording(200, {})`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.description.connections import Connection
from loihi_emu.description.free_memory import check_memory
from loihi_emu.description.populations import Population
from loihi_emu.description.probe import Key, Probe
from loihi_emu.description.validation import instance_of, whole_number, whole_numbers
from loihi_emu.errors import ParameterError, UnknownNameError
from loihi_emu.kernels.memory.arrays import Output, Tables
from loihi_emu.kernels.memory.records import EVENT_PROBE, PROBE
from loihi_emu.plan.plan import Plan
from loihi_emu.plan.variables import EFFECTIVE, ArraySlice, locate
from loihi_emu.simulation.recording import Events, Recording

_ARENAS: Final = ("neural", "synaptic", "traces", "times")
_EVENT_ROWS: Final = 4096

Effective = Callable[[Connection, NDArray[Any], NDArray[np.int64]], NDArray[Any]]


class Sampler:
    """A set of probes of one plan, and the buffers of the run under way.

    Parameters
    ----------
    plan : Plan
    requested : list of Probe

    Attributes
    ----------
    tables : Tables
        The plan's records and those of the probes.
    output : Output
        Where compiled steps write; of this run alone, but for spikes, which `make_room` copies.

    Raises
    ------
    ParameterError, UnknownNameError
        A probe that cannot be.
    """

    def __init__(self, plan: Plan, requested: Sequence[Probe]) -> None:
        self._plan, self._requested = plan, list(requested)
        for probe in self._requested:
            if not isinstance(probe, Probe):
                raise ParameterError(f"record holds a {type(probe).__name__}; allowed: Probe")
            instance_of("item", probe.item, (Population, Connection), "a population or connection")
            instance_of(f"variable of {probe.item.label}", probe.variable, str, "a string")
        keys = [(probe.item, probe.variable) for probe in self._requested]
        for key in keys:
            if keys.count(key) > 1:
                raise ParameterError(f"{key[0].label} {key[1]!r} is recorded twice")
        self._sampled = [w for w in self._requested if w.variable != "spikes"]
        self._spiking = [w for w in self._requested if w.variable == "spikes"]
        self._places = [self._place(probe) for probe in self._sampled]
        types = plan.engine.DTYPES | {"times": np.uint8}
        self._types = [np.dtype(types[name]) for name in _ARENAS]
        self._lay_probes()
        self._lay_event_probes()
        self.tables = Tables(
            plan.populations, plan.inputs, plan.connections, self._probes, self._event_probes
        )
        self.output = self._output([0] * len(_ARENAS))

    def matches(self, plan: Plan, requested: Sequence[Probe]) -> bool:
        """Whether these are its plan and probes; index arrays may have changed since."""
        return (
            plan is self._plan
            and len(requested) == len(self._requested)
            and all(
                new is own and new.indices is None
                for new, own in zip(requested, self._requested, strict=True)
            )
        )

    # -- planning

    def _place(self, probe: Probe) -> tuple[ArraySlice, NDArray[np.int64] | None]:
        """Where a probe reads, and the chosen elements."""
        label = f"{probe.item.label} {probe.variable}"
        whole_number(f"{label} every", probe.every, (1, 2**62))
        place = locate(self._plan, probe.item, probe.variable)
        if probe.indices is None:
            return place, None
        if isinstance(probe.indices, tuple) and len(place.shape) == 2:
            post, pre = probe.indices
            post = whole_numbers(f"{label} post indices", post, (0, place.shape[0] - 1))
            pre = whole_numbers(f"{label} pre indices", pre, (0, place.shape[1] - 1))
            return place, np.atleast_1d(pre * place.shape[0] + post).ravel()
        chosen = whole_numbers(f"{label} indices", probe.indices, (0, place.length - 1))
        return place, np.atleast_1d(chosen).ravel()

    def _lay_probes(self) -> None:
        """Records of sampled variables, all but where their samples go."""
        self._probes = np.zeros(len(self._sampled), PROBE)
        self._lengths = [p.length if chosen is None else chosen.size for p, chosen in self._places]
        self._indices = np.concatenate(
            [*(chosen for _, chosen in self._places if chosen is not None), [0]]
        ).astype(np.int64)
        n_chosen = 0
        for row, probe, (place, chosen), length in zip(
            self._probes, self._sampled, self._places, self._lengths, strict=True
        ):
            row["arena"], row["start"], row["length"] = place.arena, place.start, length
            row["every"], row["indices"] = probe.every, -1
            row["connection"] = place.connection
            if chosen is not None:
                row["indices"] = n_chosen
                n_chosen += length

    def _lay_event_probes(self) -> None:
        """Records of recorded spikes, and the buffer that they pass through."""
        self._event_probes = np.zeros(len(self._spiking), EVENT_PROBE)
        rows = 0
        for row, probe in zip(self._event_probes, self._spiking, strict=True):
            if not isinstance(probe.item, Population):
                raise UnknownNameError(f"{probe.item.label} has no variable 'spikes'")
            number = next(
                (k for k, p in enumerate(self._plan.population_items) if p is probe.item), None
            )
            if number is None:
                raise UnknownNameError(f"{probe.item.label} is not in this simulator's network")
            row["population"], row["out"] = number, rows
            row["capacity"] = probe.item.n + _EVENT_ROWS
            rows += int(row["capacity"])
        self._events = np.zeros((rows + 1, 3), np.int32)
        self._first_rows = self._event_probes["out"].tolist()
        self._counts = self._event_probes["count"]

    # -- a run

    def begin(self, start: int, n_steps: int, effective: Callable[[], Effective]) -> None:
        """Make the buffers of a run.

        Parameters
        ----------
        start, n_steps : int
            Steps done before the run, and steps to do.
        effective : callable
            What makes effective weights from (connection, weights [sample, synapse], steps), as
            things are now.

        Raises
        ------
        ParameterError
            Samples that would not fit in free memory.
        """
        self._start = start
        self._kept: list[list[NDArray[np.int32]]] = [[] for _ in self._spiking]
        self._counts[:] = 0
        if any(probe.variable == EFFECTIVE for probe in self._sampled):
            self._effective = effective()
        if self._sampled:
            self._lay_buffers(start, n_steps)

    def _lay_buffers(self, start: int, n_steps: int) -> None:
        """One buffer an arena type, whole for the run."""
        sizes = self._lay_samples(start, n_steps)
        check_memory("the recording", self._n_bytes(sizes))
        self.output = self._output(sizes)

    def _lay_samples(self, start: int, n_steps: int) -> list[int]:
        """Where the samples of each probe go, and how many elements each buffer has to hold."""
        sizes, places = [0] * len(_ARENAS), []
        for probe, (place, _), length in zip(
            self._sampled, self._places, self._lengths, strict=True
        ):
            samples = (start + n_steps) // probe.every - start // probe.every
            places.append(sizes[place.arena])
            sizes[place.arena] += samples * length
        self._probes["out"], self._probes["samples"] = places, 0
        return sizes

    def _n_bytes(self, sizes: list[int]) -> int:
        """Bytes of buffers of these sizes."""
        return sum(n * kind.itemsize for n, kind in zip(sizes, self._types, strict=True))

    def _output(self, sizes: list[int]) -> Output:
        """Buffers of these sizes, zero, and one element more: kernels take slices at an end."""
        buffers = [np.zeros(n + 1, kind) for n, kind in zip(sizes, self._types, strict=True)]
        neural, synaptic, traces, times = buffers
        return Output(neural, synaptic, traces, times, self._events, self._indices)

    def make_room(self) -> None:
        """Move recorded events out of the buffer that steps fill."""
        for first, count, kept in zip(
            self._first_rows, self._counts.tolist(), self._kept, strict=True
        ):
            if count:
                kept.append(self._events[first : first + count].copy())
        self._counts[:] = 0

    def recording(self, stop: int, metadata: dict[str, Any]) -> Recording:
        """What was recorded up to and with step `stop`."""
        self.make_room()
        series: dict[Key, Any] = {}
        steps: dict[Key, NDArray[np.int64]] = {}
        for row, probe, (place, chosen) in zip(
            self._probes[["out", "samples", "length"]].tolist(),
            self._sampled,
            self._places,
            strict=True,
        ):
            out, samples, length = row
            buffer = self.output[place.arena]
            flat = buffer[out : out + samples * length].reshape(samples, length)
            key = (probe.item, probe.variable)
            steps[key] = self._steps_of(probe, samples)
            if probe.variable == EFFECTIVE and isinstance(probe.item, Connection):
                flat = self._effective(probe.item, flat, steps[key])
            series[key] = place.shaped(flat) if chosen is None else flat
        for kept, probe in zip(self._kept, self._spiking, strict=True):
            series[probe.item, "spikes"] = self._as_events(kept, probe, stop)
        return Recording(series, steps, metadata | {"start": self._start + 1, "stop": stop + 1})

    def _steps_of(self, probe: Probe, samples: int) -> NDArray[np.int64]:
        """Steps of a probe's samples."""
        first = (self._start // probe.every + 1) * probe.every
        return np.arange(first, first + samples * probe.every, probe.every, dtype=np.int64)

    def _as_events(self, kept: list[NDArray[np.int32]], probe: Probe, stop: int) -> Events:
        """Recorded spikes, those of chosen neurons at chosen steps."""
        rows = kept[0] if len(kept) == 1 else np.concatenate([np.zeros((0, 3), np.int32), *kept])
        if probe.every != 1:
            rows = rows[rows[:, 0] % probe.every == 0]
        if probe.indices is not None:
            chosen = whole_numbers(
                f"{probe.item.label} spikes indices", probe.indices, (0, _n(probe.item) - 1)
            )
            rows = rows[np.isin(rows[:, 1], chosen)]
        return Events(rows[:, 0], rows[:, 1], rows[:, 2], _n(probe.item), self._start + 1, stop + 1)


def _n(item: Population | Connection) -> int:
    """Neurons of a population."""
    assert not isinstance(item, Connection)
    return item.n
