"""The order of one time step, and whole runs of steps in one compiled call.

Fixed point and float share this text: `make_run` closes it over one family's functions.
Authority: spec "One time step"; the docstring of `step` is that order.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.inputs import make_inject
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.learning import make_learn
from loihi_emu.kernels.memory import MEMORY
from loihi_emu.kernels.pointers import record_at, records_at
from loihi_emu.kernels.recording import make_record, record_events
from loihi_emu.kernels.spikes import collect, emit
from loihi_emu.kernels.tables import CONNECTION, EVENT_PROBE, INPUT, POPULATION, PROBE, R1

memory_at = record_at(MEMORY)
populations_of = records_at("populations", POPULATION)
inputs_of = records_at("inputs", INPUT)
connections_of = records_at("connections", CONNECTION)
probes_of = records_at("probes", PROBE)
event_probes_of = records_at("event_probes", EVENT_PROBE)


def make_run(name: str, family: ModuleType) -> Callable[..., Any]:
    """The entry point of one family (kernels.fixed or kernels.ideal), to be compiled by build.py.

    Returns
    -------
    function
        `run(memory_record, start, n_steps) -> steps done`, given the address of a memory record;
        fewer than `n_steps` when an event buffer is full. It may run in several threads at once,
        each with a record of its own.
    """
    jit, memory = jit_for(family), family.memory
    neural_of, decay_of, impulse_of = memory.neural_of, memory.decay_of, memory.impulse_of
    synaptic_draw_of = memory.synaptic_draw_of
    integrate, own_traces = family.integrate, family.own_traces
    send, accumulate = family.send, family.accumulate
    pre_spikes, post_spikes, receive = family.pre_spikes, family.post_spikes, family.receive
    reward = family.reward
    inject, learn, record = make_inject(family), make_learn(family), make_record(family)

    @jit
    def clear_inputs(populations: Any, m: Any) -> None:
        """Every population's input starts a step at 0."""
        neural = neural_of(m)
        for p in populations:
            if not p.is_source:
                neural[p.input : p.input + p.n] = 0
                if p.third_input >= 0:
                    neural[p.third_input : p.third_input + p.n] = 0

    @jit
    def observe(c: Any, populations: Any, m: Any, t: Any, s: Any) -> None:
        """What a learning connection does with the spikes of step t."""
        impulse, decay, chunk = impulse_of(m), decay_of(m), m.chunk
        impulse_x, again_y, impulse_y = (
            impulse[(3 * c.draws) * chunk + s],
            impulse[(3 * c.draws + 1) * chunk + s],
            impulse[(3 * c.draws + 2) * chunk + s],
        )
        pre_spikes(c, populations[c.pre], m, t, impulse_x)
        post_spikes(c, populations[c.post], m, t, again_y)
        if c.third >= 0 or c.third_population >= 0:
            receive(c, populations, m, t)
        if c.reward >= 0:
            reward(c, m, t, decay[((R1 + 1) * c.draws + R1) * chunk + s], impulse_x)
        if t % c.epoch == 0:
            synaptic = synaptic_draw_of(m)[c.draws * chunk + s]
            learn(c, m, t, s, impulse_x, impulse_y, synaptic)

    @jit
    def step(populations: Any, inputs: Any, connections: Any, m: Any, t: Any, s: Any) -> None:
        """Step t, the s-th of this call.

        1. Every connection sends what was accumulated for t; input currents of t are added.
        2. Every population takes its input and fires; sources fire as they were given.
        3. Every connection takes the spikes of its pre neurons: it accumulates their weights for
           later steps, and, if it learns, notes spike times and repeated impulses; then those of
           its post neurons; then it receives third-factor traces and its reward.
        4. Where t ends an epoch, the connection learns.
        """
        clear_inputs(populations, m)
        for c in connections:
            send(c, m, t)
        for given in inputs:
            inject(given, populations[given.population], m, t)
        for p in populations:
            if p.is_source:
                emit(p, m, t)
            else:
                integrate(p, m, t)
                collect(p, m)
                if p.y >= 0:
                    own_traces(p, m, t)
        for c in connections:
            accumulate(c, populations[c.pre], m, t)
            if c.learns:
                observe(c, populations, m, t, s)

    def run(memory_record: Any, start: Any, n_steps: Any) -> Any:
        m = memory_at(memory_record)
        populations, inputs, connections = populations_of(m), inputs_of(m), connections_of(m)
        probes, event_probes = probes_of(m), event_probes_of(m)
        for s in range(n_steps):
            for e in event_probes:
                if e.capacity - e.count < populations[e.population].n:
                    return s
            t = start + s + 1
            step(populations, inputs, connections, m, t, s)
            for probe in probes:
                if t % probe.every == 0:
                    record(probe, m)
            for e in event_probes:
                record_events(e, populations[e.population], m, np.int32(t))
        return n_steps

    run.__name__ = run.__qualname__ = name
    return run
