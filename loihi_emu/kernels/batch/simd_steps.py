"""The order of one time step in all variants, as in step/time_step.py, and whole runs of steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.batch.simd_delivery import deliver_spikes
from loihi_emu.kernels.batch.simd_draws import record_of
from loihi_emu.kernels.batch.simd_learning import learn
from loihi_emu.kernels.batch.simd_neurons import emit, inject, integrate
from loihi_emu.kernels.batch.simd_traces import find_linear_slopes
from loihi_emu.kernels.fixed.synaptic_input import deliver_arrivals
from loihi_emu.kernels.learning.trace_history import commit_traces, update_histories
from loihi_emu.kernels.llvm.array_views import records_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    CONNECTION,
    EVENT_PROBE,
    INPUT,
    POPULATION,
    PROBE,
    SHARED_DRAWS,
)
from loihi_emu.kernels.memory.views import neural_of
from loihi_emu.kernels.mode.trace_spikes import post_spikes, pre_spikes
from loihi_emu.kernels.step.record_sample import record_events, record_sample
from loihi_emu.kernels.step.spike_lists import list_own_spikes, merge_spike_lists

_populations_of = records_at("populations", POPULATION)
_inputs_of = records_at("inputs", INPUT)
_connections_of = records_at("connections", CONNECTION)
_probes_of = records_at("probes", PROBE)
_event_probes_of = records_at("event_probes", EVENT_PROBE)


@jit
def _gather_input(m: Any, t: Any) -> None:
    """What arrives in step t: what connections accumulated, and input currents."""
    neural, populations = neural_of(m), _populations_of(m)
    for p in populations:
        if not p.is_source:
            neural[p.input : p.input + p.n] = 0
    for c in _connections_of(m):
        deliver_arrivals(c, m, t, 0, c.n_post, c.target, True)
    for given in _inputs_of(m):
        inject(given, populations[given.population], m, t)


@jit
def _fire(m: Any, t: Any) -> Any:
    """Every neuron takes its input; spikes are listed and recorded; whether a buffer is full."""
    populations, full = _populations_of(m), False
    for p in populations:
        if p.is_source:
            emit(p, m, t)
        else:
            integrate(p, m, t)
            list_own_spikes(p, m)
            merge_spike_lists(p, m)
    for e in _event_probes_of(m):
        population = populations[e.population]
        record_events(e, population, m, np.int32(t))
        full |= e.capacity - e.count < population.n
    return full


@jit
def _update_traces(m: Any, t: Any, s: Any) -> None:
    """What connections and their traces do with the spikes of step t."""
    populations = _populations_of(m)
    for c in _connections_of(m):
        deliver_spikes(c, populations[c.pre], m, t)
        if c.learns:
            pre_spikes(c, populations[c.pre], m, t, s)
            post_spikes(c, populations[c.post], m, t, s)
            if t % c.epoch == 0:
                update_histories(c, m, t, s)


@jit
def _end_epochs(m: Any, t: Any, s: Any) -> None:
    """Connections whose epoch ends with step t learn, when all traces are known."""
    for c in _connections_of(m):
        if c.learns and t % c.epoch == 0:
            learn(c, m, t, s)
    for c in _connections_of(m):
        if c.learns and t % c.epoch == 0:
            commit_traces(c, m)


def run(records: Any, start: Any, n_steps: Any) -> Any:
    """Up to `n_steps` steps of WIDTH variants after step `start`; how many were done.

    Given the address of their memory records. Fewer than `n_steps` when an event buffer is full.
    """
    m, done, full = record_of(records), 0, False
    for c in _connections_of(m):
        if c.learns and c.draw_kind != SHARED_DRAWS:
            find_linear_slopes(c, m)
    while done < n_steps and not full:
        t = start + done + 1
        _gather_input(m, t)
        full = _fire(m, t)
        _update_traces(m, t, done)
        _end_epochs(m, t, done)
        for probe in _probes_of(m):
            if t % probe.every == 0:
                record_sample(probe, m)
        done += 1
    return done
