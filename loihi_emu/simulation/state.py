"""What a simulator is made of: a plan, the state that steps change, and what advances it.

Example: `State(net, machine="LAVA").reset()` is the state before step 1.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import LOIHI, Machine, find_machine
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from loihi_emu.compiler import LearningRule
from loihi_emu.description import no_effect
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.validation import instance_of, one_of, whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.memory.arrays import Arenas, Draws
from loihi_emu.plan.plan import Plan
from loihi_emu.simulation.backends import BACKENDS, Backend
from loihi_emu.simulation.deferred_signals import HeldInterrupts
from loihi_emu.simulation.probe_buffers import Sampler
from loihi_emu.simulation.shared_draws import Streams, take

_ELEMENTS_A_THREAD: Final = 1 << 21  # below, threads wait longer for one another than they gain
_SEEDS: Final = (0, 2**63 - 1)
_SOURCES: Final[dict[str, RandomSource]] = {"pcg64": Pcg64(), "counter": Counter()}
MOST_THREADS: Final = 64


class State:
    """What a simulator holds; parameters as of `loihi_emu.Simulator`."""

    machine: Machine
    mode: str
    seed: int
    backend: str
    threads: int
    plan: Plan
    _source: RandomSource
    _elements: int
    _backend: Backend
    _blocks: Any
    _rules: dict[int, LearningRule]
    _sampler: Sampler | None
    _step: int
    _waits: bool
    _truncated: bool
    _state: Arenas
    _streams: Streams

    def __init__(
        self,
        network: Network,
        *,
        machine: Machine | str = LOIHI,
        mode: str = "fixed_pt",
        seed: int = 0,
        random: RandomSource | None = None,
        counting: bool = False,
        bounded: bool = False,
        backend: str = "auto",
        threads: int | None = None,
    ) -> None:
        machine = _machine(machine)
        instance_of("network", network, Network, "a Network")
        if random is not None:
            instance_of("random", random, RandomSource, "a RandomSource such as Counter()")
        self.machine, self.mode = machine, mode
        self.seed = whole_number("seed", seed, _SEEDS)
        self._source = _SOURCES[machine.random_source] if random is None else random
        self.backend = one_of("backend", backend, BACKENDS)
        interpreted = self.backend == "interpreter"
        elements = sum(p.n for p in network.populations)
        elements += sum(c.n_synapses for c in network.connections)
        self.threads = 1 if interpreted or counting else _threads(threads, elements)
        self.plan = Plan(
            network, machine, mode, seed=self.seed, counter=self._source.kind == "counter",
            counting=counting, bounded=bounded, threads=self.threads,
        )  # fmt: skip
        if network.warn:
            no_effect.warn(no_effect.of_network(network.connections))
        self._elements = elements
        self._backend = Backend(self.plan, self.backend, elements)
        self._blocks = self.plan.blocks()
        self._rules = {number: one.rule for number, one in self.plan.learning.items()}
        self._sampler: Sampler | None = None
        self.reset()

    @property
    def memory(self) -> dict[str, int]:
        """Bytes of the simulator's arrays by use, the largest first.

        If the network has one sparse connection only, the indices of its post neurons are not
        copied and so not counted.
        """
        return dict((self.plan.state.uses + self.plan.fixed.uses).most_common())

    @property
    def step(self) -> int:
        """Number of steps done so far."""
        return self._step

    @property
    def network(self) -> Network:
        """The network as it is simulated; items are the same objects, the lists are copies."""
        return self.plan.network()

    def reset(self) -> None:
        """Go back to the state before step 1; numbers of rules keep the values that were set."""
        with HeldInterrupts():  # step and state are reset together
            self._step, self._waits = 0, False
            self._state = self.plan.fill()
            for number, rule in self._rules.items():
                self.plan.fill_rule(number, rule, self._arenas)
            self._truncated = False
            self._streams = [
                (
                    self._source.open(self.machine, one.seed, k),
                    int(self.plan.connections[number]["epoch"]),
                )
                for k, (number, one) in enumerate(self.plan.learning.items())
            ]

    @property
    def _arenas(self) -> Arenas:
        """State as it is on any path: updates that wait are done, now that someone looks."""
        if self._waits:
            sampler = self._sampler
            assert sampler is not None  # a run has left it
            self._backend.run(
                sampler.tables, self._state, self.plan.constants, self._take(0), self._blocks,
                sampler.output, self._step, 0, flush=True,
            )  # fmt: skip
            self._waits = False
        return self._state

    def _take(self, n_steps: int) -> Draws:
        """Shared draws of the next steps, for all learning connections."""
        return take(self._streams, self._step, n_steps)

    def _effective(self) -> Callable[[Connection, Any, Any], Any]:
        """Effective weights of samples, from whether rules have written the weights by then."""
        arenas, plan, first_written = self._state, self.plan, {}
        for number in plan.learning:
            record = plan.connections[number]
            epoch = int(record["epoch"])
            if arenas.wide[record["weights_written_by_rule"]]:
                first_written[number] = 0
            elif arenas.wide[record["enabled"]]:
                first_written[number] = (self._step // epoch + 1) * epoch

        def effective(item: Connection, weights: NDArray[Any], steps: Any) -> NDArray[Any]:
            number = next(k for k, c in enumerate(plan.connection_items) if c is item)
            written = steps >= first_written.get(number, np.iinfo(np.int64).max)
            values: NDArray[Any] = plan.engine.effective(plan.connections, number, weights, written)
            return values

        return effective


def truncate(plan: Plan, arenas: Arenas) -> None:
    """Cut stored weights to their formats."""
    for record, item in zip(plan.connections, plan.connection_items, strict=True):
        weights = arenas.synaptic[record["w"] : record["w"] + item.n_synapses]
        plan.engine.truncate(weights, item, plan.machine)


def _threads(wanted: int | None, elements: int) -> int:
    """How many threads share the work of a network of so many neurons and synapses."""
    if wanted is not None:
        return whole_number("threads", wanted, (1, MOST_THREADS))
    worth_it = max(1, elements // _ELEMENTS_A_THREAD)
    return min(worth_it, processors())


def processors() -> int:
    """Processors that this process may use, as far as threads are worth having."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST_THREADS)
    return min(os.cpu_count() or 1, MOST_THREADS)


def _machine(machine: Machine | str) -> Machine:
    """A machine, given itself or by name."""
    if isinstance(machine, str):
        return find_machine(machine)
    if not isinstance(machine, Machine):
        raise ParameterError(
            f"machine is a {type(machine).__name__}; allowed: a Machine or a name such as 'LAVA'"
        )
    return machine
