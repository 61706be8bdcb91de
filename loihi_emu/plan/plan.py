"""A plan: (description, machine, mode) -> records of offsets, arenas to fill, kernels to call.

Everything about a run that does not change with time is decided here, once.
Example: `Plan(network, LAVA, "fixed_pt")` lays out memory; `plan.fill()` gives the state of step 0.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.compiler import LearningRule
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.description.sources import CurrentInput, SpikeEvents
from loihi_emu.description.validation import one_of
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.compile.rule_kernels import Kernel, RuleSource, kernel_of
from loihi_emu.kernels.llvm.sizes import APPENDED_AT_ONCE, BLOCK, MAX_SLOTS
from loihi_emu.kernels.memory.arrays import Arenas, Block, Constants
from loihi_emu.kernels.memory.records import (
    CONNECTION,
    COUNTER_DRAWS,
    INPUT,
    POPULATION,
    SHARED_DRAWS,
)
from loihi_emu.kernels.run.entry_points import Loops, loops
from loihi_emu.plan import fixed_numbers, float_numbers
from loihi_emu.plan.layout import STATE, Layout, PlanContext, write_at
from loihi_emu.plan.neurons import initialise_events, initialise_neurons, reserve_population
from loihi_emu.plan.partition import initialise_segments, reserve_segments
from loihi_emu.plan.relays import Relay, relays, reserve_relay
from loihi_emu.plan.rules import RuleLayout

MODES: Final[dict[str, ModuleType]] = {
    module.MODE: module for module in (fixed_numbers, float_numbers)
}
"""The two modes; a plan uses one module's functions throughout."""

_LEARNED_DELAY_ROWS: Final = 64
_NO_INDICES: Final = np.zeros(1, np.uint16)


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
    bounded : bool
        Whether real numbers keep to the ranges of the fixed-point formats.
    threads : int
        That share the work of a run.

    Raises
    ------
    ParameterError
        A value out of the machine's range, or a network larger than free memory.
    """

    def __init__(
        self, network: Network, machine: Machine, mode: str, *, seed: int = 0,
        counter: bool = False, counting: bool = False, bounded: bool = False, threads: int = 1,
    ) -> None:  # fmt: skip
        self.engine = MODES[one_of("mode", mode, tuple(MODES))]
        self.machine, self.mode, self.seed, self.counting = machine, mode, seed, counting
        self.bounded = bounded
        self.threads = threads
        self.draw_kind = COUNTER_DRAWS if counter else SHARED_DRAWS
        self.connection_items = list(network.connections)
        self._relays = relays(self.connection_items, machine)
        self.population_items = [*network.populations, *self._relays.values()]
        self.input_items = list(network.inputs)
        self.state = Layout({**self.engine.DTYPES, **STATE})
        self.fixed = Layout({
            "index": np.int32, "post_offset16": np.uint16, "pointer": np.int64, "delays": np.uint8,
            "neural": self.engine.DTYPES["neural"], "traces": self.engine.DTYPES["traces"],
        })  # fmt: skip
        self._context = PlanContext(
            self.engine, machine, seed, threads, self.draw_kind, counting, bounded,
            self.state, self.fixed,
        )  # fmt: skip
        self._kernels: list[Kernel] = []  # keeps their code alive
        self._rules = RuleLayout(self._context)
        self.learning = self._rules.learning
        self.located: dict[Population | Connection, dict[str, Any]] = {}
        self.populations = self._table(POPULATION, self.population_items, self._reserve_population)
        self.connections = self._table(CONNECTION, self.connection_items, self._reserve_connection)
        self.inputs = self._table(INPUT, self.input_items, self._reserve_input)
        self._index_incoming()
        self.state.check_memory(self.fixed.n_bytes)
        self.constants = self._fill_constants()

    @functools.cached_property
    def defers_post_updates(self) -> bool:
        """Whether post spikes of some connection wait to be learned from."""
        return bool(self.connections["defers_post_updates"].any())

    @property
    def rules(self) -> list[Any]:
        """Rule of every learning connection, in their order, as the definition takes it."""
        return [one.compiled.definition for one in self.learning.values()]

    @property
    def sources(self) -> list[RuleSource]:
        """Source of the kernel of every learning connection, in their order."""
        return [one.compiled.source for one in self.learning.values()]

    @functools.cached_property
    def loops(self) -> Loops:
        """The compiled code that a run of this network needs."""
        return loops(self.mode, learns=bool(self.learning), defers=self.defers_post_updates)

    def has_compiled_loops(self) -> bool:
        """Whether this process or the disk cache has the loops of this mode."""
        return self.loops.find()

    def load_kernels(self) -> None:
        """Put the addresses of compiled kernels into the table of connections."""
        for number, one in self.learning.items():
            kernel = kernel_of(one.compiled.source)
            self._kernels.append(kernel)
            self.connections[number]["kernel"] = kernel.address

    def network(self) -> Network:
        """The network as it was planned."""
        network = Network(warn=False)  # its maker was warned
        network.populations += [p for p in self.population_items if not isinstance(p, Relay)]
        network.connections += self.connection_items
        network.inputs += self.input_items
        return network

    # -- layout

    def _table(self, kind: Any, items: list[Any], lay: Any) -> NDArray[Any]:
        """A table of records, one an item."""
        table = np.zeros(len(items), dtype=kind)
        for number, item in enumerate(items):
            self.state.owner = (lay.__name__.removeprefix("_reserve_"), number)
            for key, value in lay(number, item).items():
                table[number][key] = value
        return table

    def index_of(self, population: Population) -> int:
        """Number of a population."""
        return next(k for k, p in enumerate(self.population_items) if p is population)

    def _reserve_population(self, number: int, item: Population) -> dict[str, int]:
        """Offsets of one population."""
        if isinstance(item, Relay):
            self.state.owner = ("relay of connection", item.connection)
            return reserve_relay(self._context, number, item, self.index_of(item.source))
        return reserve_population(self._context, number, item)

    def _reserve_input(self, number: int, item: CurrentInput) -> dict[str, int]:
        """Offsets of one array of currents."""
        del number
        steps, n = np.shape(item.values)
        return {
            "population": self.index_of(item.population), "n": n, "steps": steps,
            "repeats": int(item.repeat),
            "values": self.fixed.reserve("neural", steps * n, "inputs"),
        }  # fmt: skip

    def _reserve_connection(self, number: int, item: Connection) -> dict[str, int]:
        """Offsets of one connection."""
        reserve, n_synapses, (n_post, n_pre) = self.state.reserve, item.n_synapses, item.shape
        post = _end(item)
        record: dict[str, int] = {
            "pre": self.index_of(self._relays.get(number, item.pre)),
            "post": self.index_of(item.post_spikes or post),
            "target": -1,
            "n_pre": n_pre, "n_post": n_post, "n_synapses": n_synapses,
            "w": reserve("synaptic", n_synapses, "weights"), "d": -1, "t": -1, "delays": -1,
            "unshifted_ring": -1, "third": -1, "third_population": -1, "decimation": -1,
            "is_graded": int(item.num_message_bits > 0), "weights_written_by_rule": reserve("wide",
            1, "flags"),
            "first_epoch": self.machine.first_epoch, "reward": -1, "decayed_trace": -1,
            "in_seconds": int(self.machine.decimation_counts == "seconds"),
        }  # fmt: skip
        if isinstance(post, Neurons):
            place = "third_input" if isinstance(item.post, ThirdFactor) else "input"
            record["target"] = int(self.populations[self.index_of(post)][place])
        record |= reserve_segments(self._context, item)
        record |= self.engine.delivery(item, self.machine)
        if item.rule is not None:
            record |= self._rules.lay(number, item, item.rule, self.index_of)
        return record | self._reserve_rings(number, item, record)

    def _index_incoming(self) -> None:
        """Where each population finds what ends on it: numbers of connections, then of currents."""
        self._incoming = [
            [
                [k for k, item in enumerate(self.connection_items) if _end(item) is population],
                [k for k, item in enumerate(self.input_items) if item.population is population],
            ]
            for population in self.population_items
        ]
        for record, (connections, inputs) in zip(self.populations, self._incoming, strict=True):
            record["n_incoming"], record["n_inputs"] = len(connections), len(inputs)
            n = len(connections) + len(inputs)
            record["incoming"] = self.fixed.reserve("index", n, "structure")

    def _reserve_rings(
        self, number: int, item: Connection, record: dict[str, int]
    ) -> dict[str, int]:  # fmt: skip
        """Offsets of a connection's rings of arriving input."""
        n_post, longest = item.post.n, 0
        ring: dict[str, int] = {}
        if item.delays is not None and number not in self._relays:
            ring["delays"] = self.fixed.reserve("delays", item.n_synapses, "structure")
            longest = int(item.delays.max(initial=0))
        if record.get("learned_delay"):
            if item.delays is not None:
                raise ParameterError(
                    f"{item.label} has delays and learns d; machine {self.machine.name} delays "
                    "by d: give the delays as tag_2"
                )
            longest = _LEARNED_DELAY_ROWS - 1
        ring["delay_ring_rows"] = longest + 1
        ring["delay_ring"] = self.state.reserve("neural", (longest + 1) * n_post, "input rings")
        ring["last_input"] = self.state.reserve("neural", n_post, "input rings")
        ring["input_is_probed"] = self.state.reserve("wide", 1, "flags")
        if longest and record["exponent"] < 0 and not record["scale_per_synapse"]:
            ring["unshifted_ring"] = self.state.reserve(
                "neural", (longest + 1) * n_post, "input rings"
            )
        return ring

    # -- constants and the state of step 0

    def _fill_constants(self) -> Constants:
        """Structure, events and inputs."""
        arrays = self.fixed.allocate(without=("post_offset16",))
        offsets = [
            item.post_offset16 for item in self.connection_items if item.post_offset16 is not None
        ]
        arrays["post_offset16"] = (
            offsets[0] if len(offsets) == 1 else np.concatenate([*offsets, _NO_INDICES])
        )
        for record, source in zip(self.populations, self.population_items, strict=True):
            if isinstance(source, SpikeEvents):
                initialise_events(record, source, arrays)
        for record, (connections, inputs) in zip(self.populations, self._incoming, strict=True):
            write_at(arrays["index"], record["incoming"], [*connections, *inputs])
        for record, given in zip(self.inputs, self.input_items, strict=True):
            values = self.engine.currents(given).ravel()
            arrays["neural"][record["values"] : record["values"] + values.size] = values
        for number, (record, item) in enumerate(
            zip(self.connections, self.connection_items, strict=True)
        ):
            self._fill_structure(record, item, arrays)
            if number in self.learning:
                self._rules.fill_constants(record, number, arrays)
        return Constants(**arrays)

    def _fill_structure(self, record: Any, item: Connection, arrays: dict[str, Any]) -> None:
        """Segments of rows and delays of a connection."""
        initialise_segments(record, item, self.threads, arrays)
        if record["delays"] >= 0:
            write_at(arrays["delays"], record["delays"], item.delays)
        if isinstance(item.pre, SpikeEvents):
            self.engine.check_payloads(item, item.pre.payloads)

    def fill(self) -> Arenas:
        """State arenas as they are before step 1."""
        arenas = Arenas(**self.state.allocate())
        for record, neurons in zip(self.populations, self.population_items, strict=True):
            if isinstance(neurons, Neurons):
                initialise_neurons(self._context, record, neurons, arenas)
        for number, item in enumerate(self.connection_items):
            self._fill_synapses(self.connections[number], item, arenas)
            if number in self.learning:
                arenas.wide[self.connections[number]["enabled"]] = 1
                self.fill_rule(number, self.learning[number].rule, arenas)
        return arenas

    def _fill_synapses(self, record: Any, item: Connection, arenas: Arenas) -> None:
        """Initial weights and tags."""
        for name, key in (("weights", "w"), ("tag_1", "t"), ("tag_2", "d")):
            values = getattr(item, name)
            if item.panel_ptr is None:  # as its user sees it: a fault is shown as [post, pre]
                values = values.reshape(item.pre.n, item.post.n).T
            values = self.engine.synaptic(name, values, item, self.machine, self.bounded).T.ravel()
            if record[key] >= 0:
                write_at(arenas.synaptic, record[key], values)

    def fill_rule(self, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Numbers of the rule of a connection; also to change them mid-run."""
        self._rules.fill(self.connections[number], number, rule, arenas)

    def mark_live(self, number: int, rule: LearningRule, arenas: Arenas) -> None:
        """Note which traces of a connection can differ from 0; the others cost nothing."""
        self._rules.mark_live(self.connections[number], number, rule, arenas)

    def blocks(self) -> tuple[Block, ...]:
        """Scratch for kernel calls, of each thread."""
        types = self.engine.DTYPES
        largest = max((item.n for item in self.population_items), default=1) + APPENDED_AT_ONCE
        return tuple(
            Block(
                np.zeros((3, BLOCK), types["synaptic"]),
                np.zeros((MAX_SLOTS, BLOCK), types["traces"]),
                np.zeros(BLOCK, np.uint16), np.zeros(3, np.int64),
                np.zeros(2 * MAX_SLOTS, np.int64),
                np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.int32), np.zeros(BLOCK, np.int32),
                np.zeros(BLOCK, np.int32), np.zeros(BLOCK, np.int32),
                np.zeros(BLOCK, np.uint64), np.zeros(BLOCK, np.uint64),
                np.zeros(largest, np.int32), np.zeros(largest, np.int32),
            )
            for _ in range(self.threads)
        )  # fmt: skip


def _end(item: Connection) -> Population:
    """The population that a connection ends on, whichever of its inputs it takes."""
    return item.post.population if isinstance(item.post, ThirdFactor) else item.post
