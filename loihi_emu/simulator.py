"""The simulator: a network on a machine, in a mode, run in compiled calls of many steps.

Example: `Simulator(net, seed=0).run(200, record=[Probe(plastic, "weights")])`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.chip.machines import LOIHI, Machine, find_machine
from loihi_emu.chip.random_bits import Counter, Pcg64, Pcg64Stream, RandomSource
from loihi_emu.compiler import LearningRule
from loihi_emu.description.as_data import data_of, decode, encode, network_of
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Population
from loihi_emu.description.probe import Probe
from loihi_emu.description.validation import instance_of, one_of, whole_number
from loihi_emu.errors import FileError, ParameterError, UnknownNameError
from loihi_emu.kernels.memory.arrays import Arenas, Draws
from loihi_emu.kernels.memory.records import TRACES
from loihi_emu.kernels.reference.watch import Watch
from loihi_emu.plan.plan import Plan
from loihi_emu.plan.revision import check_structure, keep_formats
from loihi_emu.plan.variables import (
    EFFECTIVE,
    ArraySlice,
    locate,
    require_storage,
    to_machine_values,
)
from loihi_emu.simulation.backends import BACKENDS, Backend
from loihi_emu.simulation.checkpoint_file import read as read_checkpoint
from loihi_emu.simulation.checkpoint_file import write as write_checkpoint
from loihi_emu.simulation.deferred_signals import HeldInterrupts
from loihi_emu.simulation.pace import Pace
from loihi_emu.simulation.probe_buffers import Sampler
from loihi_emu.simulation.recording import Recording
from loihi_emu.simulation.shared_draws import take

if TYPE_CHECKING:
    from loihi_emu.sweeps.differences import Snapshot, Values
    from loihi_emu.sweeps.recording import Sweep

_FIRST_CHUNK_UPDATES: Final = 1 << 24
_CHUNK_SECONDS: Final = 0.2
_LONGEST_CHUNK: Final = 1 << 16
_RULE_NUMBERS: Final = tuple(f"{name}_" for name in TRACES)
_ELEMENTS_A_THREAD: Final = 1 << 21  # below, threads wait longer for one another than they gain
_MOST_THREADS: Final = 64
_SEEDS: Final = (0, 2**63 - 1)
_LAST_STEP: Final = 2**31 - 1
"""Recorded spikes' steps, and the epochs that rows have learned from, have 32 bits."""
_SOURCES: Final[dict[str, RandomSource]] = {"pcg64": Pcg64(), "counter": Counter()}


class Simulator:
    """A network that runs on a machine; each run continues where the last one ended.

    Parameters
    ----------
    network : Network
        The network in its present state. What is added to it later has no effect.
    machine : Machine or str
        A machine or its name. The default, LOIHI, does what the chip's public record favours.
    mode : {'fixed_pt', 'floating_pt'}
        Integers of the machine, or real numbers.
    seed : int
        Seed of every rule that has no `rng_seed`, 0..2^63 - 1. Every recording stores it.
    random : RandomSource, optional
        Source of random bits; the machine's own by default.
    counting : bool
        Count how often each instruction saturates or wraps, see `counts`.
    backend : {'auto', 'kernels', 'interpreter'}
        'kernels': compiled code. 'interpreter': the reference model in plain Python, about 1000
        times slower. Both give the same bits. 'auto': compiled code. If it is not compiled yet, a
        small network starts in the reference model while another process compiles, and then
        continues compiled; a large network waits. The environment variable
        LOIHI_EMU_START=compiled makes every network wait.
    threads : int, optional
        Number of threads, 1..64. It does not change the results. By default one, and more if the
        network is large enough to gain. Counting and the interpreter use one.

    Raises
    ------
    ParameterError
        The machine cannot hold a value, or the network exceeds free memory.

    Examples
    --------
    >>> from loihi_emu import LIF, CurrentInput, Network
    >>> net = Network()
    >>> cell = net.add(LIF(1, du=4095, dv=0, vth=5))
    >>> drive = net.add(CurrentInput(cell, [[2], [2], [2]]))
    >>> recording = Simulator(net, seed=0).run(3, record=[Probe(cell, "spikes")])
    >>> recording[cell, "spikes"].steps.tolist()
    [3]
    """

    def __init__(
        self,
        network: Network,
        *,
        machine: Machine | str = LOIHI,
        mode: str = "fixed_pt",
        seed: int = 0,
        random: RandomSource | None = None,
        counting: bool = False,
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
            counting=counting, threads=self.threads,
        )  # fmt: skip
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

    # -- running

    @property
    def step(self) -> int:
        """Number of steps done so far."""
        return self._step

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

    def copy(self, *, backend: str | None = None) -> Simulator:
        """An independent simulator in the same state: both go on to the same bits.

        Parameters
        ----------
        backend : {'auto', 'kernels', 'interpreter'}, optional
            Its backend; by default this simulator's.

        Examples
        --------
        >>> from loihi_emu import LIF, Network
        >>> net = Network()
        >>> cell = net.add(LIF(1, du=0, dv=0, vth=9, bias_mant=2))
        >>> first = Simulator(net, backend="interpreter")
        >>> _ = first.run(3)
        >>> second = first.copy()
        >>> _ = second.run(1)
        >>> first.get(cell, "v").tolist(), second.step
        ([6], 4)
        """
        kind = self.backend if backend is None else backend
        threads = 1 if kind == "interpreter" else self.threads
        twin = Simulator(
            self.plan.network(), machine=self.machine, mode=self.mode, seed=self.seed,
            random=self._source, counting=self.plan.counting, backend=kind, threads=threads,
        )  # fmt: skip
        twin._rules = dict(self._rules)
        twin.reset()
        state, own = twin._state._asdict(), self._arenas._asdict()
        if threads == self.threads:
            for name, array in state.items():
                array[:] = own[name]
        else:
            twin.plan.state.carry_over(self.plan.state, own, state)
        for number, rule in twin._rules.items():
            twin.plan.mark_live(number, rule, twin._state)
        twin._step, twin._truncated = self._step, self._truncated
        twin._streams = deepcopy(self._streams)
        return twin

    def watch(self, connection: Connection, post: int, pre: int) -> Watch:
        """Log the epochs of one synapse from now on; the run goes on in the reference model.

        Parameters
        ----------
        connection : Connection
            It has a rule.
        post, pre : int
            The synapse's neurons.

        Returns
        -------
        Watch
            Holds the last epoch that this simulator has done since.

        Raises
        ------
        ParameterError
            The connection has no rule, or the simulator's mode is floating_pt.
        """
        if self.mode != "fixed_pt":
            raise ParameterError(f"mode is {self.mode}; allowed: fixed_pt, whose microcode is read")
        number = list(self.plan.learning).index(self._number(connection))
        watch = Watch(number, pre, post)
        self._backend.interpret(watch)
        return watch

    def revise(self, network: Network) -> None:
        """Continue with another network of the same structure.

        The state stays: weights, tags, delays, traces, u and v. Thresholds, decays, biases, rules,
        sources and inputs are those of the new network. Probe and set the items of the new network
        from now on.

        Parameters
        ----------
        network : Network
            Has the populations and connections of the old network in the same order, and each
            connection joins the same pairs of neurons.

        Raises
        ------
        ParameterError
            The structure or the length of an epoch differs, the machine cannot hold a value, or a
            new sign mode does not allow a weight that was learned. Nothing has changed.
        """
        instance_of("network", network, Network, "a Network")
        counter = self._source.kind == "counter"
        plan = Plan(
            network, self.machine, self.mode, seed=self.seed, counter=counter,
            counting=self.plan.counting, threads=self.threads,
        )  # fmt: skip
        check_structure(self.plan, plan)
        arenas = plan.fill()
        plan.state.carry_over(self.plan.state, self._arenas._asdict(), arenas._asdict())
        keep_formats(self.plan, plan, arenas, truncated=self._truncated)
        self.plan, self._state, self._blocks = plan, arenas, plan.blocks()
        self._rules = {number: one.rule for number, one in plan.learning.items()}
        for number, rule in self._rules.items():
            plan.mark_live(number, rule, arenas)
        self._backend = Backend(plan, self.backend, self._elements)

    def use_threads(self, threads: int) -> None:
        """Go on with another number of threads; it does not change the results.

        Parameters
        ----------
        threads : int
            1..64.

        Raises
        ------
        ParameterError
            The number is not allowed, or the simulator counts or is interpreted, in one thread.

        Examples
        --------
        >>> from loihi_emu import LIF, Network
        >>> net = Network()
        >>> cells = net.add(LIF(3))
        >>> sim = Simulator(net, threads=2)
        >>> sim.use_threads(1)
        >>> sim.threads
        1
        """
        most = 1 if self.backend == "interpreter" or self.plan.counting else _MOST_THREADS
        whole_number("threads", threads, (1, most))
        if threads == self.threads:
            return
        plan = Plan(
            self.plan.network(), self.machine, self.mode, seed=self.seed,
            counter=self._source.kind == "counter", counting=self.plan.counting, threads=threads,
        )  # fmt: skip
        arenas = plan.fill()
        for number, rule in self._rules.items():
            plan.fill_rule(number, rule, arenas)
        plan.state.carry_over(self.plan.state, self._arenas._asdict(), arenas._asdict())
        for number, rule in self._rules.items():
            plan.mark_live(number, rule, arenas)
        backend = Backend(plan, self.backend, self._elements)
        self.plan, self._state, self._blocks, self._backend = plan, arenas, plan.blocks(), backend
        self.threads, self._waits, self._sampler = threads, False, None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint: the network and the whole state, from which `resume` goes on.

        The file is an NPZ without pickle, with a checksum of every array. It replaces an older one
        only when it is whole.

        Parameters
        ----------
        path : str or path

        Raises
        ------
        FileError
            The file cannot be written. An older one is as it was.
        ParameterError
            The random source is a function or a class of your own.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from loihi_emu import LIF, Network
        >>> net = Network()
        >>> cells = net.add(LIF(3, name="cells", bias_mant=1, vth=9))
        >>> sim = Simulator(net, backend="interpreter")
        >>> recording = sim.run(5)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sim.save(Path(folder, "run.npz"))
        ...     Simulator.resume(Path(folder, "run.npz")).step
        5
        """
        with HeldInterrupts():
            write_checkpoint(path, *self._as_data())

    def _as_data(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a checkpoint holds."""
        arrays: dict[str, NDArray[Any]] = {}
        arenas = self._arenas
        data = {
            "network": data_of(self.plan.network(), arrays),
            "machine": encode(self.machine, arrays), "random": encode(self._source, arrays),
            "mode": self.mode, "seed": self.seed, "counting": self.plan.counting,
            "backend": self.backend, "threads": self.threads, "step": self._step,
            "truncated": self._truncated,
            "rules": [[number, encode(rule, arrays)] for number, rule in self._rules.items()],
            "streams": [
                stream.position() if isinstance(stream, Pcg64Stream) else None
                for stream, _ in self._streams
            ],
            "places": self.plan.state.places(),
        }  # fmt: skip
        return data, arrays | {f"state_{k}": v for k, v in arenas._asdict().items()}

    @classmethod
    def resume(cls, path: str | os.PathLike[str], *, threads: int | None = None) -> Simulator:
        """Go on from a checkpoint; the results are those of a run that never stopped.

        Parameters
        ----------
        path : str or path
            Of a file that `save` or `run(checkpoint=...)` wrote. Checksums find damage, not
            malice: resume only files whose source you trust.
        threads : int, optional
            Number of threads; by default as many as before. It does not change the results.

        Returns
        -------
        Simulator
            Find its populations and connections by `network`, such as
            `sim.network.find("cells")`.

        Raises
        ------
        FileError
            The file cannot be read, is no checkpoint, is damaged, or is of another version.
        """
        data, arrays = read_checkpoint(path)
        try:
            simulator = cls._from_data(data, arrays)
        except (ParameterError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise FileError(
                f"{os.fspath(path)} is no checkpoint that this version can read: {error}"
            ) from error
        if threads is not None:
            simulator.use_threads(threads)
        return simulator

    @classmethod
    def _from_data(cls, data: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Simulator:
        """A simulator in the state that `_as_data` was of."""
        simulator = cls(
            network_of(data["network"], arrays), machine=decode(data["machine"], arrays),
            mode=data["mode"], seed=data["seed"], random=decode(data["random"], arrays),
            counting=data["counting"], backend=data["backend"], threads=data["threads"],
        )  # fmt: skip
        plan = simulator.plan
        if plan.state.places() != data["places"]:
            raise ParameterError("it lays out its state in another way")
        simulator._rules = {number: decode(rule, arrays) for number, rule in data["rules"]}
        if set(simulator._rules) != set(plan.learning):
            raise ParameterError("it has rules of other connections")
        simulator.reset()
        state = simulator._state
        for name, arena in state._asdict().items():
            saved = arrays[f"state_{name}"]
            if saved.shape != arena.shape or saved.dtype != arena.dtype:
                raise ParameterError(f"its state {name} is {saved.dtype} {saved.shape}")
            arena[:] = saved
        for number, rule in simulator._rules.items():
            plan.mark_live(number, rule, state)
        for (stream, _), position in zip(simulator._streams, data["streams"], strict=True):
            if isinstance(stream, Pcg64Stream):
                stream.go_to(position)
        simulator._step = whole_number("step", data["step"], (0, _LAST_STEP))
        simulator._truncated = bool(data["truncated"])
        return simulator

    @property
    def network(self) -> Network:
        """The network as it is simulated; items are the same objects, the lists are copies."""
        return self.plan.network()

    def __copy__(self) -> Simulator:
        """A simulator of its own, in the same state; the items of the network are shared."""
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Simulator:
        """As `copy.copy`: what a network consists of does not change, so that it can be shared."""
        return self.copy()

    def __reduce__(self) -> Any:
        raise ParameterError(
            "a Simulator cannot be pickled; save(path) and Simulator.resume(path) keep its state"
        )

    def run(
        self,
        n_steps: int,
        record: Iterable[Probe] = (),
        *,
        progress: Callable[[int, int], None] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        every: int | None = None,
    ) -> Recording:
        """Run `n_steps` more steps.

        Parameters
        ----------
        n_steps : int
            0..2**62. To run until Ctrl-C, give a number that is never reached.
        record : iterable of Probe
            What to record.
        progress : callable, optional
            Called with (steps done, n_steps) about five times a second.
        checkpoint : str or path, optional
            Where the state is saved at steps that are multiples of `every`, and at the end. The
            last whole file stays, whenever the process ends. Recordings are not part of it.
        every : int, optional
            Steps between checkpoints; by default only the end is saved.

        Returns
        -------
        Recording
            The samples of this run. After Ctrl-C, `recorded` holds the samples up to then.

        Raises
        ------
        ParameterError
            A probe or the number of steps is not allowed. Or the run has come to the last step that
            can be counted, 2**31 - 1 (25 days of milliseconds); what was done and recorded by then
            is kept.
        """
        whole_number("n_steps", n_steps, (0, 2**62))
        if every is not None:
            whole_number("every", every, (1, 2**62))
            if checkpoint is None:
                raise ParameterError(f"every is {every}, and there is no checkpoint to write")
        if progress is not None:
            instance_of("progress", progress, Callable, "a function or None")  # type: ignore[arg-type]
        instance_of("record", record, Iterable, "a list of Probe")
        probes = list(record)
        with HeldInterrupts() as held:
            self.recorded: Recording | None = None
            sampler = self._sampler_of(probes)
            sampler.begin(self._step, n_steps, self._effective)
            if n_steps and not self._truncated:
                self._truncate()
            pace = self._pace()
            done = 0
            try:
                while done < n_steps:
                    chunk = min(pace.steps, n_steps - done, _LAST_STEP - self._step)
                    if every is not None:
                        chunk = min(chunk, every - self._step % every)
                    if chunk == 0:
                        raise ParameterError(
                            f"step {self._step} is the last that 32 bits hold, and the run was to "
                            f"go on for {n_steps - done}; reset() begins anew"
                        )
                    with pace:
                        self._advance(chunk, sampler)
                    done += chunk
                    if checkpoint is not None and (
                        done == n_steps or (every is not None and self._step % every == 0)
                    ):
                        self._waits = self.plan.defers_post_updates and self._backend.compiled
                        write_checkpoint(checkpoint, *self._as_data())
                    held.answer()
                    if done < n_steps and self._backend.update():
                        pace = self._pace()
                    if progress is not None:
                        progress(done, n_steps)
            finally:
                self._waits = self.plan.defers_post_updates and self._backend.compiled
                self.recorded = sampler.recording(self._step, self._metadata())
        return self.recorded

    def sweep(
        self,
        n_steps: int,
        values: Values,
        record: Iterable[Probe] = (),
        *,
        threads: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Sweep:
        """Run `n_steps` steps of many variants of the network in one call.

        Each variant starts as a copy of this simulator in its present state; then its own values
        are set. It gives the same bits as a simulator of its own. This simulator does not change.

        Parameters
        ----------
        n_steps : int
            Number of steps.
        values : mapping of "seed" or (item, variable) to array_like
            What differs. The first axis is the variant, and all values have the same length.

            * "seed": seed of noise and of every rule without an `rng_seed`.
            * (connection, variable): what `set` takes, such as weights [variant, post, pre] or
              x1_tau [variant]; rng_seed; rule, a list of LearningRules with the same products and
              the same epoch.
            * (neurons, variable): u, v, du, dv, vth (or vth_hi, vth_lo), bias_mant, bias_exp.
        record : iterable of Probe
            What to record. `every=n_steps` records final values only.
        threads : int, optional
            Number of threads among which the variants are divided; all processors by default.
        progress : callable, optional
            Called with (steps done, steps in all), both summed over the variants.

        Returns
        -------
        Sweep
            The recordings; the first axis is the variant. After Ctrl-C, `swept` holds the variants
            that were finished.

        Raises
        ------
        ParameterError, UnknownNameError
            A value or probe is not allowed, or the sweep exceeds free memory. Nothing has run.

        Examples
        --------
        >>> from loihi_emu import Dense, LearningRule, Network, SpikeSource, Trace
        >>> net = Network()
        >>> pre, post = net.add(SpikeSource([[1], [0]])), net.add(SpikeSource([[0], [1]]))
        >>> rule = LearningRule(dw="x1*y0", x1=Trace(16, 10))
        >>> plastic = net.add(Dense(pre, post, 0, rule=rule))
        >>> taus = {(plastic, "x1_tau"): [1, 10, 1000]}
        >>> swept = Simulator(net, machine="LAVA").sweep(2, taus, [Probe(plastic, "weights", 2)])
        >>> swept[plastic, "weights"].shape
        (3, 1, 1, 1)
        """
        from loihi_emu.sweeps.run import SweepRun  # runs of one network need none of it

        whole_number("n_steps", n_steps, (0, _LAST_STEP - self._step))
        self.swept: Sweep | None = None
        if self.backend == "interpreter" or self.plan.counting:
            raise ParameterError(
                "a sweep runs compiled kernels without counting; make another Simulator"
            )
        if threads is None:
            threads = processors()
        whole_number("threads", threads, (1, _MOST_THREADS))
        sweep = SweepRun(
            self._as_start(), n_steps, values, list(record), threads=threads,
            metadata=self._metadata(),
        )  # fmt: skip
        try:
            sweep.run(progress)
        finally:
            self.swept = sweep.result()
        return self.swept

    def _as_start(self) -> Snapshot:
        """What every variant of a sweep is a copy of, planned for one thread."""
        from loihi_emu.sweeps.differences import Snapshot

        plan = self.plan
        arenas = Arenas(*(arena.copy() for arena in self._arenas))
        if self.threads > 1:
            plan = Plan(
                plan.network(), self.machine, self.mode, seed=self.seed,
                counter=self._source.kind == "counter", threads=1,
            )  # fmt: skip
            arenas = plan.fill()
            for number, rule in self._rules.items():
                plan.fill_rule(number, rule, arenas)
            plan.state.carry_over(self.plan.state, self._arenas._asdict(), arenas._asdict())
        if not self._truncated:
            _truncate(plan, arenas)
        plan.load_kernels()
        return Snapshot(
            plan=plan, arenas=arenas, step=self._step, seed=self.seed,
            truncated=self._truncated, rules=dict(self._rules), source=self._source,
            streams=self._streams, effective=self._effective,
        )  # fmt: skip

    def _pace(self) -> Pace:
        """How many steps a call takes: few at first, by what is known of their cost."""
        updates = _FIRST_CHUNK_UPDATES if self._backend.compiled else 1
        first = max(1, min(_LONGEST_CHUNK, updates // max(1, self._elements)))
        return Pace(first, _LONGEST_CHUNK, _CHUNK_SECONDS)

    def _metadata(self) -> dict[str, Any]:
        """What a recording says of the run that made it."""
        return {
            "machine": self.machine.name, "mode": self.mode, "seed": self.seed,
            "random": type(self._source).__name__,
        }  # fmt: skip

    def _sampler_of(self, wishes: list[Probe]) -> Sampler:
        """The sampler of some probes: the last run's, where that had the same."""
        if self._sampler is None or not self._sampler.matches(self.plan, wishes):
            self._sampler = Sampler(self.plan, wishes)
        return self._sampler

    def _advance(self, n_steps: int, sampler: Sampler) -> None:
        """One compiled call, or several where buffers of events fill up."""
        self._backend.start_threads()  # before draws are taken, so that nothing is lost
        draws = self._take(n_steps)
        done = 0
        while done < n_steps:
            sampler.make_room()
            left = draws if done == 0 else Draws(*(d[..., done:].copy() for d in draws))
            ran = self._backend.run(
                sampler.tables, self._state, self.plan.constants, left, self._blocks,
                sampler.output, self._step, n_steps - done,
            )  # fmt: skip
            self._step += ran
            done += ran

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

    def _truncate(self) -> None:
        """Cut stored weights to their formats, once, when the first step begins."""
        _truncate(self.plan, self._arenas)
        self._truncated = True

    # -- state

    def get(self, item: Population | Connection, variable: str) -> NDArray[Any]:
        """A copy of a variable's value.

        Parameters
        ----------
        item : population or connection
        variable : str
            As for `Probe`. A plastic connection also has tx and ty: the step within the epoch in
            which a neuron last spiked, 0 for none.

        Returns
        -------
        array
            Of neurons: [neuron]. Of synapses: [post, pre] of a dense connection; [synapse] of a
            sparse one, sorted by pre, then by post neuron.

        Raises
        ------
        UnknownNameError
            The item has no such variable.
        """
        _check_variable(item, variable)
        place = locate(self.plan, item, variable)
        values = place.view(self._arenas)
        if variable == EFFECTIVE and isinstance(item, Connection):
            values = self._effective()(item, values[None], np.array([self._step]))[0]
        return place.shaped(values).copy()

    def set(self, item: Population | Connection, variable: str, value: ArrayLike) -> None:
        """Set a variable, or a number of a connection's rule such as `x1_tau` or `y2_impulse`.

        Parameters
        ----------
        item : population or connection
        variable : str
        value : array_like
            One number, or an array of the shape that `get` returns.

        Raises
        ------
        ParameterError
            The value has the wrong shape or is out of range.
        UnknownNameError
            The item has no such variable.
        """
        _check_variable(item, variable)
        if isinstance(item, Connection) and variable[:3] in _RULE_NUMBERS:
            self._set_rule(item, variable, value)
            return
        place = locate(self.plan, item, variable)
        require_storage(place, item, variable)
        checked = to_machine_values(self.plan, item, variable, value)
        _write(place, place.view(self._arenas), checked, f"{item.label} {variable}")
        if variable == "weights" and isinstance(item, Connection) and self._truncated:
            self.plan.engine.quantise_in_place(place.view(self._arenas), item, self.machine)
        if isinstance(item, Connection) and item.rule is not None:
            number = self._number(item)
            self.plan.mark_live(number, self._rules[number], self._arenas)

    def rule(self, connection: Connection) -> LearningRule:
        """The rule of a connection, with the numbers that it has now.

        Raises
        ------
        ParameterError
            The connection has no rule.
        """
        return self._rules[self._number(connection)]

    def set_learning(self, connection: Connection, enabled: bool) -> None:
        """Switch learning on or off. While it is off, traces continue and w, d and t do not change.

        Raises
        ------
        ParameterError
            The connection has no rule.
        """
        record = self.plan.connections[self._number(connection)]
        self._arenas.wide[record["enabled"]] = int(bool(enabled))

    def counts(self, connection: Connection) -> dict[tuple[str, int], int]:
        """How often each instruction of a connection's microcode saturated or wrapped.

        Returns
        -------
        dict of (variable, address) to int
            Variable w, d or t, and address of the instruction in the microcode's listing.

        Raises
        ------
        ParameterError
            The simulator was not made with `counting=True`, or the connection has no rule.
        """
        if not self.plan.counting or self.mode != "fixed_pt":
            raise ParameterError("this simulator does not count; make it with counting=True")
        number = self._number(connection)
        start = int(self.plan.connections[number]["counts"])
        counted = {}
        for program in self.plan.learning[number].compiled.code.programs:
            for address in range(len(program.instructions)):
                counted[program.variable, address] = int(self._arenas.wide[start])
                start += 1
        return counted

    def _number(self, connection: Connection) -> int:
        """Number of a learning connection."""
        instance_of("connection", connection, Connection, "a connection")
        for number, one in self.plan.learning.items():
            if one.connection is connection:
                return number
        raise ParameterError(f"{connection.label} does not learn in this simulator's network")

    def _set_rule(self, item: Connection, variable: str, value: ArrayLike) -> None:
        """Change a trace's impulse or tau."""
        number = self._number(item)
        name, _, part = variable.partition("_")
        if part not in ("impulse", "tau"):
            raise UnknownNameError(
                f"{item.label} has no variable {variable!r}; a trace has impulse and tau"
            )
        self._rules[number] = self._rules[number].with_parameters(**{f"{name}_{part}": value})
        self.plan.fill_rule(number, self._rules[number], self._arenas)


def _check_variable(item: Any, variable: Any) -> None:
    """Refuse what is no item, or no name of a variable."""
    instance_of("item", item, (Population, Connection), "a population or connection")
    instance_of(f"variable of {item.label}", variable, str, "a string")


def resume(path: str | os.PathLike[str], *, threads: int | None = None) -> Simulator:
    """Go on from a checkpoint: `Simulator.resume`."""
    return Simulator.resume(path, threads=threads)


def _truncate(plan: Plan, arenas: Arenas) -> None:
    """Cut stored weights to their formats."""
    for record, item in zip(plan.connections, plan.connection_items, strict=True):
        weights = arenas.synaptic[record["w"] : record["w"] + item.n_synapses]
        plan.engine.truncate(weights, item, plan.machine)


def _threads(wanted: int | None, elements: int) -> int:
    """How many threads share the work of a network of so many neurons and synapses."""
    if wanted is not None:
        return whole_number("threads", wanted, (1, _MOST_THREADS))
    worth_it = max(1, elements // _ELEMENTS_A_THREAD)
    return min(worth_it, processors())


def processors() -> int:
    """Processors that this process may use, as far as threads are worth having."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST_THREADS)
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _machine(machine: Machine | str) -> Machine:
    """A machine, given itself or by name."""
    if isinstance(machine, str):
        return find_machine(machine)
    if not isinstance(machine, Machine):
        raise ParameterError(
            f"machine is a {type(machine).__name__}; allowed: a Machine or a name such as 'LAVA'"
        )
    return machine


def _write(place: ArraySlice, view: NDArray[Any], value: NDArray[Any], name: str) -> None:
    """Write a user-shaped value to its place in memory."""
    if value.ndim and value.shape != place.shape:
        raise ParameterError(
            f"{name} has shape {value.shape}; allowed: {place.shape} or one number"
        )
    spread = np.broadcast_to(value, place.shape)
    view[:] = spread.ravel() if len(place.shape) == 1 else spread.T.ravel()
