"""The order of one time step, and runs of steps, in plain Python.

`make_run` returns a function with the arguments and effects of the compiled one
(step/time_step.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

from loihi_emu.kernels.memory.records import NEURAL, R1, SYNAPTIC, TRACE
from loihi_emu.kernels.reference import fixed_point, floating_point
from loihi_emu.kernels.reference.learning import learn
from loihi_emu.kernels.reference.memory import Memory, Spikes
from loihi_emu.kernels.reference.neurons import emit, relay
from loihi_emu.kernels.reference.watch import Watch

MODES: Final[dict[str, ModuleType]] = {"fixed_pt": fixed_point, "floating_pt": floating_point}
"""The functions of each mode."""


def step(mode: ModuleType, memory: Memory, t: int, s: int) -> list[Spikes]:
    """Step t, the s-th of this call, by the functions of a mode; the spikes of every population.

    1. Every connection sends what was accumulated for t; input currents of t are added.
    2. Every population takes its input and fires; sources fire as they were given.
    3. Every connection takes the spikes of its pre neurons: it accumulates their weights for
       later steps, and, if it learns, notes spike times and repeated impulses; then those of
       its post neurons; then it receives third-factor traces and its reward.
    4. Where t ends an epoch, the connection learns.
    """
    _clear_inputs(memory)
    for c in memory.connections:
        mode.send(c, memory, t)
    for given in memory.inputs:
        _inject(mode, given, memory, t)
    spikes: list[Spikes] = []
    for p in memory.populations:  # a relay stands behind the population it relays
        if p.relayed >= 0:
            spikes.append(relay(p, spikes[p.relayed], memory, t))
        else:
            spikes.append(emit(p, memory, t) if p.is_source else mode.integrate(p, memory, t))
    for p, fired in zip(memory.populations, spikes, strict=True):
        if p.y >= 0:
            mode.own_traces(p, fired, memory, t)
    for c in memory.connections:
        mode.accumulate(c, spikes[c.pre], memory, t)
        if c.learns:
            _observe(mode, c, spikes[c.pre], spikes[c.post], memory, t, s)
    return spikes


def _clear_inputs(memory: Memory) -> None:
    """No neuron has been given anything yet."""
    for p in memory.populations:
        for first in (p.input, p.third_input):
            if first >= 0:
                memory.state.neural[first : first + p.n] = [0] * p.n


def _inject(mode: ModuleType, given: Any, memory: Memory, t: int) -> None:
    """Add one array's currents of step t."""
    row = (t - 1) % given.steps if given.repeats else t - 1
    if row >= given.steps:
        return
    target, neural = memory.populations[given.population].input, memory.state.neural
    for i in range(given.n):
        current = memory.constants.neural[given.values + row * given.n + i]
        mode.inject(neural, target + i, current)


def _observe(
    mode: ModuleType, c: Any, pre: Spikes, post: Spikes, memory: Memory, t: int, s: int
) -> None:  # fmt: skip
    """What a learning connection does with the spikes of step t."""
    x, y_repeated, _ = (row[s] for row in memory.draws.impulse[c.draws])
    mode.pre_spikes(c, pre, memory, t, x)
    mode.post_spikes(c, post, memory, t, y_repeated)
    if c.third >= 0 or c.third_population >= 0:
        mode.receive(c, memory, t)
    if c.reward >= 0:
        mode.reward(c, memory, t, memory.draws.decay[c.draws][R1][s], x)
    if t % c.epoch == 0:
        learn(mode, c, memory, t, s)


def make_run(mode: str, rules: Sequence[Any], watch: Watch | None = None) -> Callable[..., int]:
    """A run in plain Python of a network whose learning connections have these rules.

    Parameters
    ----------
    mode : {'fixed_pt', 'floating_pt'}
    rules : sequence of Microcode, or of mapping of target to ProductSeries
        Of each learning connection, in their order.
    watch : Watch, optional
        A synapse whose epochs are logged; fixed_pt only.

    Returns
    -------
    function
        `run(populations, inputs, connections, probes, event_probes, arenas, constants, draws,
        block, out, start, n_steps) -> steps done`, see step/time_step.py.
    """
    functions = MODES[mode]

    def run(
        populations: Any, inputs: Any, connections: Any, probes: Any, event_probes: Any,
        arenas: Any, constants: Any, draws: Any, block: Any, out: Any, start: int, n_steps: int,
    ) -> int:  # fmt: skip
        del block
        memory = Memory(populations, inputs, connections, arenas, constants, draws, rules, watch)
        done = 0
        while done < n_steps and _room_for_events(event_probes, memory):
            t = start + done + 1
            spikes = step(functions, memory, t, done)
            for probe in probes:
                if t % probe["every"] == 0:
                    _record(probe, memory, out)
            for e in event_probes:
                _record_events(e, spikes[e["population"]], out, t)
            done += 1
        memory.write_back(arenas)
        return done

    return run


def _room_for_events(event_probes: Any, memory: Memory) -> bool:
    """Whether every neuron could spike and be recorded."""
    return all(
        e["capacity"] - e["count"] >= memory.populations[e["population"]].n for e in event_probes
    )


def _record(probe: Any, memory: Memory, out: Any) -> None:
    """Copy one sample of a probe."""
    state = memory.state
    arenas = {NEURAL: (state.neural, out.neural), SYNAPTIC: (state.synaptic, out.synaptic)}
    arenas |= {TRACE: (state.traces, out.traces)}
    source, target = arenas.get(int(probe["arena"]), (state.times, out.times))
    first, length = int(probe["start"]), int(probe["length"])
    chosen = range(length)
    if probe["indices"] >= 0:
        chosen = out.indices[probe["indices"] : probe["indices"] + length]
    at = probe["out"] + probe["samples"] * length
    target[at : at + length] = [source[first + k] if first >= 0 else 0 for k in chosen]
    probe["samples"] += 1


def _record_events(e: Any, spikes: Spikes, out: Any, t: int) -> None:
    """Append the spikes of step t."""
    for neuron, payload in spikes.items():
        out.events[e["out"] + e["count"]] = (t, neuron, payload)
        e["count"] += 1
