"""Traces of a learning connection in fixed point: what spikes and rewards do at once.

Authority: spec "One time step" 4 and 6. What an epoch's steps leave of a trace:
fixed/trace_decay.py.
Example: a second spike of an epoch adds its impulse in its step, the first at the epoch's end.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.decay import TRACE_VALUES
from loihi_emu.chip.formats import REWARD, TRACE
from loihi_emu.kernels.fixed.trace_impulse import (
    WIDEN,
    draw_decay,
    draw_impulse,
    rounded_impulse,
    saturate,
)
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    ADD_WITHOUT_SATURATION,
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    OF_OWN_DECAYS,
    OF_OWN_IMPULSES,
    OF_R1_DECAY,
    OF_R1_IMPULSE,
    OF_REPEATS,
    OVERWRITE,
    R1,
    REGULAR_IMPULSE,
    SHARED_DRAWS,
)
from loihi_emu.kernels.memory.views import (
    currents_of,
    index_of,
    neural_of,
    parameters_of,
    received_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.random.threefry import draw as own_draw
from loihi_emu.kernels.threads.partition import owns_pre, stripe_end, thread_range, thread_stripes

_HIGHEST: Final = TRACE.highest
_MASK: Final = TRACE.highest
_TABLE: Final = TRACE_VALUES
_REWARD_LOW: Final = REWARD.lowest
_REWARD_HIGH: Final = REWARD.highest


@jit
def _half(c: Any, payload: Any) -> Any:
    """Half a payload in 8 bits, ties to even or up."""
    whole = payload >> 1
    up = (payload & 1) if c.half_rounds_up else (payload & 1) & (whole & 1)
    return (whole + up) & (_TABLE - 1)


@jit
def _repeat_draws(c: Any, step: Any, trace: Any, neuron: Any, shared: Any) -> Any:
    """Draw for the impulse of a spike that is not its epoch's first."""
    if c.draw_kind == SHARED_DRAWS:
        return shared
    return draw_impulse(c, step, OF_REPEATS + trace, neuron)


@jit
def _overflow(c: Any, total: Any) -> Any:
    """What a sum above a trace's format leaves."""
    return total & _MASK if c.overflow_masks else total - _HIGHEST


@jit
def _overflow_silent(c: Any, source: Any, m: Any) -> None:
    """Pre neurons without a spike whose x1 exceeds its format: 127 + 128 - 127 left 128."""
    traces, index, count = traces_of(m), index_of(m), wide_of(m)[source.count]
    for first in thread_stripes(c, m):
        for i in range(first, stripe_end(c, first)):
            if traces[c.x + i] > _HIGHEST:
                silent = True
                for k in range(count):
                    silent = silent and index[source.spikes + k] != i
                if silent:
                    traces[c.x + i] = _overflow(c, np.int64(traces[c.x + i]))


@jit
def pre_spikes(c: Any, source: Any, m: Any, step: Any, shared: Any) -> None:
    """Spikes of this thread's neurons of `source`: repeated impulses, payloads, spike times.

    `shared` is the step's x impulse draw where draws are shared.
    """
    traces = traces_of(m)
    times = times_of(m)
    index = index_of(m)
    wide = wide_of(m)
    count = wide[source.count]
    within = np.uint8((step - 1) % c.epoch + 1)
    n = c.n_pre
    if c.graded_mode == ADD_WITHOUT_SATURATION:
        _overflow_silent(c, source, m)
    for k in range(count):
        i = index[source.spikes + k]
        if not owns_pre(c, m, i):
            continue
        payload = index[source.payloads + k]
        repeated = times[c.pre_spike_step + i] > 0
        lost = repeated and c.second_spike_lost
        timed = True
        if c.graded_mode == REGULAR_IMPULSE:
            if repeated and not lost:
                draw = np.int64(0)
                if c.repeat_impulse_drawn:
                    draw = _repeat_draws(c, step, 0, i, shared)
                added = np.int64(traces[c.x + i]) + rounded_impulse(c, m, 0, draw)
                traces[c.x + i] = saturate(added)
        elif c.graded_mode == OVERWRITE:
            traces[c.x + i] = _half(c, payload)
        else:
            total = (np.int64(traces[c.x + i]) + _half(c, payload)) & (_TABLE - 1)
            over = total > _HIGHEST
            if c.graded_mode == ADD_WITHOUT_SATURATION:
                timed = over
                if over:
                    total = _overflow(c, total)
                traces[c.x + i] = total
            else:
                traces[c.x + i] = min(total, _HIGHEST)
        if timed and c.spike_factor_is_count:
            times[c.pre_spike_count + i] += 1
        if timed and not lost:
            if repeated:
                draw = np.int64(0)
                if c.repeat_impulse_drawn:
                    draw = _repeat_draws(c, step, 1, i, shared)
                added = np.int64(traces[c.x + n + i]) + rounded_impulse(c, m, 1, draw)
                traces[c.x + n + i] = saturate(added)
            times[c.pre_spike_step + i] = within


@jit
def post_spikes(c: Any, target: Any, m: Any, step: Any, shared: Any) -> None:
    """Spikes of this thread's neurons of `target`: repeated impulses, spike times."""
    traces = traces_of(m)
    times = times_of(m)
    index = index_of(m)
    wide = wide_of(m)
    count = wide[target.count]
    within = np.uint8((step - 1) % c.epoch + 1)
    first, last = thread_range(m, c.n_post)
    for k in range(count):
        j = index[target.spikes + k]
        if j < first or j >= last:
            continue
        repeated = times[c.post_spike_step + j] > 0
        if repeated and not c.second_spike_lost:
            for trace in range(N_TRACES - N_X):
                draw = _repeat_draws(c, step, N_X + trace, j, shared)
                place = c.y + trace * c.n_post + j
                added = np.int64(traces[place]) + rounded_impulse(c, m, N_X + trace, draw)
                traces[place] = saturate(added)
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
        for trace in range(N_TRACES - N_X):
            for j in range(trace * c.n_post + first, trace * c.n_post + last):
                traces[c.y + j] = traces[source + j]
        return
    row = (step - 1) % c.third_steps if c.third_repeats else step - 1
    for trace in range(N_TRACES - N_X):
        place = c.y + trace * c.n_post
        for j in range(first, last):
            value = np.uint8(0)
            if row < c.third_steps:
                value = received[c.third + (row * 3 + trace) * c.n_post + j]
            traces[place + j] = value


@jit
def reward(c: Any, m: Any, step: Any, decay_draw: Any, impulse_draw: Any) -> None:
    """r0 and r1 after `step`: whether the epoch was rewarded, and a trace of rewards with its sign.

    r1 decays, then takes as many impulses as the step's reward says.
    """
    neural = neural_of(m)
    if (step - 1) % c.epoch == 0:
        neural[c.rewards] = 0
    draw, impulse = draw_decay(c, step, OF_R1_DECAY, 0, decay_draw), np.int64(impulse_draw)
    if c.draw_kind != SHARED_DRAWS:
        impulse = draw_impulse(c, step, OF_R1_IMPULSE, 0)
    old = np.int64(neural[c.rewards + 1])
    entry = c.tables + R1 * c.decay_tables_per_trace * _TABLE + abs(old)
    kept = np.int64(table_of(m)[entry]) + np.int64(draw < threshold_of(m)[entry])
    new = kept if old >= 0 else -kept
    row = (step - 1) % c.reward_steps if c.reward_repeats else step - 1
    given = np.int64(currents_of(m)[c.reward + row]) if row < c.reward_steps else np.int64(0)
    if given != 0:
        neural[c.rewards] = 1
        new += given * np.int64(rounded_impulse(c, m, R1, impulse))
    neural[c.rewards + 1] = min(max(new, _REWARD_LOW), _REWARD_HIGH)


@jit
def own_traces(p: Any, m: Any, step: Any) -> None:
    """y1..y3 of a learning LIF after `step`: traces of its spikes, or its third-factor input."""
    neural = neural_of(m)
    traces = traces_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    table = table_of(m)
    threshold = threshold_of(m)
    first, last = thread_range(m, p.n)
    for y in range(N_TRACES - N_X):
        kind = p.y1_from if y == 0 else (p.y2_from if y == 1 else p.y3_from)
        place, base = p.y + y * p.n, p.tables + y * _TABLE
        for i in range(first, last):
            if kind == FROM_THIRD_FACTOR:
                given = neural[p.third_input + i]
                traces[place + i] = saturate(given)
            elif kind == FROM_SPIKES:
                old = traces[place + i]
                draw = own_draw(p.neural_key, step, OF_OWN_DECAYS + y, i)
                up = (np.uint64(draw) << WIDEN) < threshold[base + old]
                new = np.int64(table[base + old]) + np.int64(up)
                if times[p.flags + i]:
                    fraction = parameters[p.impulses + 2 * y + 1]
                    new += parameters[p.impulses + 2 * y]
                    if fraction:
                        new += draw_impulse(p, step, OF_OWN_IMPULSES + y, i) < fraction
                traces[place + i] = min(new, _HIGHEST)
