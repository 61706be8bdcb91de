"""The order of one time step, and whole runs of steps in one compiled call.

Fixed point and float share this text: `make_run` closes it over one family's functions.
Authority: spec "One time step"; the docstring of `step` is that order.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from loihi_emu.kernels.cache import compiled
from loihi_emu.kernels.inputs import inject
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.learning import make_learn
from loihi_emu.kernels.tables import NEURAL, SYNAPTIC, TRACE


def make_run(name: str, family: ModuleType) -> Callable[..., Any]:
    """The compiled entry point of one family (kernels.fixed or kernels.ideal).

    Returns
    -------
    function
        `run(populations, inputs, connections, probes, event_probes, arenas, constants, draws,
        block, out, start, n_steps) -> steps done`; fewer than `n_steps` when an event buffer is
        full.
    """
    integrate, own_traces = family.integrate, family.own_traces
    send, accumulate = family.send, family.accumulate
    pre_spikes, post_spikes, receive = family.pre_spikes, family.post_spikes, family.receive
    learn = make_learn(family)

    @jit
    def step(
        populations: Any, inputs: Any, connections: Any, arenas: Any, constants: Any,
        draws: Any, block: Any, t: Any, s: Any,
    ) -> None:  # fmt: skip
        """Step t, the s-th of this call.

        1. Every connection sends what was accumulated for t; input currents of t are added.
        2. Every population takes its input and fires; sources fire as they were given.
        3. Every connection takes the spikes of its pre neurons: it accumulates their weights for
           later steps, and, if it learns, notes spike times and repeated impulses; then those of
           its post neurons; then it receives third-factor traces.
        4. Where t ends an epoch, the connection learns.
        """
        for p in populations:
            if not p.is_source:
                arenas.neural[p.input : p.input + p.n] = 0
                if p.third_input >= 0:
                    arenas.neural[p.third_input : p.third_input + p.n] = 0
        for c in connections:
            send(c, arenas, t)
        for given in inputs:
            inject(given, populations[given.population], arenas, constants, t)
        for p in populations:
            if p.is_source:
                _emit(p, arenas, constants, t)
            else:
                integrate(p, arenas, t)
                _collect(p, arenas)
                if p.y >= 0:
                    own_traces(p, arenas, t)
        for c in connections:
            accumulate(c, populations[c.pre], arenas, constants, t)
            if c.learns:
                _observe(c, populations, arenas, constants, draws, block, t, s)

    @jit
    def _observe(
        c: Any, populations: Any, arenas: Any, constants: Any, draws: Any, block: Any, t: Any,
        s: Any,
    ) -> None:  # fmt: skip
        """What a learning connection does with the spikes of step t."""
        impulse, decay = draws.impulse[c.draws], draws.decay[c.draws]
        pre_spikes(c, populations[c.pre], arenas, t, impulse[0, s])
        post_spikes(c, populations[c.post], arenas, t, impulse[1, s])
        if c.third >= 0 or c.third_population >= 0:
            receive(c, populations, arenas, constants, t)
        if t % c.epoch == 0:
            learn(
                c, arenas, constants, block, t, decay[0, s], impulse[0, s], decay[1, s],
                impulse[2, s], draws.synaptic[c.draws, s],
            )  # fmt: skip

    def run(
        populations: Any, inputs: Any, connections: Any, probes: Any, event_probes: Any,
        arenas: Any, constants: Any, draws: Any, block: Any, out: Any, start: Any, n_steps: Any,
    ) -> Any:  # fmt: skip
        for s in range(n_steps):
            for e in event_probes:
                if e.capacity - e.count < populations[e.population].n:
                    return s
            t = start + s + 1
            step(populations, inputs, connections, arenas, constants, draws, block, t, s)
            for probe in probes:
                if t % probe.every == 0:
                    _record(probe, arenas, out)
            for e in event_probes:
                _record_events(e, populations[e.population], arenas, out, t)
        return n_steps

    run.__name__ = run.__qualname__ = name
    return compiled(run)  # type: ignore[no-any-return]


@jit
def _emit(p: Any, arenas: Any, constants: Any, t: Any) -> None:
    """Spikes of a source in step t."""
    row = (t - 1) % p.event_steps if p.repeats else t - 1
    count = 0
    if row < p.event_steps:
        low = constants.pointer[p.event_pointer + row]
        high = constants.pointer[p.event_pointer + row + 1]
        for k in range(low, high):
            arenas.index[p.spikes + count] = constants.index[p.events + 2 * k]
            arenas.index[p.payloads + count] = constants.index[p.events + 2 * k + 1]
            count += 1
    arenas.wide[p.count] = count


@jit
def _collect(p: Any, arenas: Any) -> None:
    """Turn spike flags into a list of neurons and payloads (+1, or -1 for a flag of 2)."""
    flags = arenas.times[p.flags : p.flags + p.n]
    count = 0
    for start in range(0, p.n, 64):
        stop = min(start + 64, p.n)
        any_spike = 0
        for i in range(start, stop):
            any_spike |= flags[i]
        if any_spike:
            for i in range(start, stop):
                if flags[i]:
                    arenas.index[p.spikes + count] = i
                    arenas.index[p.payloads + count] = 1 if flags[i] == 1 else -1
                    count += 1
    arenas.wide[p.count] = count


@jit
def _record(probe: Any, arenas: Any, out: Any) -> None:
    """Copy one sample of a probe."""
    at = probe.out + probe.samples * probe.length
    probe.samples += 1
    if probe.start < 0:
        return  # not kept, so 0 throughout, as the buffer is
    if probe.arena == NEURAL:
        _copy(probe, arenas.neural, out.neural, out.indices, at)
    elif probe.arena == SYNAPTIC:
        _copy(probe, arenas.synaptic, out.synaptic, out.indices, at)
    elif probe.arena == TRACE:
        _copy(probe, arenas.traces, out.traces, out.indices, at)
    else:
        _copy(probe, arenas.times, out.times, out.indices, at)


@jit
def _copy(probe: Any, source: Any, target: Any, indices: Any, at: Any) -> None:
    """Copy a probe's values, all or those of its indices."""
    if probe.indices < 0:
        target[at : at + probe.length] = source[probe.start : probe.start + probe.length]
    else:
        for k in range(probe.length):
            target[at + k] = source[probe.start + indices[probe.indices + k]]


@jit
def _record_events(e: Any, p: Any, arenas: Any, out: Any, t: Any) -> None:
    """Append the spikes of step t."""
    for k in range(arenas.wide[p.count]):
        row = e.out + e.count
        out.events[row, 0] = t
        out.events[row, 1] = arenas.index[p.spikes + k]
        out.events[row, 2] = arenas.index[p.payloads + k]
        e.count += 1
