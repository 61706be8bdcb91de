"""What spikes do to a learning connection's traces at once, in every mode.

Authority: spec "One time step" 4 and 6. What an epoch's steps leave of a trace is `history`.
Example: a second spike of an epoch adds its impulse in its step, the first at the epoch's end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    ADD_WITHOUT_SATURATION,
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    REGULAR_IMPULSE,
)
from loihi_emu.kernels.memory.views import index_of, received_of, times_of, traces_of, wide_of
from loihi_emu.kernels.mode.traces import (
    add_repeated_impulse,
    take_payload,
    take_third_factor,
    update_own_trace,
    wrap_silent_x1,
)
from loihi_emu.kernels.threads.partition import owns_pre, thread_range


@jit
def pre_spikes(c: Any, source: Any, m: Any, step: Any, s: Any) -> None:
    """Spikes of this thread's neurons of `source`: repeated impulses, payloads, spike steps.

    `s` numbers the step in shared draws.
    """
    times, index = times_of(m), index_of(m)
    within = np.uint8((step - 1) % c.epoch + 1)
    if c.graded_mode == ADD_WITHOUT_SATURATION:
        wrap_silent_x1(c, source, m)
    for k in range(wide_of(m)[source.count]):
        i = np.int64(index[source.spikes + k])
        if not owns_pre(c, m, i):
            continue
        repeated = times[c.pre_spike_step + i] > 0
        lost = repeated and c.second_spike_lost
        timed = True
        if c.graded_mode != REGULAR_IMPULSE:
            timed = take_payload(c, m, i, index[source.payloads + k])
        elif repeated and not lost:
            add_repeated_impulse(c, m, 0, c.x + i, i, step, s)
        if timed and c.spike_factor_is_count:
            times[c.pre_spike_count + i] += 1
        if timed and not lost:
            if repeated:
                add_repeated_impulse(c, m, 1, c.x + c.n_pre + i, i, step, s)
            times[c.pre_spike_step + i] = within


@jit
def post_spikes(c: Any, target: Any, m: Any, step: Any, s: Any) -> None:
    """Spikes of this thread's neurons of `target`: repeated impulses, spike steps."""
    times, index = times_of(m), index_of(m)
    within = np.uint8((step - 1) % c.epoch + 1)
    first, last = thread_range(m, c.n_post)
    for k in range(wide_of(m)[target.count]):
        j = np.int64(index[target.spikes + k])
        if j < first or j >= last:
            continue
        repeated = times[c.post_spike_step + j] > 0
        if repeated and not c.second_spike_lost:
            for trace in range(N_X, N_TRACES):
                place = c.y + (trace - N_X) * c.n_post + j
                add_repeated_impulse(c, m, trace, place, j, step, s)
        if not (repeated and c.second_spike_lost):
            times[c.post_spike_step + j] = within
        if c.spike_factor_is_count:
            times[c.post_spike_count + j] += 1


@jit
def receive(c: Any, populations: Any, m: Any, step: Any) -> None:
    """Replace the y traces by those received from a third factor in `step`."""
    traces, received = traces_of(m), received_of(m)
    first, last = thread_range(m, c.n_post)
    row = (step - 1) % c.third_steps if c.third_repeats else step - 1
    for y in range(N_TRACES - N_X):
        for j in range(y * c.n_post + first, y * c.n_post + last):
            if c.third_population >= 0:
                traces[c.y + j] = traces[populations[c.third_population].y + j]
            elif row < c.third_steps:
                traces[c.y + j] = received[c.third + row * 3 * c.n_post + j]
            else:
                traces[c.y + j] = 0


@jit
def own_traces(p: Any, m: Any, step: Any) -> None:
    """y1..y3 of a learning LIF after `step`: traces of its spikes, or its third-factor input."""
    first, last = thread_range(m, p.n)
    for y in range(N_TRACES - N_X):
        kind = p.y1_from if y == 0 else (p.y2_from if y == 1 else p.y3_from)
        for i in range(first, last):
            if kind == FROM_THIRD_FACTOR:
                take_third_factor(p, m, y, i)
            elif kind == FROM_SPIKES:
                update_own_trace(p, m, y, i, step)
