"""The order of one time step, and whole runs of steps in one compiled call.

The docstring of `step` is that order; reference/steps.py defines it. Fixed and floating point share
this text; what differs is called by one name (kernels/mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.deferred import by_address as deferred
from loihi_emu.kernels.learning import by_address as learning
from loihi_emu.kernels.learning.trace_history import commit_traces, update_histories
from loihi_emu.kernels.llvm.array_views import record_at, records_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.address_table import FLOAT_MEMORY, MEMORY
from loihi_emu.kernels.memory.by_mode import in_batch
from loihi_emu.kernels.memory.records import CONNECTION, EVENT_PROBE, INPUT, POPULATION, PROBE
from loihi_emu.kernels.memory.shared_words import FULL
from loihi_emu.kernels.memory.views import shared_of
from loihi_emu.kernels.mode.trace_spikes import post_spikes, pre_spikes, receive
from loihi_emu.kernels.mode.traces import reward
from loihi_emu.kernels.step import spike_delivery
from loihi_emu.kernels.step.neuron_step import step_population
from loihi_emu.kernels.step.probe_sampling import flush, mark_probed_inputs, sample
from loihi_emu.kernels.step.record_sample import record_events
from loihi_emu.kernels.step.spike_lists import emit, keep_for_relay, merge_spike_lists, relay
from loihi_emu.kernels.threads.barrier import barrier

deliver_spikes = in_batch(spike_delivery.deliver_spikes, "deliver_spikes")
learn, log_x_traces = in_batch(learning.learn, "learn"), in_batch(deferred.log_x_traces)

_fixed_memory_at, _float_memory_at = record_at(MEMORY), record_at(FLOAT_MEMORY)
populations_of = records_at("populations", POPULATION)
inputs_of = records_at("inputs", INPUT)
connections_of = records_at("connections", CONNECTION)
probes_of = records_at("probes", PROBE)
event_probes_of = records_at("event_probes", EVENT_PROBE)


@jit
def merge_spikes(populations: Any, m: Any, t: Any) -> None:
    """One list of spikes a population, each thread its part of it."""
    for k in range(m.n_populations):
        p = populations[k]
        if p.relayed >= 0:
            relay(p, m, t)
        elif p.is_source:
            emit(p, m, t)
        else:
            merge_spike_lists(p, m)


@jit
def keep_spikes(populations: Any, m: Any, t: Any) -> None:
    """What relays will list later."""
    for k in range(m.n_populations):
        p = populations[k]
        if p.relayed >= 0:
            keep_for_relay(p, populations[p.relayed], m, t)


@jit
def record_spikes(populations: Any, event_probes: Any, m: Any, t: Any) -> None:
    """Spikes of step t, and whether what another step could bring has no place any more."""
    full = False
    for k in range(m.n_event_probes):
        e = event_probes[k]
        population = populations[e.population]
        record_events(e, population, m, np.int32(t))
        full |= e.capacity - e.count < population.n
    shared_of(m)[FULL] = full


@jit
def update_traces(c: Any, populations: Any, m: Any, t: Any, s: Any) -> None:
    """What the traces of a learning connection do with the spikes of step t."""
    pre_spikes(c, populations[c.pre], m, t, s)
    post_spikes(c, populations[c.post], m, t, s)
    if c.third >= 0 or c.third_population >= 0:
        receive(c, populations, m, t)
    if c.reward >= 0 and m.thread_index == 0:
        reward(c, m, t, s)
    if t % c.epoch == 0:
        update_histories(c, m, t, s)
        if c.defers_post_updates:
            log_x_traces(c, m, t // c.epoch)


@jit
def end_epochs(connections: Any, m: Any, t: Any, s: Any) -> None:
    """Connections whose epoch ends with step t learn, when all traces are known."""
    ends = False
    for k in range(m.n_connections):
        c = connections[k]
        ends |= bool(c.learns) and t % c.epoch == 0
    if not ends:
        return
    barrier(m)
    for k in range(m.n_connections):
        c = connections[k]
        if c.learns and t % c.epoch == 0:
            learn(c, m, t, s)
    barrier(m)
    for k in range(m.n_connections):
        c = connections[k]
        if c.learns and t % c.epoch == 0:
            commit_traces(c, m)


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
    for k in range(m.n_populations):
        p = populations[k]
        step_population(p, connections, inputs, m, t, is_last)
    barrier(m)
    merge_spikes(populations, m, t)
    barrier(m)
    if m.n_event_probes > 0:
        if m.thread_index == 0:
            record_spikes(populations, event_probes, m, t)
        barrier(m)
    keep_spikes(populations, m, t)
    for k in range(m.n_connections):
        c = connections[k]
        deliver_spikes(c, populations[c.pre], m, t)
        if c.learns:
            update_traces(c, populations, m, t, s)
    end_epochs(connections, m, t, s)


def run_fixed(memory_record: Any, start: Any, n_steps: Any) -> Any:
    """As `run_steps`, of a run in fixed point; given the address of its memory record."""
    return run_steps(_fixed_memory_at(memory_record), start, n_steps)


def run_floating(memory_record: Any, start: Any, n_steps: Any) -> Any:
    """As `run_steps`, of a run in floating point; given the address of its memory record."""
    return run_steps(_float_memory_at(memory_record), start, n_steps)


@jit
def run_steps(m: Any, start: Any, n_steps: Any) -> Any:
    """Up to `n_steps` steps after step `start`; how many were done.

    Fewer than `n_steps` when an event buffer is full. Several threads may run at once, each with a
    record of its own.
    """
    populations, inputs, connections = populations_of(m), inputs_of(m), connections_of(m)
    probes, event_probes = probes_of(m), event_probes_of(m)
    if m.thread_index == 0:
        mark_probed_inputs(connections, probes, m)
        shared_of(m)[FULL] = False
    barrier(m)
    done = 0
    while done < n_steps:
        done += 1
        is_last = done == n_steps
        step(populations, inputs, connections, event_probes, m, start + done, done - 1, is_last)
        sample(probes, connections, m, start + done)
        if shared_of(m)[FULL]:
            break
    if m.flush_at_end:
        barrier(m)
        for k in range(m.n_connections):
            c = connections[k]
            if c.defers_post_updates:
                flush(c, m, (start + done) // c.epoch)
    return done
