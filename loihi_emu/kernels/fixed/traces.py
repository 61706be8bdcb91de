"""Traces of a learning connection in fixed point: what spikes do at once, and an epoch's history.

Authority: spec "One time step" 4 and 6, "Learning phase" 3. A decay is a table of 256 whole parts
and thresholds, so that machines with other decay laws differ in data alone.
Example: tau 10 takes 16 to 14 (14.47) or, when the draw lies below 0.47, to 15.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.decay import DECAY_DRAW_BITS, TRACE_VALUES
from loihi_emu.chip.formats import DRAW, REWARD, TRACE
from loihi_emu.kernels.counter import neuron_draw, neuron_draws
from loihi_emu.kernels.fixed.memory import (
    currents_of,
    draws_of,
    index_of,
    neural_of,
    parameters_of,
    received_of,
    spiked_pre_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.gathering import copy, copy_indexed, list_equal
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.parallel import has_pre, share, stretch_end, stretches
from loihi_emu.kernels.pointers import stack_bytes
from loihi_emu.kernels.tables import (
    ADD_WITHOUT_SATURATION,
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    OF_IMPULSES,
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

_HIGHEST: Final = TRACE.highest
_MASK: Final = TRACE.highest
_TABLE: Final = TRACE_VALUES
_REWARD_LOW: Final = REWARD.lowest
_REWARD_HIGH: Final = REWARD.highest
_DRAWS: Final = float(1 << DECAY_DRAW_BITS)
_LINE_BITS: Final = 16
_WORTH_A_LINE: Final = 2048  # decays for which trying all values pays
_AT_ONCE: Final = 256
_DRAW_HIGHEST: Final = np.uint32(DRAW.size - 1)
_WIDEN: Final = np.uint64(DECAY_DRAW_BITS - DRAW.bits)
decayed_values: Final = stack_bytes(_TABLE)


@jit
def _bounded(value: Any) -> Any:
    """The nearest value of a trace's format."""
    return min(max(value, 0), _HIGHEST)


@jit
def _impulse(c: Any, m: Any, trace: Any, draw: Any) -> Any:
    """A trace's impulse, rounded up if the draw lies below its fraction."""
    parameters = parameters_of(m)
    whole = parameters[c.impulses + 2 * trace]
    return whole + (1 if draw < parameters[c.impulses + 2 * trace + 1] else 0)


@jit
def _impulse_draw(c: Any, step: Any, purpose: Any, neuron: Any) -> Any:
    """A neuron's own draw for an impulse, in the bits the machine compares."""
    return np.int64(neuron_draw(c.seed, c.stream, step, purpose, neuron)) >> c.drop


@jit
def _drawn_impulse(c: Any, m: Any, trace: Any, step: Any, neuron: Any, shared: Any) -> Any:
    """A trace's impulse of one neuron in one step, by its own draw or the shared one."""
    draw = np.int64(shared)
    if c.draw_kind != SHARED_DRAWS:
        draw = _impulse_draw(c, step, OF_IMPULSES + trace, neuron)
    return _impulse(c, m, trace, draw)


@jit
def _decay_draw(c: Any, step: Any, purpose: Any, neuron: Any, shared: Any) -> Any:
    """A draw for the decay of one neuron's trace in one step, its own or the shared one."""
    if c.draw_kind == SHARED_DRAWS:
        return np.uint64(shared)
    return np.uint64(neuron_draw(c.seed, c.stream, step, purpose, neuron)) << _WIDEN


@jit
def _half(c: Any, payload: Any) -> Any:
    """Half a payload in 8 bits, ties to even or up."""
    whole = payload >> 1
    up = (payload & 1) if c.half_up else (payload & 1) & (whole & 1)
    return (whole + up) & (_TABLE - 1)


@jit
def _repeat_draws(c: Any, step: Any, trace: Any, neuron: Any, shared: Any) -> Any:
    """Draw for the impulse of a spike that is not its epoch's first."""
    if c.draw_kind == SHARED_DRAWS:
        return shared
    return _impulse_draw(c, step, OF_REPEATS + trace, neuron)


@jit
def _overflow(c: Any, total: Any) -> Any:
    """What a sum above a trace's format leaves."""
    return total & _MASK if c.mask_overflow else total - _HIGHEST


@jit
def _overflow_silent(c: Any, source: Any, m: Any) -> None:
    """Pre neurons without a spike whose x1 exceeds its format: 127 + 128 - 127 left 128."""
    traces, index, count = traces_of(m), index_of(m), wide_of(m)[source.count]
    for first in stretches(c, m):
        for i in range(first, stretch_end(c, first)):
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
    if c.mode == ADD_WITHOUT_SATURATION:
        _overflow_silent(c, source, m)
    for k in range(count):
        i = index[source.spikes + k]
        if not has_pre(c, m, i):
            continue
        payload = index[source.payloads + k]
        repeated = times[c.tx + i] > 0
        lost = repeated and c.keeps_first
        timed = True
        if c.mode == REGULAR_IMPULSE:
            if repeated and not lost:
                draw = np.int64(0)
                if c.repeat_drawn:
                    draw = _repeat_draws(c, step, 0, i, shared)
                added = np.int64(traces[c.x + i]) + _impulse(c, m, 0, draw)
                traces[c.x + i] = _bounded(added)
        elif c.mode == OVERWRITE:
            traces[c.x + i] = _half(c, payload)
        else:
            total = (np.int64(traces[c.x + i]) + _half(c, payload)) & (_TABLE - 1)
            over = total > _HIGHEST
            if c.mode == ADD_WITHOUT_SATURATION:
                timed = over
                if over:
                    total = _overflow(c, total)
                traces[c.x + i] = total
            else:
                traces[c.x + i] = min(total, _HIGHEST)
        if timed and c.count_spikes:
            times[c.nx + i] += 1
        if timed and not lost:
            if repeated:
                draw = np.int64(0)
                if c.repeat_drawn:
                    draw = _repeat_draws(c, step, 1, i, shared)
                added = np.int64(traces[c.x + n + i]) + _impulse(c, m, 1, draw)
                traces[c.x + n + i] = _bounded(added)
            times[c.tx + i] = within


@jit
def post_spikes(c: Any, target: Any, m: Any, step: Any, shared: Any) -> None:
    """Spikes of this thread's neurons of `target`: repeated impulses, spike times."""
    traces = traces_of(m)
    times = times_of(m)
    index = index_of(m)
    wide = wide_of(m)
    count = wide[target.count]
    within = np.uint8((step - 1) % c.epoch + 1)
    first, last = share(m, c.n_post)
    for k in range(count):
        j = index[target.spikes + k]
        if j < first or j >= last:
            continue
        repeated = times[c.ty + j] > 0
        if repeated and not c.keeps_first:
            for trace in range(N_TRACES - N_X):
                draw = _repeat_draws(c, step, N_X + trace, j, shared)
                place = c.y + trace * c.n_post + j
                added = np.int64(traces[place]) + _impulse(c, m, N_X + trace, draw)
                traces[place] = _bounded(added)
        if not (repeated and c.keeps_first):
            times[c.ty + j] = within
        if c.count_spikes:
            times[c.ny + j] += 1


@jit
def receive(c: Any, populations: Any, m: Any, step: Any) -> None:
    """Replace the y traces by those received from a third factor in `step`."""
    traces = traces_of(m)
    received = received_of(m)
    first, last = share(m, c.n_post)
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
def history(
    c: Any, m: Any, trace: Any, stored: Any, at: Any, out: Any, n: Any, first: Any, last: Any,
    last_step: Any, decay_draw: Any, impulse_draw: Any,
) -> None:  # fmt: skip
    """h[0..epoch] of one trace at `out`, of neurons first .. last - 1 of n.

    h[0] is the stored trace, then step by step.

    `decay_draw` (53 bits) and `impulse_draw` are the epoch's shared draws; unused otherwise.
    """
    copy(traces_of(m)[out + first :], traces_of(m)[stored + first :], last - first)
    if c.jumps > 1:
        _history_by_jumps(c, m, trace, at, out, n, first, last, last_step, decay_draw, impulse_draw)
    elif c.kept >= 0:
        _history_of_kept(c, m, trace, at, out, n, first, last, last_step, decay_draw, impulse_draw)
    elif c.draw_kind == SHARED_DRAWS and (last - first) * c.epoch < _TABLE:
        _history_of_few(c, m, trace, at, out, n, first, last, decay_draw, impulse_draw)
    elif c.draw_kind == SHARED_DRAWS:
        _history_shared(c, m, trace, at, out, n, first, last, decay_draw, impulse_draw)
    else:
        _history_drawn(c, m, trace, at, out, n, first, last, last_step)


@jit
def _history_shared(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, decay_draw: Any,
    impulse_draw: Any,
) -> None:  # fmt: skip
    """One draw for all: every step is the same function of 256 values, then impulses."""
    traces, times = traces_of(m), times_of(m)
    table, threshold = table_of(m), threshold_of(m)
    base = c.tables + trace * c.jumps * _TABLE
    decayed = decayed_values()
    for value in range(_TABLE):
        up = decay_draw < threshold[base + value]
        decayed[value] = table[base + value] + np.uint8(up)
    slope, offset, is_line = np.uint32(0), np.uint32(0), False
    if (last - first) * c.epoch >= _WORTH_A_LINE:
        slope, offset, is_line = _line(decayed, table[base:], threshold[base:], decay_draw)
    whole = _impulse(c, m, trace, impulse_draw)
    spiked = spiked_pre_of(m)
    for s in range(1, c.epoch + 1):
        before, after = traces[out + (s - 1) * n :], traces[out + s * n :]
        if is_line:
            for i in range(first, last):
                after[i] = np.uint8((np.uint32(before[i]) * slope + offset) >> _LINE_BITS)
        else:
            copy_indexed(after[first:], decayed, before[first:], last - first)
        for k in range(list_equal(times[at:], np.uint8(s), first, last, spiked)):
            i = spiked[k]
            after[i] = _bounded(np.int64(after[i]) + whole)


@jit
def _history_of_few(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, decay_draw: Any,
    impulse_draw: Any,
) -> None:  # fmt: skip
    """As `_history_shared`, where fewer values decay than there are."""
    traces, times, table, threshold = traces_of(m), times_of(m), table_of(m), threshold_of(m)
    base = c.tables + trace * c.jumps * _TABLE
    whole = _impulse(c, m, trace, impulse_draw)
    for s in range(1, c.epoch + 1):
        for i in range(first, last):
            old = traces[out + (s - 1) * n + i]
            new = np.int64(table[base + old]) + np.int64(decay_draw < threshold[base + old])
            if times[at + i] == s:
                new = _bounded(new + whole)
            traces[out + s * n + i] = new


@jit
def _line(decayed: Any, table: Any, threshold: Any, decay_draw: Any) -> Any:
    """Slope and offset with (value * slope + offset) >> 16 = decayed[value] for all values.

    A decay of a common draw is nearly always such a line, which processors compute for many
    neurons at once; every value is tried, and where one differs the table is kept.
    """
    last = _TABLE - 1
    kept = (float(table[last]) + float(threshold[last]) / _DRAWS) / last
    slope = np.uint32(kept * (1 << _LINE_BITS))
    offset = np.uint32((1.0 - float(decay_draw) / _DRAWS) * (1 << _LINE_BITS))
    for value in range(_TABLE):
        if ((np.uint32(value) * slope + offset) >> _LINE_BITS) != decayed[value]:
            return slope, offset, False
    return slope, offset, True


@jit
def _history_drawn(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any
) -> None:
    """A draw for each neuron and step; traces of 0 stay 0 and need none."""
    traces, times = traces_of(m), times_of(m)
    base = c.tables + trace * c.jumps * _TABLE
    slope = np.uint32(0)
    if (last - first) * c.epoch >= _WORTH_A_LINE:
        slope = _exact_line(m, base)
    parameters = parameters_of(m)
    whole, fraction = parameters[c.impulses + 2 * trace], parameters[c.impulses + 2 * trace + 1]
    spiked = spiked_pre_of(m)
    for s in range(1, c.epoch + 1):
        before, after = traces[out + (s - 1) * n :], traces[out + s * n :]
        step = last_step - c.epoch + s
        for start in range(first, last, _AT_ONCE):
            stop = min(start + _AT_ONCE, last)
            _decay_drawn(c, m, trace, step, before[start:], after[start:], start, stop, slope)
        for k in range(list_equal(times[at:], np.uint8(s), first, last, spiked)):
            i, added = spiked[k], whole
            if fraction:
                added += _impulse_draw(c, step, OF_IMPULSES + trace, i) < fraction
            after[i] = _bounded(np.int64(after[i]) + added)


@jit
def _decay_drawn(
    c: Any, m: Any, trace: Any, step: Any, before: Any, after: Any, start: Any, stop: Any,
    slope: Any,
) -> None:  # fmt: skip
    """One step's decay of neurons start .. stop - 1, each with a draw of its own."""
    n = stop - start
    highest = np.uint8(0)
    for k in range(n):
        highest = np.uint8(highest | before[k])
    if highest == 0:
        after[:n] = 0
        return
    draws, table, threshold = draws_of(m), table_of(m), threshold_of(m)
    neuron_draws(c.seed, c.stream, step, trace, start, n, draws)
    if slope:
        for k in range(n):
            total = np.uint32(before[k]) * slope + (_DRAW_HIGHEST - np.uint32(draws[k]))
            after[k] = np.uint8(np.uint32(total) >> np.uint32(_LINE_BITS))
        return
    base = c.tables + trace * c.jumps * _TABLE
    for k in range(n):
        place = base + before[k]
        up = (np.uint64(draws[k]) << _WIDEN) < threshold[place]
        after[k] = table[place] + np.uint8(up)


@jit
def _exact_line(m: Any, base: Any) -> Any:
    """The slope of a table that is a line, in 16 bits of fraction; 0 if it is none.

    Then value * slope + (65535 - draw) >> 16 is the decay: up where the draw lies below the
    fraction, as with whole part and threshold.
    """
    table, threshold = table_of(m), threshold_of(m)
    unit = np.uint64(1) << _WIDEN
    slope = np.uint64(0)
    for value in range(_TABLE):
        fraction = (threshold[base + value] + unit - np.uint64(1)) >> _WIDEN
        exact = (np.uint64(table[base + value]) << np.uint64(_LINE_BITS)) + fraction
        if value == 1:
            slope = exact
        if value >= 1 and exact != np.uint64(value) * slope:
            return np.uint32(0)
    return np.uint32(slope)


@jit
def _history_by_jumps(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any,
    decay_draw: Any, impulse_draw: Any,
) -> None:  # fmt: skip
    """As `history`, with one rounding from each event to each later moment."""
    traces = traces_of(m)
    times = times_of(m)
    table = table_of(m)
    threshold = threshold_of(m)

    base = c.tables + trace * c.jumps * _TABLE
    for i in range(first, last):
        event_value, event = np.int64(traces[out + i]), 0
        for s in range(1, c.epoch + 1):
            step = last_step - c.epoch + s
            draw = _decay_draw(c, step, trace, i, decay_draw)
            entry = base + (s - event - 1) * _TABLE + event_value
            new = np.int64(table[entry]) + np.int64(draw < threshold[entry])
            if times[at + i] == s:
                new = _bounded(new + _drawn_impulse(c, m, trace, step, i, impulse_draw))
                event_value, event = new, s
            traces[out + s * n + i] = new


@jit
def _history_of_kept(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any,
    decay_draw: Any, impulse_draw: Any,
) -> None:  # fmt: skip
    """As `history`, where the fraction of what the last decay kept decides, without its impulse.

    h[0] becomes what this epoch's last decay kept: the trace before the last step's spikes.
    """
    traces, times, table, threshold = traces_of(m), times_of(m), table_of(m), threshold_of(m)
    base = c.tables + trace * c.jumps * _TABLE
    kept = c.kept + (trace * c.n_pre if trace < N_X else N_X * c.n_pre + (trace - N_X) * n)
    for s in range(1, c.epoch + 1):
        for i in range(first, last):
            step = last_step - c.epoch + s
            draw = _decay_draw(c, step, trace, i, decay_draw)
            old = traces[out + (s - 1) * n + i]
            up = draw < threshold[base + traces[kept + i]]
            new = np.int64(table[base + old]) + np.int64(up)
            traces[kept + i] = new
            if times[at + i] == s:
                new = _bounded(new + _drawn_impulse(c, m, trace, step, i, impulse_draw))
            traces[out + s * n + i] = new
    copy(traces[out + first :], traces[kept + first :], last - first)


@jit
def reward(c: Any, m: Any, step: Any, decay_draw: Any, impulse_draw: Any) -> None:
    """r0 and r1 after `step`: whether the epoch was rewarded, and a trace of rewards with its sign.

    r1 decays, then takes as many impulses as the step's reward says.
    """
    neural = neural_of(m)
    if (step - 1) % c.epoch == 0:
        neural[c.rewards] = 0
    draw, impulse = _decay_draw(c, step, OF_R1_DECAY, 0, decay_draw), np.int64(impulse_draw)
    if c.draw_kind != SHARED_DRAWS:
        impulse = _impulse_draw(c, step, OF_R1_IMPULSE, 0)
    old = np.int64(neural[c.rewards + 1])
    entry = c.tables + R1 * c.jumps * _TABLE + abs(old)
    kept = np.int64(table_of(m)[entry]) + np.int64(draw < threshold_of(m)[entry])
    new = kept if old >= 0 else -kept
    row = (step - 1) % c.reward_steps if c.reward_repeats else step - 1
    given = np.int64(currents_of(m)[c.reward + row]) if row < c.reward_steps else np.int64(0)
    if given != 0:
        neural[c.rewards] = 1
        new += given * np.int64(_impulse(c, m, R1, impulse))
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
    first, last = share(m, p.n)
    for y in range(N_TRACES - N_X):
        kind = p.y1_from if y == 0 else (p.y2_from if y == 1 else p.y3_from)
        place, base = p.y + y * p.n, p.tables + y * _TABLE
        for i in range(first, last):
            if kind == FROM_THIRD_FACTOR:
                given = neural[p.third_input + i]
                traces[place + i] = _bounded(given)
            elif kind == FROM_SPIKES:
                old = traces[place + i]
                draw = neuron_draw(p.seed, p.stream, step, OF_OWN_DECAYS + y, i)
                up = (np.uint64(draw) << _WIDEN) < threshold[base + old]
                new = np.int64(table[base + old]) + np.int64(up)
                if times[p.flags + i]:
                    fraction = parameters[p.impulses + 2 * y + 1]
                    new += parameters[p.impulses + 2 * y]
                    if fraction:
                        new += _impulse_draw(p, step, OF_OWN_IMPULSES + y, i) < fraction
                traces[place + i] = min(new, _HIGHEST)
