"""Traces of a learning connection in real numbers: no bounds, no rounding, no draws.

reference/float_traces.py defines them: in each step a trace is multiplied by exp(-1/tau); a spike
adds the impulse.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    OVERWRITE,
    R1,
    REGULAR_IMPULSE,
)
from loihi_emu.kernels.memory.views import (
    currents_of,
    index_of,
    neural_of,
    parameters_of,
    received_of,
    table_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.threads.partition import owns_pre, thread_range


@jit
def pre_spikes(c: Any, source: Any, m: Any, step: Any, _shared: Any) -> None:
    """Spikes of this thread's neurons of `source`: repeated impulses, payloads, spike times."""
    traces = traces_of(m)
    times = times_of(m)
    index = index_of(m)
    wide = wide_of(m)
    parameters = parameters_of(m)
    within = np.uint8((step - 1) % c.epoch + 1)
    for k in range(wide[source.count]):
        i = index[source.spikes + k]
        if not owns_pre(c, m, i):
            continue
        half = index[source.payloads + k] / 2.0
        repeated = times[c.pre_spike_step + i] > 0
        lost = repeated and c.second_spike_lost
        if c.graded_mode == REGULAR_IMPULSE:
            if repeated and not lost:
                traces[c.x + i] += parameters[c.impulses]
        elif c.graded_mode == OVERWRITE:
            traces[c.x + i] = half
        else:
            traces[c.x + i] += half
        if repeated and not lost:
            traces[c.x + c.n_pre + i] += parameters[c.impulses + 2]
        if not lost:
            times[c.pre_spike_step + i] = within
        if c.spike_factor_is_count:
            times[c.pre_spike_count + i] += 1


@jit
def post_spikes(c: Any, target: Any, m: Any, step: Any, _shared: Any) -> None:
    """Spikes of this thread's neurons of `target`: repeated impulses, spike times."""
    traces = traces_of(m)
    times = times_of(m)
    index = index_of(m)
    wide = wide_of(m)
    parameters = parameters_of(m)
    within = np.uint8((step - 1) % c.epoch + 1)
    first, last = thread_range(m, c.n_post)
    for k in range(wide[target.count]):
        j = index[target.spikes + k]
        if j < first or j >= last:
            continue
        repeated = times[c.post_spike_step + j] > 0
        if repeated and not c.second_spike_lost:
            for y in range(N_TRACES - N_X):
                impulse = parameters[c.impulses + 2 * (N_X + y)]
                traces[c.y + y * c.n_post + j] += impulse
        if not (repeated and c.second_spike_lost):
            times[c.post_spike_step + j] = within
        if c.spike_factor_is_count:
            times[c.post_spike_count + j] += 1


@jit
def receive(c: Any, populations: Any, m: Any, step: Any) -> None:
    """Replace the y traces by those received from a third factor in `step`."""
    traces = traces_of(m)
    received = received_of(m)
    first, last = thread_range(m, c.n_post)
    if c.third_population >= 0:
        source = populations[c.third_population].y
        for y in range(N_TRACES - N_X):
            for j in range(y * c.n_post + first, y * c.n_post + last):
                traces[c.y + j] = traces[source + j]
        return
    row = (step - 1) % c.third_steps if c.third_repeats else step - 1
    for y in range(N_TRACES - N_X):
        for j in range(first, last):
            value = 0.0
            if row < c.third_steps:
                value = received[c.third + (row * 3 + y) * c.n_post + j]
            traces[c.y + y * c.n_post + j] = value


@jit
def history(
    c: Any,
    m: Any,
    trace: Any,
    stored: Any,
    at: Any,
    out: Any,
    n: Any,
    first: Any,
    last: Any,
    _last_step: Any,
    _decay_draw: Any,
    _impulse_draw: Any,
) -> None:
    """h[0..epoch] of one trace at `out`, of neurons first .. last - 1 of n."""
    traces = traces_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    table = table_of(m)

    keep, impulse = table[c.tables + trace], parameters[c.impulses + 2 * trace]
    for i in range(first, last):
        traces[out + i] = traces[stored + i]
    for s in range(1, c.epoch + 1):
        before, after = out + (s - 1) * n, out + s * n
        for i in range(first, last):
            traces[after + i] = traces[before + i] * keep
            if times[at + i] == s:
                traces[after + i] += impulse


@jit
def reward(c: Any, m: Any, step: Any, _decay_draw: Any, _impulse_draw: Any) -> None:
    """r0 and r1 after `step`: whether the epoch was rewarded, and a trace of rewards."""
    neural, given = neural_of(m), currents_of(m)
    if (step - 1) % c.epoch == 0:
        neural[c.rewards] = 0.0
    neural[c.rewards + 1] *= table_of(m)[c.tables + R1]
    row = (step - 1) % c.reward_steps if c.reward_repeats else step - 1
    if row < c.reward_steps and given[c.reward + row] != 0:
        neural[c.rewards] = 1.0
        neural[c.rewards + 1] += given[c.reward + row] * parameters_of(m)[c.impulses + 2 * R1]


@jit
def own_traces(p: Any, m: Any, _step: Any) -> None:
    """y1..y3 of a learning LIF: traces of its spikes, or its third-factor input."""
    neural = neural_of(m)
    traces = traces_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    table = table_of(m)
    first, last = thread_range(m, p.n)
    for y in range(N_TRACES - N_X):
        kind = p.y1_from if y == 0 else (p.y2_from if y == 1 else p.y3_from)
        place = p.y + y * p.n
        for i in range(first, last):
            if kind == FROM_THIRD_FACTOR:
                traces[place + i] = neural[p.third_input + i]
            elif kind == FROM_SPIKES:
                traces[place + i] *= table[p.tables + y]
                if times[p.flags + i]:
                    traces[place + i] += parameters[p.impulses + 2 * y]
