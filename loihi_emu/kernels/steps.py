"""The order of one time step, and whole runs of steps in one compiled call.

Fixed point and float share this text: `make_run` closes it over one family's functions.
Authority: spec "One time step"; the docstring of `step` is that order.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from loihi_emu.kernels.ahead import make_ahead
from loihi_emu.kernels.gathering import base_of, segment
from loihi_emu.kernels.histories import make_histories
from loihi_emu.kernels.inputs import make_inject
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.late import make_late
from loihi_emu.kernels.learning import make_learn
from loihi_emu.kernels.memory import MEMORY
from loihi_emu.kernels.notes import make_notes
from loihi_emu.kernels.parallel import parts_of, share, wait
from loihi_emu.kernels.pointers import record_at, records_at
from loihi_emu.kernels.recording import make_record, record_events
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.spikes import collect, emit, join
from loihi_emu.kernels.tables import (
    CONNECTION,
    EVENT_PROBE,
    FULL,
    INPUT,
    NEURAL,
    POPULATION,
    PROBE,
    R1,
)

memory_at = record_at(MEMORY)
populations_of = records_at("populations", POPULATION)
inputs_of = records_at("inputs", INPUT)
connections_of = records_at("connections", CONNECTION)
probes_of = records_at("probes", PROBE)
event_probes_of = records_at("event_probes", EVENT_PROBE)

_AT_ONCE: Final = 2048
"""Neurons that take a step together."""


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
    synaptic_draw_of, shared_of = memory.synaptic_draw_of, memory.shared_of
    index_of, wide_of = memory.index_of, memory.wide_of
    structure_of, place_of, moment_of = memory.structure_of, memory.place_of, memory.moment_of
    integrate, own_traces, send = family.integrate, family.own_traces, family.send
    accumulate_row, shift_arrivals = family.accumulate_row, family.shift_arrivals
    pre_spikes, post_spikes, receive = family.pre_spikes, family.post_spikes, family.receive
    reward = family.reward
    (_, find_parts, ask_for_part), late = make_ahead(family), make_late(family)
    notes = make_notes(family)
    catch_up, settle, settle_chosen = late.catch_up, late.settle, late.settle_chosen
    histories, keep_last = make_histories(family, notes)
    learn = make_learn(family, late, notes)
    inject, record = make_inject(family), make_record(family)

    @jit
    def is_sampled(c: Any, m: Any) -> Any:
        """Whether a probe samples what a connection sends."""
        found = False
        for probe in probes_of(m):
            found |= probe.arena == NEURAL and probe.start == c.sent
        return found

    @jit
    def take_input(
        p: Any, connections: Any, inputs: Any, m: Any, t: Any, first: Any, last: Any, at: Any,
        seen: Any,
    ) -> None:  # fmt: skip
        """What arrives in step t at neurons first .. last - 1 of a population, from 0, at `at` on.

        What connections accumulated, and input currents. `seen` says whether step t is the last
        that was asked for, after which anything can be looked at.
        """
        neural, ending = neural_of(m), structure_of(m)[p.ending :]
        if not p.is_source:
            neural[at : at + last - first] = 0
            if p.third_input >= 0:
                neural[p.third_input + first : p.third_input + last] = 0
        for k in range(p.n_ending):
            c = connections[ending[k]]
            given = at if c.target == p.input else c.target + first
            send(c, m, t, first, last, given, seen or is_sampled(c, m))
        for k in range(p.n_ending, p.n_ending + p.n_given):
            inject(inputs[ending[k]], m, t, first, last, at)

    @jit
    def advance(
        p: Any, connections: Any, inputs: Any, m: Any, t: Any, seen: Any
    ) -> None:  # fmt: skip
        """A population's neurons of this thread take what arrives in step t; spikes are listed.

        Some at once: what one loop leaves the next finds in the first cache. What they are given
        lies for all where it does for the first, as it is looked at no more.
        """
        first, last = share(m, p.n)
        at = p.input + first
        for start in range(first, last, _AT_ONCE):
            stop = min(start + _AT_ONCE, last)
            take_input(p, connections, inputs, m, t, start, stop, at, seen)
            if not p.is_source:
                integrate(p, m, t, start, stop, at)
        if not p.is_source:
            collect(p, m)
            if p.y >= 0:
                own_traces(p, m, t)

    @jit
    def join_spikes(populations: Any, event_probes: Any, m: Any, t: Any) -> None:
        """One list of spikes a population, and those that are recorded."""
        for p in populations:
            if p.is_source:
                emit(p, m, t)
            else:
                join(p, m)
        full = False
        for e in event_probes:
            population = populations[e.population]
            record_events(e, population, m, np.int32(t))
            full |= e.capacity - e.count < population.n
        shared_of(m)[FULL] = full

    @jit
    def accumulate_part(
        c: Any, source: Any, m: Any, t: Any, start: Any, n: Any, part: Any
    ) -> None:  # fmt: skip
        """One part of the weights of n listed neurons that spiked, from the `start`-th on."""
        index = index_of(m)
        spikes, payloads = index[source.spikes + start :], index[source.payloads + start :]
        if not c.sparse:
            for k in range(n):
                low, high, base = segment(c, m, np.int64(spikes[k]), part)
                payload = payloads[k] if c.graded else np.int32(1)
                accumulate_row(c, m, t, low, high, base, payload)
            return
        find_parts(c, m, spikes, n, part)
        place, end, base = place_of(m), moment_of(m), base_of(c, m, part)
        for k in range(n):
            ask_for_part(c, m, k, n)
            payload = payloads[k] if c.graded else np.int32(1)
            accumulate_row(c, m, t, place[k], np.int64(end[k]), base, payload)

    @jit
    def accumulate(c: Any, source: Any, m: Any, t: Any) -> None:
        """The spikes of step t, through the weights as they are by then."""
        index, count = index_of(m), wide_of(m)[source.count]
        first, last = parts_of(c, m)
        if c.late:
            catch_up(c, m, index[source.spikes :], count, (t - 1) // c.epoch)
            wait(m)
        for part in range(first, last):
            for start in range(0, count, BLOCK):
                n = min(BLOCK, count - start)
                accumulate_part(c, source, m, t, start, n, part)
        if c.arrivals >= 0 and count > 0:
            shift_arrivals(c, m, t)

    @jit
    def observe(c: Any, populations: Any, m: Any, t: Any, s: Any) -> None:
        """What the traces of a learning connection do with the spikes of step t."""
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
        if c.reward >= 0 and m.thread == 0:
            reward(c, m, t, decay[((R1 + 1) * c.draws + R1) * chunk + s], impulse_x)
        if t % c.epoch == 0:
            histories(c, m, t, s, impulse_x, impulse_y)

    @jit
    def end_epochs(connections: Any, m: Any, t: Any, s: Any) -> None:
        """Connections whose epoch ends with step t learn, when all traces are known."""
        ends = False
        for c in connections:
            ends |= bool(c.learns) and t % c.epoch == 0
        if not ends:
            return
        wait(m)
        for c in connections:
            if c.learns and t % c.epoch == 0:
                learn(c, m, t, synaptic_draw_of(m)[c.draws * m.chunk + s])
        wait(m)
        for c in connections:
            if c.learns and t % c.epoch == 0:
                keep_last(c, m)

    @jit
    def step(
        populations: Any, inputs: Any, connections: Any, event_probes: Any, m: Any, t: Any,
        s: Any, is_last: Any,
    ) -> None:  # fmt: skip
        """Step t, the s-th of this call.

        1. Every connection sends what was accumulated for t; input currents of t are added.
        2. Every population takes its input and fires; sources fire as they were given. As no
           population's input hangs on another's, each does 1 and 2 by itself.
        3. Every connection takes the spikes of its pre neurons: it accumulates their weights for
           later steps, and, if it learns, notes spike times and repeated impulses; then those of
           its post neurons; then it receives third-factor traces and its reward.
        4. Where t ends an epoch, the connection learns.

        Threads wait for one another where one needs what others did: spikes in 3, traces in 4.
        """
        for p in populations:
            advance(p, connections, inputs, m, t, is_last)
        wait(m)
        if m.thread == 0:
            join_spikes(populations, event_probes, m, t)
        wait(m)
        for c in connections:
            accumulate(c, populations[c.pre], m, t)
            if c.learns:
                observe(c, populations, m, t, s)
        end_epochs(connections, m, t, s)

    @jit
    def sample(probes: Any, connections: Any, m: Any, t: Any) -> None:
        """Samples of step t, when what they read is up to date."""
        due = False
        for probe in probes:
            due |= t % probe.every == 0
        if not due:
            return
        wait(m)
        for probe in probes:
            if t % probe.every == 0 and probe.connection >= 0:
                c = connections[probe.connection]
                if c.late and probe.indices < 0:
                    settle(c, m, t // c.epoch)
                elif c.late:
                    settle_chosen(c, m, probe, t // c.epoch)
        wait(m)
        if m.thread == 0:
            for probe in probes:
                if t % probe.every == 0:
                    record(probe, m)
        wait(m)

    def run(memory_record: Any, start: Any, n_steps: Any) -> Any:
        m = memory_at(memory_record)
        populations, inputs, connections = populations_of(m), inputs_of(m), connections_of(m)
        probes, event_probes = probes_of(m), event_probes_of(m)
        done = 0
        while done < n_steps:
            done += 1
            is_last = done == n_steps
            step(populations, inputs, connections, event_probes, m, start + done, done - 1, is_last)
            sample(probes, connections, m, start + done)
            if shared_of(m)[FULL]:
                break
        if m.settles:
            wait(m)
            for c in connections:
                if c.late:
                    settle(c, m, (start + done) // c.epoch)
        return done

    run.__name__ = run.__qualname__ = name
    return run
