"""Variants of a sweep side by side: which sweeps can run so, and how their memory is laid out.

Element k of an arena is followed by element k of the next variant, and offsets in records are those
of one variant times the width; see kernels/batch. Example: weight 5 of variant 3 of the first
group lies at (w + 5) * 32 + 3.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.counter import WORD_BITS
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import SpikeEvents
from loihi_emu.kernels.batch.simd_draws import WORDS_OF_KEYS
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.address_table import Records
from loihi_emu.kernels.memory.arrays import Arenas, Block, Output, Tables
from loihi_emu.kernels.memory.records import N_TRACES, NEVER_CHANGES, REGULAR_IMPULSE
from loihi_emu.plan.plan import Plan
from loihi_emu.sweeps.batch import Batch
from loihi_emu.sweeps.differences import Differences, Snapshot
from loihi_emu.sweeps.recording import SweepSampler

_FEWEST: Final = 4  # variants that are worth a group
_MOST_BYTES: Final = 1 << 18  # of a variant: more, and what few spikes touch is no longer near
_EVENTS: Final = 1 << 14

_OFFSETS: Final = {
    "populations": (
        "n", "u", "v", "bias", "input", "refractory_until", "flags", "spikes", "payloads", "count",
        "thread_spike_lists",
        "thread_spike_counts", "parameters",
    ),
    "connections": (
        "target", "n_pre", "n_post", "n_synapses", "w", "d", "t", "delay_ring", "last_input",
        "input_is_probed",
        "weights_written_by_rule",
        "enabled", "x", "y", "trace_is_live", "x_history", "y_history", "y_at_post_spike",
        "pre_spike_step", "post_spike_step", "tables", "impulses",
        "post_spike_count", "rewards",
    ),
    "probes": ("start", "length", "indices", "out"),
}  # fmt: skip
"""Fields of records that are offsets into arenas side by side, or lengths there."""

_PLAIN_NEURONS: Final = {"noise_target": -1, "y": -1, "relayed": -1}
_PLAIN_CONNECTION: Final = {
    "sparse": 0, "delays": -1, "learned_delay": 0, "unshifted_ring": -1, "is_graded": 0,
    "scale_per_synapse": 0,
}  # fmt: skip
_PLAIN_LEARNING: Final = {
    "graded_mode": REGULAR_IMPULSE, "third": -1, "third_population": -1, "reward": -1,
    "decay_tables_per_trace": 1,
    "decayed_trace": -1, "spike_factor_is_count": 0, "zero_update_floor_w": NEVER_CHANGES,
    "zero_update_floor_t": NEVER_CHANGES,
    "unrounded_bits": 0,
}  # fmt: skip
"""What the records of networks that can run side by side hold."""


def can_run_simd(start: Snapshot, found: Differences) -> bool:
    """Whether variants can run side by side, and gain by it."""
    plan = start.plan
    return (
        plan.mode == "fixed_pt"
        and found.n >= _FEWEST
        and plan.state.n_bytes - plan.state.uses["tables"] <= _MOST_BYTES
        and all(
            _matches(record, _PLAIN_NEURONS)
            for record, item in zip(plan.populations, plan.population_items, strict=True)
            if not isinstance(item, SpikeEvents)
        )
        and all(
            _matches(record, _PLAIN_CONNECTION)
            and (not record["learns"] or _matches(record, _PLAIN_LEARNING))
            for record in plan.connections
        )
        and all(_all_equal(one.rows) for one in found.numbers if one.arena == "literal")
        and all(_all_equal(one.values) for one in found.fields if one.name == "decimation")
    )


def _matches(record: Any, plain: dict[str, int]) -> bool:
    return all(record[name] == value for name, value in plain.items())


def _all_equal(rows: NDArray[Any]) -> bool:
    """Whether all variants have the same: a kernel's call has one rule."""
    return bool((rows == rows[0]).all())


def _scaled(table: str, records: NDArray[Any]) -> NDArray[Any]:
    """Records whose offsets are those of variants side by side; -1 stays below 0."""
    scaled = records.copy()
    for name in _OFFSETS[table]:
        scaled[name] *= WIDTH
    if table == "connections":
        scaled["stripe_bits"] += WIDTH.bit_length() - 1
    return scaled


class SimdSampler(SweepSampler):
    """Probes of a sweep whose variants run side by side.

    Samples and spikes pass through buffers of the groups that run, and are then sorted by variant.
    """

    def __init__(
        self, plan: Plan, requested: list[Probe], *, start: int, n_steps: int, n_variants: int
    ) -> None:
        super().__init__(plan, requested, start=start, n_steps=n_steps, n_variants=n_variants)
        spread = self._indices[:-1, None] * WIDTH + np.arange(WIDTH)
        self._spread: NDArray[np.int64] = np.append(spread.ravel(), 0)
        rows = 0
        for record in self._event_probes:
            record["out"], record["capacity"] = rows, record["capacity"] * WIDTH + _EVENTS
            rows += int(record["capacity"])
        self._events = np.zeros((rows + 1, 3), np.int32)
        self._first_rows = self._event_probes["out"].tolist()

    @property
    def event_bytes(self) -> int:
        """Of the buffer that the spikes of one variant pass through."""
        return super().event_bytes // WIDTH

    def allocate(self, at_once: int) -> None:
        """Make the buffers: of all variants for samples, of the groups that run for both."""
        super().allocate(at_once // WIDTH)
        self._groups = [
            np.zeros((at_once // WIDTH, n, WIDTH), kind)
            for n, kind in zip(self._sizes, self._types, strict=True)
        ]

    def begin_variants(self, first: int, stop: int) -> Output:
        """Buffers of the groups of variants first .. stop - 1, which run next."""
        self._first, self._stop = first, stop
        self.probes[:] = _scaled("probes", self._probes)
        self.event_probes[:] = self._event_probes
        neural, synaptic, traces, times = (group.reshape(len(group), -1) for group in self._groups)
        return Output(neural, synaptic, traces, times, self._passing, self._spread)

    def move_events(self) -> None:
        """Move spikes out of the buffers that steps fill, to the variants they are of."""
        counts: NDArray[np.int64] = self.event_probes["count"]
        for group, probe in np.argwhere(counts).tolist():
            at, first = self._first_rows[probe], self._first + group * WIDTH
            events = self._passing[group, at : at + counts[group, probe]]
            variant = events[:, 1] % WIDTH
            order = np.argsort(variant, kind="stable")
            events = events[order]
            events[:, 1] //= WIDTH
            edges = np.searchsorted(variant[order], np.arange(WIDTH + 1))
            for k in range(min(WIDTH, self._stop - first)):
                if edges[k] < edges[k + 1]:
                    self._kept_of[probe][first + k].append(events[edges[k] : edges[k + 1]])
        counts[...] = 0

    def end_variants(self) -> None:
        """Sort samples by variant, when the groups have done all steps."""
        n = self._stop - self._first
        for kept, group in zip(self._buffers, self._groups, strict=True):
            by_variant = group.transpose(0, 2, 1).reshape(len(group) * WIDTH, group.shape[1])
            kept[self._first : self._stop] = by_variant[:n]


class SimdBatch(Batch):
    """Groups of variants that run at the same time: an array of each arena a group.

    The last group is filled up with copies of the last variant.
    """

    width = WIDTH

    def _make(self, most: int, threads: int) -> None:
        start, plan = self._start, self._start.plan
        n, learning = most // WIDTH, max(1, len(plan.learning))
        self._arenas = Arenas(*(
            arena.copy() if name == "literal" else np.zeros((n, arena.size * WIDTH), arena.dtype)
            for name, arena in start.arenas._asdict().items()
        ))  # fmt: skip
        for numbers in self._changes.numbers:
            if numbers.arena == "literal":
                place = slice(numbers.start, numbers.start + numbers.rows.shape[1])
                self._arenas.literal[place] = numbers.rows[0]
        connections = _scaled("connections", plan.connections)
        for field in self._changes.fields:
            if field.name == "decimation":
                connections[field.row][field.name] = field.values[0]
        self._tables = Tables(
            _scaled("populations", plan.populations), plan.inputs, connections,
            self._sampler.probes, self._sampler.event_probes,
        )  # fmt: skip
        self._keys = np.zeros((n, learning, WORDS_OF_KEYS, WIDTH), np.uint32)
        self._given_keys = {
            (field.row, field.name): field.values
            for field in self._changes.fields
            if field.table == "connections"
        }
        self._slopes = np.zeros((n, learning * N_TRACES * WIDTH), np.uint32)
        self._records = Records(most, WIDTH)
        for group in (self._arenas, self._tables, plan.constants):
            self._records.bind(group)
        self._records.point(variant_keys=self._keys, decay_slopes=self._slopes)
        blocks = [_widen(plan.blocks()[0]) for _ in range(threads)]
        owners = np.arange(most) // WIDTH % threads
        self._records.bind_each([blocks[owner] for owner in owners])
        self._point_to_shared(owners, threads)

    def _which(self, first: int, stop: int) -> NDArray[np.int64]:
        n = -(-(stop - first) // WIDTH) * WIDTH
        return np.minimum(np.arange(first, first + n), stop - 1)

    def _write(self, which: NDArray[np.int64]) -> None:
        n = len(which) // WIDTH
        views = {}
        for name, rows in self._arenas._asdict().items():
            if name != "literal":
                own = getattr(self._start.arenas, name)
                views[name] = rows.reshape(len(rows), own.size, WIDTH)[:n]
                views[name][:] = own[:, None]
        for numbers in self._changes.numbers:
            if numbers.arena != "literal":
                rows = numbers.of(which).reshape(n, WIDTH, -1).swapaxes(1, 2)
                views[numbers.arena][:, numbers.start : numbers.start + rows.shape[1]] = rows
        for flag in self._changes.live:
            flags = views["wide"][:, flag]
            flags[:] = flags.any(axis=1, keepdims=True)
        for k, number in enumerate(self._start.plan.learning):
            for kind, name in enumerate(("synaptic_key", "neural_key")):
                keys = self._given_keys[number, name][which].astype(np.uint64).reshape(n, WIDTH)
                self._keys[:n, k, 2 * kind] = keys
                self._keys[:n, k, 2 * kind + 1] = keys >> WORD_BITS


def _widen(block: Block) -> Block:
    """Scratch whose spike lists hold the neurons of all variants."""
    lists = [np.zeros(block.spiked_pre.size * WIDTH, np.int32) for _ in range(2)]
    return block._replace(spiked_pre=lists[0], spiked_post=lists[1])
