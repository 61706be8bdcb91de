"""A run of library processes: the native simulator, and what variables hold beside it.

Variables that steps change live in the simulator; setting any other makes a revised network.
Example: `NativeRuntime(processes, "fixed_pt").start(RunSteps(100))`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import LAVA
from loihi_emu.description.probe import Probe
from loihi_emu.lava._background import Background
from loihi_emu.lava._refusals import NotSupportedError, RunError
from loihi_emu.lava._translate import Held, Translation
from loihi_emu.lava.magma.core.learning.learning_rule import NUMBERS, TEXTS
from loihi_emu.lava.magma.core.process.connection import (
    Connection,
    DelayConnection,
    LearningConnection,
)
from loihi_emu.lava.magma.core.process.ports.ports import OutPort, sources
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.run_conditions import AbstractRunCondition, RunSteps
from loihi_emu.lava.proc.dense.process import DelayDense, Dense, LearningDense
from loihi_emu.lava.proc.io.sink import RingBuffer as Sink
from loihi_emu.lava.proc.io.source import RingBuffer as Source
from loihi_emu.lava.proc.lif.process import (
    LIF,
    AbstractLIF,
    LearningLIF,
    LIFRefractory,
    LIFReset,
    TernaryLIF,
)
from loihi_emu.lava.proc.monitor.process import Monitor
from loihi_emu.lava.proc.sparse.process import DelaySparse, LearningSparse, Sparse
from loihi_emu.lava.utils.weightutils import SignMode
from loihi_emu.simulation.recording import Events, Recording
from loihi_emu.simulator import Simulator

NATIVE: Final = frozenset({
    LIF, LIFReset, LIFRefractory, TernaryLIF, LearningLIF, Dense, LearningDense, DelayDense,
    Sparse, LearningSparse, DelaySparse, Source, Sink,
})  # fmt: skip
"""Process classes that native networks have."""

_TRACES: Final = ("x1", "x2", "y1", "y2", "y3")
_FIRST: Final = (*_TRACES, "x0", "y0", "tx", "ty", "a_buff")
_STORED: Final = ("weights", "tag_1", "tag_2")
_NATIVE: Final = {name: name for name in (*_STORED, *_TRACES, "tx", "ty")} | {
    "y0": "ty", "a_buff": "a_next",
}  # fmt: skip
_SETTABLE: Final = {"u", "v", "bias_mant", "bias_exp", "data", *_STORED, *_TRACES, *TEXTS, *NUMBERS}
_AS_GIVEN: Final = {"du", "dv", "vth"}
_TEXT_LENGTH: Final = 256

Key = tuple[Any, str]


class NativeRuntime:
    """The simulator of a process and all that it is connected to.

    Parameters
    ----------
    processes : list of AbstractProcess
        Library processes and monitors, in the order of construction.
    mode : {'fixed_pt', 'floating_pt'}
    """

    def __init__(self, processes: list[AbstractProcess], mode: str) -> None:
        self.processes, self.mode = processes, mode
        self.stopped = False
        self._background = Background()
        self._from_vars: set[AbstractProcess] = set()
        self._held = Held(fixed=self.mode == "fixed_pt")
        for one in self.processes:
            for var in one.vars:
                self._held.values[var] = self._cast(var, var.init)
        self._build()

    # -- building

    def _cast(self, var: Var, value: Any) -> Any:
        """A value as the mode's models hold it: float64, whole toward zero in fixed point."""
        if value is None or isinstance(value, str):
            return value
        whole = self._held.fixed and var.name not in _AS_GIVEN
        if hasattr(value, "tocsr"):
            cast = value.tocsr().astype(np.float64)
            cast.data = np.trunc(cast.data) if whole else cast.data
            return cast
        try:
            spread = np.broadcast_to(np.asarray(value, np.float64), var.shape)
        except ValueError:
            raise NotSupportedError(
                f"{var.label} has values of shape {np.shape(value)}; natively {var.shape}"
            ) from None
        return np.trunc(spread) if whole else spread.copy()

    def _read_rules(self) -> None:
        """Rules as given when the run began; once a variable was set, as the variables say."""
        for process in self.processes:
            if not isinstance(process, LearningConnection):
                continue
            rule = process.learning_rule
            if process in self._from_vars:
                held = {name: self._held.values[getattr(process, name)] for name in TEXTS}
                held |= {name: self._held.number(getattr(process, name)) for name in NUMBERS}
                self._held.rules[process] = rule.with_values(held)
            else:
                self._held.rules.setdefault(process, rule.native)

    def _build(self) -> None:
        """A simulator at step 0."""
        self._held.signs.clear()
        self._held.places.clear()
        self._read_rules()
        self._native = Translation(self.processes, self._held)
        self._simulator = Simulator(self._native.network, machine=LAVA, mode=self.mode)
        for process in self.processes:
            if isinstance(process, Connection):
                self._set_first(process)

    def _set_first(self, process: Connection) -> None:
        """First values of traces.

        Raises
        ------
        NotSupportedError
            First values of spike times or of what is on its way, which a simulator has as 0.
        """
        for var in process.vars:
            if var.name not in _FIRST or not _any(self._held.values[var]):
                continue
            if var.name not in _TRACES:
                raise NotSupportedError(f"{var.label} has first values; natively they are 0")
            self._write(var, self._held.values[var])

    def _revise(self, changed: Var, value: Any) -> None:
        """Go on with what is held now, one variable changed."""
        for process in self.processes:
            names = ("u", "v") if isinstance(process, AbstractLIF) else _STORED
            for var in process.vars:
                if var.name in names:
                    self._held.values[var] = self.get(var)
        self._held.values[changed] = value
        self._native = Translation(self.processes, self._held)
        self._simulator.revise(self._native.network)

    # -- running

    def check(self) -> None:
        """Refuse what needs a running process.

        Raises
        ------
        RunError
            The processes have stopped.
        """
        if self.stopped:
            raise RunError(
                "the processes have stopped; read variables and monitors before stop(), and make "
                "new processes to run again"
            )
        self._background.rest()

    def start(self, condition: AbstractRunCondition) -> None:
        """Run steps, or until `pause` or `stop`."""
        self.check()
        self._background.wait()
        if not isinstance(condition, RunSteps):
            self._background.begin(self._run_on)
        elif condition.blocking:
            self._run(condition.num_steps)
        else:
            self._background.begin(lambda: self._run(condition.num_steps), endless=False)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._background.running

    def wait(self) -> None:
        """Wait for the end of a run that does not block."""
        self._background.wait_unless_endless()

    def pause(self) -> None:
        """End a run without end after the step it is in."""
        self._background.end()

    def stop(self) -> None:
        """End for good."""
        self.stopped = True
        self._background.end()

    def _run_on(self) -> None:
        """Steps until someone wants an end."""
        while not self._background.wanted_to_end:
            self._run(1)

    def _run(self, n_steps: int) -> None:
        """Run more steps; fill monitors and sinks."""
        start = self._simulator.step
        monitors = [one for one in self.processes if isinstance(one, Monitor)]
        for monitor in monitors:
            for target, kept in monitor.probes:
                if start + n_steps > len(kept):
                    raise RunError(
                        f"{monitor.name} probes {target.label} for {len(kept)} steps; the run "
                        f"would end at step {start + n_steps}"
                    )
        sinks = [one for one in self.processes if isinstance(one, Sink)]
        probed = [target for monitor in monitors for target, _ in monitor.probes]
        probed += [source for sink in sinks for source, _ in sources(sink.a_in)]
        keys = dict.fromkeys(key for key in map(self._locate, probed) if key is not None)
        recording = self._simulator.run(n_steps, record=[Probe(*key) for key in keys])
        for monitor in monitors:
            for target, kept in monitor.probes:
                kept[start : start + n_steps] = self._series(target, recording, start, n_steps)
        for sink in sinks:
            self._fill(sink, recording, start, n_steps)

    def _fill(self, sink: Sink, recording: Recording, start: int, n_steps: int) -> None:
        """Put what arrived at a sink into its ring."""
        data = self._held.values[sink.data]
        total = np.zeros((n_steps, sink.a_in.size))
        for source, order in sources(sink.a_in):
            series = self._series(source, recording, start, n_steps)
            total += series.reshape(n_steps, -1)[:, order]
        kept = min(n_steps, data.shape[-1])
        places = (start + np.arange(n_steps - kept, n_steps)) % data.shape[-1]
        shaped = np.moveaxis(total[n_steps - kept :].reshape(kept, *sink.shape), 0, -1)
        data[..., places] = np.trunc(shaped) if self._held.fixed else shaped

    def _locate(self, target: Var | OutPort) -> Key | None:
        """The native item and variable behind a target; None where it is held here."""
        process, name = target.process, target.name
        if process in self._native.neurons:
            if name in ("u", "v"):
                return self._native.neurons[process], name
            if isinstance(target, OutPort):
                if name != "s_out":
                    raise NotSupportedError(f"{target.label}: Lava 0.10 sends nothing; use s_out")
                return self._native.neurons[process], "spikes"
            if name == "refractory_period_end":
                raise NotSupportedError(f"{target.label} is not mirrored; monitor v or s_out")
        if process in self._native.synapses:
            item = self._native.synapses[process][0]
            if isinstance(target, OutPort):
                return item, "a_out"
            shifted = self._held.fixed and item.weight_exp != 0
            if name == "a_buff" and (shifted or isinstance(process, DelayConnection)):
                raise NotSupportedError(
                    f"{target.label}: with delays or weight_exp it is not mirrored; monitor a_out"
                )
            if name in _STORED[1:] and item.rule is None:
                return None
            return (item, _NATIVE[name]) if name in _NATIVE else None
        return None

    def _series(
        self, target: Var | OutPort, recording: Recording, start: int, n_steps: int
    ) -> NDArray[np.float64]:
        """[step, *shape] of one target in the run just made."""
        key = self._locate(target)
        if key is None:
            if isinstance(target, OutPort) and isinstance(target.process, Source):
                data = self._held.values[target.process.data]
                columns = (start + np.arange(n_steps)) % data.shape[-1]
                return np.moveaxis(data[..., columns], -1, 0)
            assert isinstance(target, Var)
            return np.broadcast_to(self._held.values[target], (n_steps, *target.shape))
        series = recording[key]
        if isinstance(series, Events):
            series = series.raster()
        if target.name == "y0":
            series = series > 0
        if self._is_sparse(target):
            post, pre = key[0].pairs()
            dense = np.zeros((n_steps, *target.shape))
            dense[:, post, pre] = series
            return dense
        return np.asarray(series, np.float64).reshape(n_steps, *target.shape)

    def _is_sparse(self, target: Var | OutPort) -> bool:
        """Whether a target holds one value a listed synapse."""
        return target.name in _STORED and target.process in self._held.places

    # -- variables

    def get(self, var: Var) -> Any:
        """A variable's value now: float64 array, csr_matrix or text of Lava's 256 characters."""
        self.check()
        key = self._locate(var)
        if key is None:
            value = self._held.values[var]
            if isinstance(value, str):
                return value.ljust(_TEXT_LENGTH, "\0")
            return value if value is None else value.copy()
        value = self._simulator.get(*key)
        if self._is_sparse(var):
            from scipy.sparse import csr_matrix

            post, pre = key[0].pairs()
            return csr_matrix((value.astype(np.float64), (post, pre)), shape=var.shape)
        if var.name == "y0":
            value = value > 0
        return value.astype(np.float64).reshape(var.shape)

    def set(self, var: Var, value: Any) -> None:
        """Set a variable; of a learning connection, this also reads the rule from its variables."""
        self.check()
        process, started = var.process, self._simulator.step > 0
        if var.name not in _SETTABLE or isinstance(process, Sink):
            raise NotSupportedError(
                f"{var.label} cannot be set; make new processes, or set one of "
                f"{', '.join(one.name for one in process.vars if one.name in _SETTABLE) or 'none'}"
            )
        merged = self._merged(var, value)
        if isinstance(process, LearningConnection):
            self._from_vars.add(process)
        elif started and isinstance(process, Connection):
            self._held.signs[process] = SignMode.MIXED
        if not started:
            self._held.values[var] = merged
            self._held.rules.clear()
            self._build()
            return
        stored = self._locate(var) is not None
        if not stored:
            self._held.values[var] = merged
        before = dict(self._held.rules)
        self._read_rules()
        if not stored or before != self._held.rules or var.name in _STORED:
            self._revise(var, merged)
        if stored and (var.name not in _STORED[1:] or _any(merged) or _any(self.get(var))):
            self._write(var, merged)

    def _merged(self, var: Var, value: Any) -> Any:
        """The new value, its first elements taken from `value`."""
        if isinstance(value, str) or value is None:
            return value.rstrip("\0") if value else value
        if hasattr(value, "tocsr"):
            return self._cast(var, value)
        given = np.asarray(value, np.float64).ravel()
        now = self.get(var)
        now = now.toarray() if hasattr(now, "toarray") else now
        now.reshape(-1)[: given.size] = given[: now.size]
        return self._cast(var, now)

    def _write(self, var: Var, value: Any) -> None:
        """Write a value to the simulator, to all equal connections."""
        key = self._locate(var)
        assert key is not None
        if self._is_sparse(var):
            post, pre = key[0].pairs()
            value = np.asarray(value[post, pre]).reshape(-1)
        items = self._native.synapses.get(var.process, [key[0]])
        for item in items:
            shaped = value if isinstance(var.process, Connection) else value.ravel()
            self._simulator.set(item, key[1], shaped)


def _any(values: Any) -> bool:
    """Whether an array or sparse matrix holds anything but 0."""
    return bool(abs(values).max() > 0)
