"""What a learning connection adds to a plan: where its traces, tables and log lie.

It also writes the numbers of the rule there, which can be changed while a network runs.
Example: `RuleLayout(context).lay(0, connection, rule, index_of)` is part of the connection's
record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from loihi_emu.chip.counter import OF_NEURONS, key_of
from loihi_emu.chip.formats import RECEIVED_TRACE_TAU
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.sources import TraceSource
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, LOG_GROUP, MAX_SLOTS
from loihi_emu.kernels.memory.arrays import Arenas
from loihi_emu.kernels.memory.records import (
    MOMENTS,
    N_TRACES,
    N_X,
    NEVER_CHANGES,
    RECIPROCAL_BITS,
    SLOT_X0,
    SLOT_Y0,
    TRACES,
)
from loihi_emu.plan import fixed_numbers
from loihi_emu.plan.layout import PENDING, PlanContext, write_at

IndexOf = Callable[[Population], int]
"""The number of a population."""

_DEPENDENCIES: Final = ("x0", "y0", "u")
_Y: Final = TRACES[N_X:]
_REWARDS: Final = ("r0", "r1")
_REFRESHES: Final = 8  # times that every row is looked at before its log is overwritten
_SETS: Final = 32  # of post neurons that spiked since some epoch: a power of two


@dataclass(frozen=True)
class Learning:
    """What a learning connection adds to a plan."""

    connection: Connection
    rule: LearningRule
    compiled: Any
    seed: int


class RuleLayout:
    """Where what rules learn by lies, and the numbers there.

    Parameters
    ----------
    context : PlanContext

    Attributes
    ----------
    learning : dict of int to Learning
        By number of connection.
    """

    def __init__(self, context: PlanContext) -> None:
        self._context, self._engine, self._machine = context, context.engine, context.machine
        self._state, self._fixed = context.state, context.fixed
        self.learning: dict[int, Learning] = {}
        self._logged_traces: dict[int, list[int]] = {}

    def lay(
        self, number: int, item: Connection, rule: LearningRule, index_of: IndexOf
    ) -> dict[str, int]:
        """Offsets of a learning connection's traces, tables and kernel."""
        compiled = self._engine.compile_rule(rule, self._machine, counting=self._context.counting)
        seed = self._context.seed if rule.rng_seed is None else rule.rng_seed
        reserve, (n_post, n_pre) = self._state.reserve, item.shape
        epoch = rule.t_epoch if self._machine.epochs else 1
        rows = epoch + 1
        record = {
            "learns": 1, "enabled": reserve("wide", 1, "flags"),
            "trace_is_live": reserve("wide", N_TRACES, "flags"),
            "counts": reserve("wide", compiled.n_counts, "counters"),
            "epoch": epoch,
            "decay_tables_per_trace": self._engine.decay_tables_per_trace(rule, self._machine),
            "decimation": -1 if rule.decimation is None else rule.decimation,
            "graded_mode": item.graded_mode, "draw_kind": self._context.draw_kind,
            "draws": len(self.learning), "synaptic_key": key_of(seed, number),
            "neural_key": key_of(seed, number | OF_NEURONS),
            "x": reserve("traces", N_X * n_pre, "traces"),
            "y": reserve("traces", len(_Y) * n_post, "traces"),
            "x_history": reserve("traces", N_X * rows * n_pre, "trace histories"),
            "y_history": reserve("traces", len(_Y) * rows * n_post, "trace histories"),
            "y_at_post_spike": reserve("traces", len(_Y) * n_post, "trace histories"),
            "pre_spike_step": reserve("times", n_pre, "spike times"),
            "post_spike_step": reserve("times", n_post, "spike times"),
            "impulses": reserve("parameters", 2 * (N_TRACES + 1), "parameters"),
            "rewards": reserve("neural", len(_REWARDS), "rewards"),
            "literals": reserve("literal", compiled.literals.size, "parameters"),
            "n_slots": len(compiled.slots),
            "slots": self._fixed.reserve("index", len(compiled.slots), "parameters"),
        }  # fmt: skip
        table, _ = self._engine.tables(
            _rule_traces(rule, item),
            self._machine,
            record["decay_tables_per_trace"],
            self._units(epoch),
        )
        record["tables"] = reserve("table", table.size, "tables")
        reserve("threshold", table.size, "tables")
        form = self._engine.synapse_format_fields(
            item, self._machine, compiled.variables, self._context.bounded
        )
        record["synapse_format"] = reserve("literal", form.size, "parameters")
        record |= self._engine.trace_flags(self._machine)
        record |= self._engine.zero_update_limits(self._machine, item, compiled.variables)
        record["post_spike_count"] = reserve("times", n_post, "spike times")
        if record["spike_factor_is_count"]:
            record["pre_spike_count"] = reserve("times", n_pre, "spike times")
        record |= self._reserve_dependencies(item, rule, compiled)
        if record["has_y0"] and item.panel_ptr is not None:
            record |= self._reserve_log(number, item, rule, record, compiled.slots)
        record["active_post"] = -1
        if item.panel_ptr is not None and _needs_y(rule) and not self._context.counting:
            record["active_post"] = reserve("bitsets", _bitset_size(n_post), "sets of neurons")
        record |= self._reserve_third_factor(item, index_of)
        record |= self._reserve_reward(item)
        record["reward_every"] = epoch if self._machine.reward_decays == "epoch" else 1
        if record.pop("keeps_fraction", 0):
            record["decayed_trace"] = reserve("traces", N_X * n_pre + len(_Y) * n_post, "traces")
        self.learning[number] = Learning(item, rule, compiled, seed)
        return record

    def _reserve_dependencies(
        self, item: Connection, rule: LearningRule, compiled: Any
    ) -> dict[str, int]:
        """Which synapses an epoch touches, and which variables it needs."""
        products = [p for series in rule.series.values() for p in series.products]
        record = {
            f"has_{name}": int(any(p.dependency == name for p in products))
            for name in _DEPENDENCIES
        }
        record["has_x0"] |= int("x0" in compiled.slots)  # a factor x0 makes a spike matter as well
        record["post_products_need_x"] = int(_needs_x(rule))
        used = {f.variable for p in products for f in p.factors} | set(compiled.variables)
        delays = self._machine.learned_delay and self._engine is fixed_numbers
        for variable in ("d", "t"):
            if variable in used or _has(item, variable):
                use = "tag_1" if variable == "t" else "tag_2"
                record[variable] = self._state.reserve("synaptic", item.n_synapses, use)
        record["learned_delay"] = int(delays and "d" in record)
        return record

    def _reserve_log(
        self, number: int, item: Connection, rule: LearningRule, record: dict[str, int],
        slots: tuple[str, ...],
    ) -> dict[str, int]:  # fmt: skip
        """Offsets of a sparse connection's spike log (kernels/deferred)."""
        reserve, use, epoch = self._state.reserve, PENDING, record["epoch"]
        step_bits = epoch.bit_length()
        kept = np.iinfo(self._state.types["bitsets"]).bits // step_bits
        since_shift = 0
        while 1 - ((1 - kept) >> since_shift) > _SETS:  # sets that `kept` epochs can lie in
            since_shift += 1
        read = {slot.split("@")[0] for slot in slots if slot.endswith("@y0")}
        watched = record["zero_update_floor_w"], record["zero_update_floor_t"]
        n_post, n_pre = item.shape
        groups = -(-n_pre // LOG_GROUP) * LOG_GROUP
        self._logged_traces[number] = [
            -1 if name not in read
            else reserve("traces", kept * (groups * epoch if name[0] == "x" else n_post), use)
            for name in TRACES
        ]  # fmt: skip
        return {
            "defers_post_updates": 1, "log_depth": kept, "refresh_period": max(1,
            kept // _REFRESHES),
            "log_bits": step_bits, "log_bits_reciprocal": (1 << RECIPROCAL_BITS) // step_bits + 1,
            "flush_every_epoch": int(
                any(slot in _REWARDS for slot in slots) or record["unrounded_bits"] != 0
                or any(rest != NEVER_CHANGES for rest in watched)
            ),
            "logged_traces": self._fixed.reserve("pointer", N_TRACES, "structure"),
            "last_learned_epoch": reserve("index", n_pre, use),
            "post_spike_log": reserve("bitsets", n_post, use),
            "pre_active_epochs": reserve("bitsets", n_pre, use) if _needs_x(rule) else -1,
            "active_pre": reserve("bitsets", 2 * _bitset_size(n_pre),
            use) if _needs_x(rule) else -1,
            "post_spiked_since": reserve("bitsets", (_SETS + 1) * _bitset_size(n_post), use),
            "since_epoch_shift": since_shift, "n_since_sets": _SETS,
            "logged_counts": reserve("times", kept * n_post,
            use) if record["spike_factor_is_count"] else -1,
            "logged_draws": reserve("index", kept, use),
        }  # fmt: skip

    def _reserve_reward(self, item: Connection) -> dict[str, int]:
        """Where a rule's rewards come from."""
        if item.reward is None:
            return {}
        size = np.size(item.reward.values)
        return {
            "reward": self._fixed.reserve("neural", size, "inputs"),
            "reward_steps": size, "reward_repeats": int(item.reward.repeat),
        }  # fmt: skip

    def _reserve_third_factor(self, item: Connection, index_of: IndexOf) -> dict[str, int]:
        """Where a three-factor rule's y traces come from."""
        source = item.third_factor
        if isinstance(source, Neurons):
            if not any(y is not None for y in source.y):
                raise ParameterError(
                    f"{item.label} third_factor is {source.label}, which has no y1..y3; "
                    "make it with LearningLIF(..., y1=...)"
                )
            return {"third_population": index_of(source)}
        if isinstance(source, TraceSource):
            stacked = source.stacked()
            return {
                "third": self._fixed.reserve("traces", stacked.size, "inputs"),
                "third_steps": len(stacked), "third_repeats": int(source.repeat),
            }  # fmt: skip
        return {}

    def _units(self, t_epoch: int) -> tuple[float, ...]:
        """Times that one decay of x1, x2, y1, y2, y3 and r1 stands for."""
        return self._engine.units((*TRACES, "r1"), self._machine, t_epoch)  # type: ignore[no-any-return]

    def fill_constants(self, record: Any, number: int, arrays: dict[str, Any]) -> None:
        """What does not change: codes of a kernel's inputs, received traces, rewards."""
        learning, engine = self.learning[number], self._engine
        item, codes = learning.connection, [_slot_code(slot) for slot in learning.compiled.slots]
        assert len(codes) <= MAX_SLOTS
        write_at(arrays["index"], record["slots"], np.array(codes, np.int32))
        if record["defers_post_updates"]:
            write_at(arrays["pointer"], record["logged_traces"], self._logged_traces[number])
        if isinstance(item.third_factor, TraceSource):
            values = engine.third_factor(item.third_factor).ravel()
            write_at(arrays["traces"], record["third"], values)
        if item.reward is not None:
            write_at(arrays["neural"], record["reward"], engine.rewards(item.reward))

    def fill(self, record: Any, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Numbers of a rule: literals, formats, tables, impulses; also to change them mid-run."""
        learning = self.learning[number]
        traces = _rule_traces(rule, learning.connection)
        table, threshold = self._engine.tables(
            traces,
            self._machine,
            int(record["decay_tables_per_trace"]),
            self._units(int(record["epoch"])),
        )
        write_at(arenas.table, record["tables"], table)
        write_at(arenas.threshold, record["tables"], threshold)
        impulses = self._engine.impulses(traces, self._machine, self._context.bounded)
        write_at(arenas.parameters, record["impulses"], impulses)
        write_at(arenas.literal, record["literals"], learning.compiled.literals)
        variables = learning.compiled.variables
        form = self._engine.synapse_format_fields(
            learning.connection, self._machine, variables, self._context.bounded
        )
        write_at(arenas.literal, record["synapse_format"], form)
        self.mark_live(record, number, rule, arenas)

    def mark_live(self, record: Any, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Note which traces can differ from 0; the others cost nothing."""
        item = self.learning[number].connection
        for index, name in enumerate(TRACES):
            n = item.pre.n if index < N_X else item.post.n
            start = (record["x"] + index * n) if index < N_X else record["y"] + (index - N_X) * n
            live = getattr(rule, name).impulse != 0 or arenas.traces[start : start + n].any()
            live = live or (name == "x1" and item.graded_mode != 0)
            live = live or (index >= N_X and item.third_factor is not None)
            if live:
                arenas.wide[record["trace_is_live"] + index] = 1


def _bitset_size(n: int) -> int:
    """Words of a set of n neurons, see kernels/gather/bitset.py."""
    return -(-n // BITSET_BITS)


def _needs_x(rule: LearningRule) -> bool:
    """Whether nothing comes of a post spike where the x traces are 0."""
    return _needs(rule, "y0", TRACES[:N_X])


def _needs_y(rule: LearningRule) -> bool:
    """Whether nothing comes of a pre spike where the y traces are 0."""
    return _needs(rule, "x0", TRACES[N_X:])


def _needs(rule: LearningRule, dependency: str, traces: tuple[str, ...]) -> bool:
    """Whether every product of a dependency has some of the traces as a factor."""
    return all(
        any(f.variable in traces and not f.constant for f in product.factors)
        for series in rule.series.values()
        for product in series.products
        if product.dependency == dependency
    )


def _has(item: Connection, variable: str) -> bool:
    """Whether a connection was given tags: they are then kept although no rule uses them."""
    return bool((item.tag_2 if variable == "d" else item.tag_1).any())


def _rule_traces(rule: LearningRule, item: Connection) -> tuple[Trace, ...]:
    """x1, x2, y1, y2, y3 and r1 of a rule, as its connection holds them."""
    return tuple(held_trace(name, getattr(rule, name), item) for name in (*TRACES, "r1"))


def held_trace(name: str, trace: Trace, item: Connection) -> Trace:
    """A rule's trace as its connection holds it.

    x1 has no impulse where payloads write it; received y traces hardly decay (both Lava).
    """
    if name == "x1" and item.graded_mode:
        return Trace(0, trace.tau)
    if name in _Y and item.third_factor is not None and trace == Trace():
        return Trace(0, RECEIVED_TRACE_TAU)
    return trace


def _slot_code(slot: str) -> int:
    """Number of an input of a kernel: x0, y0, or moment and trace; rewards have no row."""
    if slot in ("x0", "y0"):
        return SLOT_X0 if slot == "x0" else SLOT_Y0
    if "@" not in slot:
        return SLOT_X0
    trace, moment = slot.split("@")
    return MOMENTS.index(moment) * N_TRACES + TRACES.index(trace)
