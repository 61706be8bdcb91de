"""A plan: (description, machine, mode) -> records of offsets, arenas to fill, kernels to call.

Everything about a run that does not change with time is decided here, once.
Example: `Plan(network, LAVA, "fixed_pt")` lays out memory; `plan.fill()` gives the state of step 0.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.formats import RECEIVED_TRACE_TAU
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.compiler.microcode import Microcode
from loihi_emu.engine import fixed, ideal
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.source import BLOCK, MAX_SLOTS
from loihi_emu.kernels.tables import (
    ALWAYS_AT_REST,
    CONNECTION,
    COUNTER_DRAWS,
    FEW,
    FROM_NOTHING,
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    INPUT,
    INVERSE_BITS,
    LINE,
    MOMENTS,
    N_PARAMETERS,
    N_TRACES,
    N_X,
    NEIGHBOURS,
    PAGE,
    POPULATION,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
    TRACES,
    WORD,
    Arenas,
    Block,
    Constants,
    edge,
)
from loihi_emu.network.checks import one_of
from loihi_emu.network.connections import Connection
from loihi_emu.network.description import Network
from loihi_emu.network.layout import STATE, Layout
from loihi_emu.network.populations import Neurons, Population, ThirdFactor
from loihi_emu.network.sources import CurrentInput, SpikeEvents, TraceSource

MODES: Final[dict[str, ModuleType]] = {module.MODE: module for module in (fixed, ideal)}
"""The two modes; a plan uses one module's functions throughout."""

_DEPENDENCIES: Final = ("x0", "y0", "u")
_LEARNED_DELAY_ROWS: Final = 64
_Y: Final = ("y1", "y2", "y3")
_REWARDS: Final = ("r0", "r1")
_TURNS: Final = 8  # times that every row is looked at while notes are kept
_SETS: Final = 16  # of post neurons that spiked since some epoch: a power of two
_STRETCHES: Final = 8  # of pre neurons, of a thread, at least where there are enough
_SHORTEST_BITS: Final = WORD.bit_length() - 1  # what two threads write shares no word of a set
_NO_INDICES: Final = np.zeros(1, np.uint16)
_MOST_LINES: Final = 16  # of a row; the processor's own prefetcher does the rest


@dataclass(frozen=True)
class Learning:
    """What a learning connection adds to a plan."""

    connection: Connection
    rule: LearningRule
    compiled: Any
    seed: int


class Plan:
    """Records, arenas and kernels of one network on one machine in one mode.

    Parameters
    ----------
    network : Network
    machine : Machine
    mode : {'fixed_pt', 'floating_pt'}
    seed : int
        Of every rule without an `rng_seed` of its own.
    counter : bool
        Whether kernels draw for each trace and synapse, or take shared draws.
    counting : bool
        Whether saturations and wraps are counted.
    interpreted : bool
        Whether rules are run by the interpreter and need no kernels.
    threads : int
        That share the work of a run.

    Raises
    ------
    ParameterError
        A value out of the machine's range, or a network larger than free memory.
    """

    def __init__(
        self, network: Network, machine: Machine, mode: str, *, seed: int = 0,
        counter: bool = False, counting: bool = False, interpreted: bool = False,
        threads: int = 1,
    ) -> None:  # fmt: skip
        self.engine = MODES[one_of("mode", mode, tuple(MODES))]
        self.machine, self.mode, self.seed, self.counting = machine, mode, seed, counting
        self.interpreted, self.threads = interpreted, threads
        self.draw_kind = COUNTER_DRAWS if counter else SHARED_DRAWS
        self.population_items = list(network.populations)
        self.connection_items = list(network.connections)
        self.input_items = list(network.inputs)
        self.state = Layout({**self.engine.DTYPES, **STATE})
        self.fixed = Layout({
            "index": np.int32, "near": np.uint16, "pointer": np.int64, "delays": np.uint8,
            "neural": self.engine.DTYPES["neural"], "traces": self.engine.DTYPES["traces"],
        })  # fmt: skip
        self.learning: dict[int, Learning] = {}
        self.late_traces: dict[int, list[int]] = {}
        self.located: dict[Population | Connection, dict[str, Any]] = {}
        self.populations = self._table(POPULATION, self.population_items, self._lay_population)
        self.connections = self._table(CONNECTION, self.connection_items, self._lay_connection)
        self.inputs = self._table(INPUT, self.input_items, self._lay_input)
        self._lay_endings()
        self.state.check_memory(self.fixed.n_bytes)
        self.constants = self._fill_constants()

    @functools.cached_property
    def has_late(self) -> bool:
        """Whether post spikes of some connection wait to be learned from, see kernels/late.py."""
        return bool(self.connections["late"].any())

    @property
    def codes(self) -> list[Microcode]:
        """Microcode of every learning connection, in their order (fixed point)."""
        return [one.compiled.code for one in self.learning.values()]

    def network(self) -> Network:
        """The network as it was planned."""
        network = Network()
        network.populations += self.population_items
        network.connections += self.connection_items
        network.inputs += self.input_items
        return network

    # -- layout

    def _table(self, kind: Any, items: list[Any], lay: Any) -> NDArray[Any]:
        """A table of records, one an item."""
        table = np.zeros(len(items), dtype=kind)
        for number, item in enumerate(items):
            self.state.owner = (lay.__name__.removeprefix("_lay_"), number)
            for key, value in lay(number, item).items():
                table[number][key] = value
        return table

    def index_of(self, population: Population) -> int:
        """Number of a population."""
        return next(k for k, p in enumerate(self.population_items) if p is population)

    def _lay_population(self, number: int, item: Population) -> dict[str, int]:
        """Offsets of one population."""
        n, reserve = item.n, self.state.reserve
        record = {
            "n": n, "spikes": reserve("index", n, "spike lists"),
            "payloads": reserve("index", n, "spike lists"), "count": reserve("wide", 1, "flags"),
            "listed": reserve("index", 2 * n * (self.threads > 1), "spike counts"),
            "counts": reserve("wide", self.threads, "spike counts"),
            "until": -1, "y": -1, "third_input": -1, "input": -1, "noise_target": -1,
            "seed": self.seed, "stream": number,
        }  # fmt: skip
        if isinstance(item, SpikeEvents):
            pointer = self.fixed.reserve("pointer", item.length + 1, "events")
            events = self.fixed.reserve("index", 2 * item.steps.size, "events")
            return record | {
                "is_source": 1, "event_pointer": pointer, "events": events,
                "event_steps": item.length, "repeats": int(item.repeat),
            }  # fmt: skip
        assert isinstance(item, Neurons)
        record |= {name: reserve("neural", n, "neuron state") for name in ("u", "v", "input")}
        record["bias"] = reserve("neural", n, "biases")
        record |= self.engine.neuron_flags(item, self.machine)
        record["flags"] = reserve("times", n, "neuron state")
        record["parameters"] = reserve("parameters", N_PARAMETERS, "parameters")
        if item.refractory_period is not None:
            record["until"] = reserve("index", n, "neuron state")
        if any(source is not None for source in item.y):
            record |= self._lay_own_traces(item)
        return record

    def _lay_own_traces(self, item: Neurons) -> dict[str, int]:
        """Offsets of a learning LIF's y traces."""
        record = {"y": self.state.reserve("traces", len(_Y) * item.n, "traces")}
        for name, source in zip(_Y, item.y, strict=True):
            kind = FROM_SPIKES if isinstance(source, Trace) else FROM_THIRD_FACTOR
            record[f"{name}_from"] = FROM_NOTHING if source is None else kind
        record["third_input"] = self.state.reserve("neural", item.n, "neuron state")
        table, _ = self.engine.tables(_own_traces(item), self.machine, 1)
        record["tables"] = self.state.reserve("table", table.size, "tables")
        self.state.reserve("threshold", table.size, "tables")
        record["impulses"] = self.state.reserve("parameters", 2 * len(_Y), "parameters")
        return record

    def _lay_input(self, number: int, item: CurrentInput) -> dict[str, int]:
        """Offsets of one array of currents."""
        del number
        steps, n = np.shape(item.values)
        return {
            "population": self.index_of(item.population), "n": n, "steps": steps,
            "repeats": int(item.repeat),
            "values": self.fixed.reserve("neural", steps * n, "inputs"),
        }  # fmt: skip

    def _lay_connection(self, number: int, item: Connection) -> dict[str, int]:
        """Offsets of one connection."""
        reserve, n_synapses, (n_post, n_pre) = self.state.reserve, item.n_synapses, item.shape
        post = _end(item)
        record: dict[str, int] = {
            "pre": self.index_of(item.pre), "post": self.index_of(item.post_spikes or post),
            "target": -1,
            "n_pre": n_pre, "n_post": n_post, "n_synapses": n_synapses,
            "w": reserve("synaptic", n_synapses, "weights"), "d": -1, "t": -1, "delays": -1,
            "arrivals": -1, "third": -1, "third_population": -1, "decimation": -1,
            "graded": int(item.num_message_bits > 0), "written": reserve("wide", 1, "flags"),
            "first_epoch": self.machine.first_epoch, "reward": -1, "kept": -1,
            "in_seconds": int(self.machine.decimation_counts == "seconds"),
        }  # fmt: skip
        if isinstance(post, Neurons):
            place = "third_input" if isinstance(item.post, ThirdFactor) else "input"
            record["target"] = int(self.populations[self.index_of(post)][place])
        record |= self._lay_parts(item)
        record |= self.engine.delivery(item, self.machine)
        if item.rule is not None:
            record |= self._lay_learning(number, item, item.rule)
        return record | self._lay_rings(item, record)

    def _lay_endings(self) -> None:
        """Where each population finds what ends on it: numbers of connections, then of currents."""
        self._endings = [
            [
                [k for k, item in enumerate(self.connection_items) if _end(item) is population],
                [k for k, item in enumerate(self.input_items) if item.population is population],
            ]
            for population in self.population_items
        ]
        for record, (connections, inputs) in zip(self.populations, self._endings, strict=True):
            record["n_ending"], record["n_given"] = len(connections), len(inputs)
            n = len(connections) + len(inputs)
            record["ending"] = self.fixed.reserve("index", n, "structure")

    def _lay_parts(self, item: Connection) -> dict[str, int]:
        """Offsets of a connection's parts: rows cut between threads' neurons and between pages."""
        parts = len(self.edges(item)) - 1
        record = {
            "parts": parts, "edges": self.fixed.reserve("index", parts + 1, "structure"),
            "first_part": self.fixed.reserve("index", self.threads + 1, "structure"),
            "stretch_bits": self._stretch_bits(item.pre.n),
        }  # fmt: skip
        if item.pages is not None:
            record["sparse"] = 1
            record["pointer"] = self.fixed.reserve("pointer", item.pre.n * parts + 1, "structure")
            record["near"] = self.fixed.reserve("near", item.n_synapses, "structure")
            record["pages"] = item.n_pages
            record["page_parts"] = self.fixed.reserve("index", item.n_pages + 1, "structure")
            in_row = item.n_synapses / max(1, item.pre.n)
            record["row_lines"], record["part_lines"] = _lines(in_row), _lines(in_row / parts)
        return record

    def _stretch_bits(self, n: int) -> int:
        """Of how many pre neurons, as a power of two, each thread has stretches, several of n.

        Neurons that spike often mostly lie side by side: stretches share them out.
        """
        if self.threads == 1:
            return n.bit_length()
        return max(_SHORTEST_BITS, (n // (self.threads * _STRETCHES)).bit_length() - 1)

    def edges(self, item: Connection) -> NDArray[np.int64]:
        """First post neuron of each part of a connection's rows, and the number of all."""
        n = item.post.n
        threads = [edge(n, k, self.threads) for k in range(self.threads + 1)]
        pages = [] if item.pages is None else list(range(0, n, PAGE))
        return np.unique([*threads, *pages])

    def _lay_rings(self, item: Connection, record: dict[str, int]) -> dict[str, int]:
        """Offsets of a connection's rings of arriving input."""
        n_post, longest = item.post.n, 0
        ring: dict[str, int] = {}
        if item.delays is not None:
            ring["delays"] = self.fixed.reserve("delays", item.n_synapses, "structure")
            longest = int(item.delays.max(initial=0))
        if record.get("learned_delay"):
            if item.delays is not None:
                raise ParameterError(
                    f"{item.label} has delays and learns d; machine {self.machine.name} delays "
                    "by d: give the delays as tag_2"
                )
            longest = _LEARNED_DELAY_ROWS - 1
        ring["ring_rows"] = longest + 1
        ring["ring"] = self.state.reserve("neural", (longest + 1) * n_post, "input rings")
        ring["sent"] = self.state.reserve("neural", n_post, "input rings")
        if longest and record["exponent"] < 0 and not record["scales_synapse"]:
            ring["arrivals"] = self.state.reserve("neural", (longest + 1) * n_post, "input rings")
        return ring

    def _lay_learning(self, number: int, item: Connection, rule: LearningRule) -> dict[str, int]:
        """Offsets of a learning connection's traces, tables and kernel."""
        compiled = self.engine.compile_rule(
            rule, self.machine, counting=self.counting, interpreted=self.interpreted
        )
        seed = self.seed if rule.rng_seed is None else rule.rng_seed
        reserve, (n_post, n_pre) = self.state.reserve, item.shape
        epoch = rule.t_epoch if self.machine.epochs else 1
        rows = epoch + 1
        record = {
            "learns": 1, "enabled": reserve("wide", 1, "flags"),
            "live": reserve("wide", N_TRACES, "flags"),
            "counts": reserve("wide", compiled.n_counts, "counters"), "kernel": compiled.address,
            "epoch": epoch, "jumps": self.engine.jumps(rule, self.machine),
            "decimation": -1 if rule.decimation is None else rule.decimation,
            "mode": item.graded_mode, "draw_kind": self.draw_kind, "draws": len(self.learning),
            "stream": number, "seed": seed,
            "x": reserve("traces", N_X * n_pre, "traces"),
            "y": reserve("traces", len(_Y) * n_post, "traces"),
            "hx": reserve("traces", N_X * rows * n_pre, "trace histories"),
            "hy": reserve("traces", len(_Y) * rows * n_post, "trace histories"),
            "at_own_spike": reserve("traces", len(_Y) * n_post, "trace histories"),
            "tx": reserve("times", n_pre, "spike times"),
            "ty": reserve("times", n_post, "spike times"),
            "impulses": reserve("parameters", 2 * (N_TRACES + 1), "parameters"),
            "rewards": reserve("neural", len(_REWARDS), "rewards"),
            "literals": reserve("literal", compiled.literals.size, "parameters"),
            "n_slots": len(compiled.slots),
            "slots": self.fixed.reserve("index", len(compiled.slots), "parameters"),
        }  # fmt: skip
        table, _ = self.engine.tables(_rule_traces(rule, item), self.machine, record["jumps"])
        record["tables"] = reserve("table", table.size, "tables")
        reserve("threshold", table.size, "tables")
        form = self.engine.form(item, self.machine, compiled.variables)
        record["form"] = reserve("literal", form.size, "parameters")
        record |= self.engine.graded(self.machine)
        record |= self.engine.rests(self.machine, item, compiled.variables)
        record["ny"] = reserve("times", n_post, "spike times")
        if record["count_spikes"]:
            record["nx"] = reserve("times", n_pre, "spike times")
        record |= self._lay_dependencies(item, rule, compiled)
        if record["has_y0"] and item.pages is not None:
            record |= self._lay_late(item, rule, record, compiled.slots)
        record["stirred"] = -1
        if item.pages is not None and _needs_y(rule) and not self.counting:
            record["stirred"] = reserve("fired", _words(n_post), "sets of neurons")
        record |= self._lay_third_factor(item)
        record |= self._lay_reward(item)
        if record.pop("keeps_fraction", 0):
            record["kept"] = reserve("traces", N_X * n_pre + len(_Y) * n_post, "traces")
        self.learning[number] = Learning(item, rule, compiled, seed)
        return record

    def _lay_dependencies(
        self, item: Connection, rule: LearningRule, compiled: Any
    ) -> dict[str, int]:
        """Which synapses an epoch touches, and which variables it needs."""
        products = [p for series in rule.series.values() for p in series.products]
        record = {
            f"has_{name}": int(any(p.dependency == name for p in products))
            for name in _DEPENDENCIES
        }
        record["has_x0"] |= int("x0" in compiled.slots)  # a factor x0 makes a spike matter as well
        record["needs_x"] = int(_needs_x(rule))
        used = {f.variable for p in products for f in p.factors} | set(compiled.variables)
        delays = self.machine.learned_delay and self.engine is fixed
        for variable in ("d", "t"):
            if variable in used or item_has(item, variable):
                use = "tag_1" if variable == "t" else "tag_2"
                record[variable] = self.state.reserve("synaptic", item.n_synapses, use)
        record["learned_delay"] = int(delays and "d" in record)
        return record

    def _lay_late(
        self, item: Connection, rule: LearningRule, record: dict[str, int], slots: tuple[str, ...]
    ) -> dict[str, int]:
        """Offsets of what a sparse connection notes of post spikes, see kernels/late.py."""
        reserve, use, epoch = self.state.reserve, "waiting updates", record["epoch"]
        step_bits = epoch.bit_length()
        kept = np.iinfo(self.state.types["fired"]).bits // step_bits
        since_shift = 0
        while 1 - ((1 - kept) >> since_shift) > _SETS:  # sets that `kept` epochs can lie in
            since_shift += 1
        read = {slot.split("@")[0] for slot in slots if slot.endswith("@y0")}
        watched = record["rest_w"], record["rest_t"]
        n_post, n_pre = item.shape
        groups = -(-n_pre // NEIGHBOURS) * NEIGHBOURS
        self.late_traces[id(item)] = [
            -1 if name not in read
            else reserve("traces", kept * (groups * epoch if name[0] == "x" else n_post), use)
            for name in TRACES
        ]  # fmt: skip
        return {
            "late": 1, "epochs_kept": kept, "turn": max(1, kept // _TURNS),
            "step_bits": step_bits, "bits_inverse": (1 << INVERSE_BITS) // step_bits + 1,
            "at_once": int(
                any(slot in _REWARDS for slot in slots) or record["loose_bits"] != 0
                or any(rest != ALWAYS_AT_REST for rest in watched)
            ),
            "late_traces": self.fixed.reserve("pointer", N_TRACES, "structure"),
            "seen": reserve("index", n_pre, use),
            "fired": reserve("fired", n_post, use),
            "lively": reserve("fired", n_pre, use) if _needs_x(rule) else -1,
            "alive": reserve("fired", 2 * _words(n_pre), use) if _needs_x(rule) else -1,
            "since": reserve("fired", (_SETS + 1) * _words(n_post), use),
            "since_shift": since_shift, "since_sets": _SETS,
            "late_counts": reserve("times", kept * n_post, use) if record["count_spikes"] else -1,
            "late_draws": reserve("index", kept, use),
        }  # fmt: skip

    def _lay_reward(self, item: Connection) -> dict[str, int]:
        """Where a rule's rewards come from."""
        if item.reward is None:
            return {}
        size = np.size(item.reward.values)
        return {
            "reward": self.fixed.reserve("neural", size, "inputs"),
            "reward_steps": size, "reward_repeats": int(item.reward.repeat),
        }  # fmt: skip

    def _lay_third_factor(self, item: Connection) -> dict[str, int]:
        """Where a three-factor rule's y traces come from."""
        source = item.third_factor
        if isinstance(source, Neurons):
            if not any(y is not None for y in source.y):
                raise ParameterError(
                    f"{item.label} third_factor is {source.label}, which has no y1..y3; "
                    "make it with LearningLIF(..., y1=...)"
                )
            return {"third_population": self.index_of(source)}
        if isinstance(source, TraceSource):
            stacked = source.stacked()
            return {
                "third": self.fixed.reserve("traces", stacked.size, "inputs"),
                "third_steps": len(stacked), "third_repeats": int(source.repeat),
            }  # fmt: skip
        return {}

    # -- constants and the state of step 0

    def _fill_constants(self) -> Constants:
        """Structure, events and inputs."""
        arrays = self.fixed.allocate(without=("near",))
        near = [item.near for item in self.connection_items if item.near is not None]
        arrays["near"] = near[0] if len(near) == 1 else np.concatenate([*near, _NO_INDICES])
        for record, source in zip(self.populations, self.population_items, strict=True):
            if isinstance(source, SpikeEvents):
                _fill_events(record, source, arrays)
        for record, (connections, inputs) in zip(self.populations, self._endings, strict=True):
            _put(arrays["index"], record["ending"], [*connections, *inputs])
        for record, given in zip(self.inputs, self.input_items, strict=True):
            values = self.engine.currents(given).ravel()
            arrays["neural"][record["values"] : record["values"] + values.size] = values
        for number, (record, item) in enumerate(
            zip(self.connections, self.connection_items, strict=True)
        ):
            self._fill_structure(record, item, arrays)
            if number in self.learning:
                self._fill_slots(record, self.learning[number], arrays)
        return Constants(**arrays)

    def _fill_structure(self, record: Any, item: Connection, arrays: dict[str, Any]) -> None:
        """Parts of rows, delays, received traces of a connection."""
        n, edges = item.n_synapses, self.edges(item)
        _put(arrays["index"], record["edges"], edges)
        shares = [edge(item.post.n, k, self.threads) for k in range(self.threads + 1)]
        _put(arrays["index"], record["first_part"], np.searchsorted(edges, shares))
        if item.pages is not None:
            _put(arrays["pointer"], record["pointer"], _row_parts(item, edges))
            pages = [*range(0, item.post.n, PAGE), item.post.n]
            _put(arrays["index"], record["page_parts"], np.searchsorted(edges, pages))
        if record["late"]:
            _put(arrays["pointer"], record["late_traces"], self.late_traces[id(item)])
        if item.delays is not None:
            arrays["delays"][record["delays"] : record["delays"] + n] = item.delays
        if isinstance(item.pre, SpikeEvents):
            self.engine.check_payloads(item, item.pre.payloads)
        if isinstance(item.third_factor, TraceSource):
            values = self.engine.third_factor(item.third_factor).ravel()
            _put(arrays["traces"], record["third"], values)
        if item.reward is not None:
            _put(arrays["neural"], record["reward"], self.engine.rewards(item.reward))

    def _fill_slots(self, record: Any, learning: Learning, arrays: dict[str, Any]) -> None:
        """Codes of the inputs that a rule's kernel reads."""
        codes = [_slot_code(slot) for slot in learning.compiled.slots]
        assert len(codes) <= MAX_SLOTS
        _put(arrays["index"], record["slots"], np.array(codes, np.int32))

    def fill(self) -> Arenas:
        """State arenas as they are before step 1."""
        arenas = Arenas(**self.state.allocate())
        for record, neurons in zip(self.populations, self.population_items, strict=True):
            if isinstance(neurons, Neurons):
                self._fill_neurons(record, neurons, arenas)
        for number, item in enumerate(self.connection_items):
            self._fill_synapses(self.connections[number], item, arenas)
            if number in self.learning:
                arenas.wide[self.connections[number]["enabled"]] = 1
                self.fill_rule(number, self.learning[number].rule, arenas)
        return arenas

    def _fill_neurons(self, record: Any, item: Neurons, arenas: Arenas) -> None:
        """Initial u and v, biases and parameters."""
        n = item.n
        for name in ("u", "v"):
            place = record[name]
            values = self.engine.state(name, getattr(item, name), item.label)
            arenas.neural[place : place + n] = values
        arenas.neural[record["bias"] : record["bias"] + n] = self.engine.bias(item)
        _put(arenas.parameters, record["parameters"], self.engine.parameters(item, self.machine))
        if record["y"] >= 0:
            traces = _own_traces(item)
            table, threshold = self.engine.tables(traces, self.machine, 1)
            _put(arenas.table, record["tables"], table)
            _put(arenas.threshold, record["tables"], threshold)
            _put(arenas.parameters, record["impulses"], self.engine.impulses(traces, self.machine))

    def _fill_synapses(self, record: Any, item: Connection, arenas: Arenas) -> None:
        """Initial weights and tags."""
        for name, key in (("weights", "w"), ("tag_1", "t"), ("tag_2", "d")):
            values = getattr(item, name)
            if item.pages is None:  # as its user sees it, so that a fault is shown as [post, pre]
                values = values.reshape(item.pre.n, item.post.n).T
            values = self.engine.synaptic(name, values, item, self.machine).T.ravel()
            if record[key] >= 0:
                _put(arenas.synaptic, record[key], values)

    def fill_rule(self, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Numbers of a rule: literals, formats, tables, impulses; also to change them mid-run."""
        record, learning = self.connections[number], self.learning[number]
        traces = _rule_traces(rule, learning.connection)
        table, threshold = self.engine.tables(traces, self.machine, int(record["jumps"]))
        _put(arenas.table, record["tables"], table)
        _put(arenas.threshold, record["tables"], threshold)
        _put(arenas.parameters, record["impulses"], self.engine.impulses(traces, self.machine))
        _put(arenas.literal, record["literals"], learning.compiled.literals)
        variables = learning.compiled.variables
        form = self.engine.form(learning.connection, self.machine, variables)
        _put(arenas.literal, record["form"], form)
        self.mark_live(number, rule, arenas)

    def mark_live(self, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Note which traces can differ from 0; the others cost nothing."""
        record, item = self.connections[number], self.connection_items[number]
        for index, name in enumerate(TRACES):
            n = item.pre.n if index < N_X else item.post.n
            start = (record["x"] + index * n) if index < N_X else record["y"] + (index - N_X) * n
            live = getattr(rule, name).impulse != 0 or arenas.traces[start : start + n].any()
            live = live or (name == "x1" and item.graded_mode != 0)
            live = live or (index >= N_X and item.third_factor is not None)
            if live:
                arenas.wide[record["live"] + index] = 1

    def blocks(self) -> tuple[Block, ...]:
        """Scratch for kernel calls, of each thread."""
        types = self.engine.DTYPES
        largest = max((item.n for item in self.population_items), default=1) + FEW
        return tuple(
            Block(
                np.zeros((3, BLOCK), types["synaptic"]),
                np.zeros((MAX_SLOTS, BLOCK), types["traces"]),
                np.zeros(BLOCK, np.uint16), np.zeros(3, np.int64),
                np.zeros(2 * MAX_SLOTS, np.int64),
                np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.int32), np.zeros(BLOCK, np.int32),
                np.zeros(BLOCK, np.int32), np.zeros(BLOCK, np.uint64),
                np.zeros(BLOCK, np.int32), np.zeros(BLOCK, np.uint64),
                np.zeros(largest, np.int32), np.zeros(largest, np.int32),
            )
            for _ in range(self.threads)
        )  # fmt: skip


def _row_parts(item: Connection, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """First synapse of each part of each row of a sparse connection, and the number of all."""
    assert item.pages is not None
    parts = len(edges) - 1
    if parts == item.n_pages and not (edges[:-1] % PAGE).any():
        return item.pages
    post, pre = item.pairs()
    part = np.searchsorted(edges, post, side="right") - 1
    counts = np.bincount(pre.astype(np.int64) * parts + part, minlength=item.pre.n * parts)
    return np.concatenate([[0], np.cumsum(counts)])


def _lines(length: float) -> int:
    """Cache lines to ask for of a row that is so long on average, see kernels/ahead.py."""
    return min(_MOST_LINES, math.ceil(length * _NO_INDICES.itemsize / LINE) + 1)


def _words(n: int) -> int:
    """Words of a set of n neurons, see kernels/marks.py."""
    return -(-n // WORD)


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


def item_has(item: Connection, variable: str) -> bool:
    """Whether a connection was given tags: they are then kept although no rule uses them."""
    return bool((item.tag_2 if variable == "d" else item.tag_1).any())


def _put(arena: Any, offset: int, values: Any) -> None:
    """Write values at an offset."""
    arena[offset : offset + len(values)] = values


def _end(item: Connection) -> Population:
    """The population that a connection ends on, whichever of its inputs it takes."""
    return item.post.population if isinstance(item.post, ThirdFactor) else item.post


def _own_traces(item: Neurons) -> tuple[Trace, ...]:
    """Traces of a learning LIF; those it does not keep are null."""
    return tuple(y if isinstance(y, Trace) else Trace() for y in item.y)


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


def _fill_events(record: Any, item: SpikeEvents, arrays: dict[str, Any]) -> None:
    """Events of a source: pointer a step, then (neuron, payload) pairs."""
    pointer = np.searchsorted(item.steps, np.arange(item.length + 1) + 1)
    _put(arrays["pointer"], record["event_pointer"], pointer)
    pairs = np.column_stack([item.neurons, item.payloads]).ravel()
    _put(arrays["index"], record["events"], pairs)


def _slot_code(slot: str) -> int:
    """Number of an input of a kernel: x0, y0, or moment and trace; rewards have no row."""
    if slot in ("x0", "y0"):
        return SLOT_X0 if slot == "x0" else SLOT_Y0
    if "@" not in slot:
        return SLOT_X0
    trace, moment = slot.split("@")
    return MOMENTS.index(moment) * N_TRACES + TRACES.index(trace)
