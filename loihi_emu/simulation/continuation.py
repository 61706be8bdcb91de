"""A simulator that goes on elsewhere: as a copy, revised, in more threads, from a checkpoint.

Example: `simulator.save("run.npz")`, then `loihi_emu.resume("run.npz")` in another process.
"""

from __future__ import annotations

import os
from copy import deepcopy
from typing import Any, Final, Self

from numpy.typing import NDArray

from loihi_emu.chip.random_bits import Pcg64Stream
from loihi_emu.description.as_data import data_of, decode, encode, network_of
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.validation import instance_of, whole_number
from loihi_emu.errors import FileError, ParameterError
from loihi_emu.kernels.reference.watch import Watch
from loihi_emu.plan.layout import PENDING
from loihi_emu.plan.plan import Plan
from loihi_emu.plan.revision import check_structure, keep_formats
from loihi_emu.simulation.access import Access
from loihi_emu.simulation.backends import Backend
from loihi_emu.simulation.checkpoint_file import read as read_checkpoint
from loihi_emu.simulation.checkpoint_file import write as write_checkpoint
from loihi_emu.simulation.deferred_signals import HeldInterrupts
from loihi_emu.simulation.state import MOST_THREADS

LAST_STEP: Final = 2**31 - 1
"""Recorded spikes' steps, and the epochs that rows have learned from, have 32 bits."""


class Continuation(Access):
    """Ways in which a simulator goes on with the same bits; see `loihi_emu.Simulator`."""

    def copy(self, *, backend: str | None = None) -> Self:
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
        twin = type(self)(
            self.plan.network(), machine=self.machine, mode=self.mode, seed=self.seed,
            random=self._source, counting=self.plan.counting, bounded=self.plan.bounded,
            backend=kind, threads=threads,
        )  # fmt: skip
        twin._rules = dict(self._rules)
        twin.reset()
        state, own = twin._state._asdict(), self._arenas._asdict()
        if threads == self.threads:
            for name, array in state.items():
                array[:] = own[name]
            twin.plan.state.clear(PENDING, state)  # the reference model logs nothing
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
        _ = self._arenas  # rows learn what compiled loops have logged
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
            counting=self.plan.counting, bounded=self.plan.bounded, threads=self.threads,
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
        most = 1 if self.backend == "interpreter" or self.plan.counting else MOST_THREADS
        whole_number("threads", threads, (1, most))
        if threads == self.threads:
            return
        plan = Plan(
            self.plan.network(), self.machine, self.mode, seed=self.seed,
            counter=self._source.kind == "counter", counting=self.plan.counting,
            bounded=self.plan.bounded, threads=threads,
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
            "bounded": self.plan.bounded,
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
    def resume(cls, path: str | os.PathLike[str], *, threads: int | None = None) -> Self:
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
    def _from_data(cls, data: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Self:
        """A simulator in the state that `_as_data` was of."""
        simulator = cls(
            network_of(data["network"], arrays), machine=decode(data["machine"], arrays),
            mode=data["mode"], seed=data["seed"], random=decode(data["random"], arrays),
            counting=data["counting"], bounded=data.get("bounded", False), backend=data["backend"],
            threads=data["threads"],
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
        plan.state.clear(PENDING, state._asdict())  # it may go on in the reference model
        for number, rule in simulator._rules.items():
            plan.mark_live(number, rule, state)
        for (stream, _), position in zip(simulator._streams, data["streams"], strict=True):
            if isinstance(stream, Pcg64Stream):
                stream.go_to(position)
        simulator._step = whole_number("step", data["step"], (0, LAST_STEP))
        simulator._truncated = bool(data["truncated"])
        return simulator

    def __copy__(self) -> Self:
        """A simulator of its own, in the same state; the items of the network are shared."""
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """As `copy.copy`: what a network consists of does not change, so that it can be shared."""
        return self.copy()

    def __reduce__(self) -> Any:
        raise ParameterError(
            "a Simulator cannot be pickled; save(path) and Simulator.resume(path) keep its state"
        )
