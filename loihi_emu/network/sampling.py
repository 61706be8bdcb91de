"""Probes as tables and buffers that compiled steps fill, and the recording made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import ParameterError, UnknownNameError
from loihi_emu.kernels.tables import EVENT_PROBE, PROBE, Output
from loihi_emu.network.checks import whole_number, whole_numbers
from loihi_emu.network.connections import Connection
from loihi_emu.network.plan import Plan
from loihi_emu.network.populations import Population
from loihi_emu.network.recording import Events, Key, Probe, Recording
from loihi_emu.network.variables import EFFECTIVE, Place, locate

_ARENAS: Final = ("neural", "synaptic", "traces", "times")
_EVENT_ROWS: Final = 4096

Effective = Callable[[Connection, NDArray[Any], NDArray[np.int64]], NDArray[Any]]


class Sampler:
    """Buffers of one run.

    Parameters
    ----------
    plan : Plan
    wishes : list of Probe
    start, n_steps : int
        Steps done before the run, and steps to do.
    effective : callable
        Effective weights from (connection, weights [sample, synapse], steps).

    Raises
    ------
    ParameterError, UnknownNameError
        A probe that cannot be.
    """

    def __init__(
        self, plan: Plan, wishes: list[Probe], start: int, n_steps: int, effective: Effective
    ) -> None:
        self._plan, self._start, self._effective = plan, start, effective
        for wish in wishes:
            if not isinstance(wish, Probe):
                raise ParameterError(f"record holds a {type(wish).__name__}; allowed: Probe")
        keys = [(wish.item, wish.variable) for wish in wishes]
        for key in keys:
            if keys.count(key) > 1:
                raise ParameterError(f"{key[0].label} {key[1]!r} is recorded twice")
        self._sampled = [w for w in wishes if w.variable != "spikes"]
        self._spiking = [w for w in wishes if w.variable == "spikes"]
        self._places = [self._place(wish) for wish in self._sampled]
        self._lay_buffers(n_steps)
        self._lay_events()

    def _place(self, wish: Probe) -> tuple[Place, NDArray[np.int64] | None]:
        """Where a probe reads, and the chosen elements."""
        label = f"{wish.item.label} {wish.variable}"
        whole_number(f"{label} every", wish.every, (1, 2**62))
        place = locate(self._plan, wish.item, wish.variable)
        if wish.indices is None:
            return place, None
        if isinstance(wish.indices, tuple) and len(place.shape) == 2:
            post, pre = wish.indices
            post = whole_numbers(f"{label} post indices", post, (0, place.shape[0] - 1))
            pre = whole_numbers(f"{label} pre indices", pre, (0, place.shape[1] - 1))
            return place, np.atleast_1d(pre * place.shape[0] + post).ravel()
        chosen = whole_numbers(f"{label} indices", wish.indices, (0, place.length - 1))
        return place, np.atleast_1d(chosen).ravel()

    def _lay_buffers(self, n_steps: int) -> None:
        """One buffer an arena type, whole for the run."""
        self.probes = np.zeros(len(self._sampled), PROBE)
        sizes = [0] * len(_ARENAS)
        chosen_all: list[NDArray[np.int64]] = []
        n_chosen = 0
        for row, wish, (place, chosen) in zip(
            self.probes, self._sampled, self._places, strict=True
        ):
            length = place.length if chosen is None else chosen.size
            samples = (self._start + n_steps) // wish.every - self._start // wish.every
            row["arena"], row["start"], row["length"] = place.arena, place.start, length
            row["every"], row["indices"], row["out"] = wish.every, -1, sizes[place.arena]
            if chosen is not None:
                row["indices"] = n_chosen
                chosen_all.append(chosen)
                n_chosen += length
            sizes[place.arena] += samples * length
        self.indices = np.concatenate([*chosen_all, [0]]).astype(np.int64)
        types = self._plan.engine.DTYPES | {"times": np.uint8}
        self._plan.state.check_memory(
            sum(n * np.dtype(types[name]).itemsize for n, name in zip(sizes, _ARENAS, strict=True))
        )
        self._buffers = [
            np.zeros(n + 1, types[name]) for n, name in zip(sizes, _ARENAS, strict=True)
        ]

    def _lay_events(self) -> None:
        """Growing buffers of spikes."""
        self.event_probes = np.zeros(len(self._spiking), EVENT_PROBE)
        self._kept: list[list[NDArray[np.int32]]] = [[] for _ in self._spiking]
        rows = 0
        for row, wish in zip(self.event_probes, self._spiking, strict=True):
            if not isinstance(wish.item, Population):
                raise UnknownNameError(f"{wish.item.label} has no variable 'spikes'")
            number = next(
                (k for k, p in enumerate(self._plan.population_items) if p is wish.item), None
            )
            if number is None:
                raise UnknownNameError(f"{wish.item.label} is not in this simulator's network")
            row["population"], row["out"] = number, rows
            row["capacity"] = wish.item.n + _EVENT_ROWS
            rows += int(row["capacity"])
        self._events = np.zeros((rows + 1, 3), np.int32)

    @property
    def output(self) -> Output:
        """Where compiled steps write."""
        neural, synaptic, traces, times = self._buffers
        return Output(neural, synaptic, traces, times, self._events, self.indices)

    def make_room(self) -> None:
        """Move recorded events out of the buffers that steps fill."""
        for row, kept in zip(self.event_probes, self._kept, strict=True):
            if row["count"]:
                first = row["out"]
                kept.append(self._events[first : first + row["count"]].copy())
                row["count"] = 0

    def recording(self, stop: int, metadata: dict[str, Any]) -> Recording:
        """What was recorded up to and with step `stop`."""
        self.make_room()
        series: dict[Key, Any] = {}
        steps: dict[Key, NDArray[np.int64]] = {}
        for row, wish, (place, chosen) in zip(
            self.probes, self._sampled, self._places, strict=True
        ):
            buffer = self._buffers[place.arena]
            size = int(row["samples"] * row["length"])
            flat = buffer[row["out"] : row["out"] + size].reshape(
                int(row["samples"]), int(row["length"])
            )
            key = (wish.item, wish.variable)
            first = self._start // wish.every + 1
            steps[key] = (first + np.arange(int(row["samples"]))) * wish.every
            if wish.variable == EFFECTIVE and isinstance(wish.item, Connection):
                flat = self._effective(wish.item, flat, steps[key])
            series[key] = place.shaped(flat) if chosen is None else flat
        for kept, wish in zip(self._kept, self._spiking, strict=True):
            series[wish.item, "spikes"] = self._as_events(kept, wish, stop)
        return Recording(series, steps, metadata | {"start": self._start + 1, "stop": stop + 1})

    def _as_events(self, kept: list[NDArray[np.int32]], wish: Probe, stop: int) -> Events:
        """Recorded spikes, those of chosen neurons at chosen steps."""
        rows = np.concatenate([np.zeros((0, 3), np.int32), *kept])
        if wish.every != 1:
            rows = rows[rows[:, 0] % wish.every == 0]
        if wish.indices is not None:
            chosen = whole_numbers(
                f"{wish.item.label} spikes indices", wish.indices, (0, _n(wish.item) - 1)
            )
            rows = rows[np.isin(rows[:, 1], chosen)]
        return Events(rows[:, 0], rows[:, 1], rows[:, 2], _n(wish.item), self._start + 1, stop + 1)


def _n(item: Population | Connection) -> int:
    """Neurons of a population."""
    assert not isinstance(item, Connection)
    return item.n
