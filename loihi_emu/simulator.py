"""The simulator: a network on a machine, in a mode, run in compiled calls of many steps.

Example: `Simulator(net, seed=0).run(200, record=[Probe(plastic, "weights")])`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from loihi_emu.description.probe import Probe
from loihi_emu.description.validation import instance_of, whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.memory.arrays import Arenas, Draws
from loihi_emu.plan.plan import Plan
from loihi_emu.simulation.checkpoint_file import write as write_checkpoint
from loihi_emu.simulation.continuation import LAST_STEP, Continuation
from loihi_emu.simulation.deferred_signals import HeldInterrupts
from loihi_emu.simulation.pace import Pace
from loihi_emu.simulation.probe_buffers import Sampler
from loihi_emu.simulation.recording import Recording
from loihi_emu.simulation.state import MOST_THREADS, processors, truncate

if TYPE_CHECKING:
    from loihi_emu.sweeps.differences import Snapshot, Values
    from loihi_emu.sweeps.recording import Sweep

_FIRST_CHUNK_UPDATES: Final = 1 << 24
_CHUNK_SECONDS: Final = 0.2
_LONGEST_CHUNK: Final = 1 << 16
_LAST_STEP: Final = LAST_STEP


class Simulator(Continuation):
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
    bounded : bool
        In floating_pt: weights, delays, tags and traces keep to the ranges of the machine's
        fixed-point formats (traces to 0..127). Without it they have no bounds, and a rule that
        saturates in fixed point runs away. No effect in fixed_pt.
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
        whole_number("threads", threads, (1, MOST_THREADS))
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
            truncate(plan, arenas)
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

    def _sampler_of(self, requested: list[Probe]) -> Sampler:
        """The sampler of some probes: the last run's, where that had the same."""
        if self._sampler is None or not self._sampler.matches(self.plan, requested):
            self._sampler = Sampler(self.plan, requested)
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

    def _truncate(self) -> None:
        """Cut stored weights to their formats, once, when the first step begins."""
        truncate(self.plan, self._arenas)
        self._truncated = True


def resume(path: str | os.PathLike[str], *, threads: int | None = None) -> Simulator:
    """Go on from a checkpoint: `Simulator.resume`."""
    return Simulator.resume(path, threads=threads)
