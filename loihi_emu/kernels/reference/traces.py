"""Traces of one neuron: what a spike does at once, and the history of an epoch.

A neuron's *time* is the step within the epoch of its last spike, or 0 if it has not spiked in the
epoch. x1, x2 belong to pre neurons, y1..y3 to post neurons.
Example: tau 10 takes 16 to 14, or to 15 when the draw lies below 0.48.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.chip import counter
from loihi_emu.chip.arithmetic import half_rounded, saturate, sign
from loihi_emu.chip.decay import DECAY_DRAW_BITS, TRACE_VALUES
from loihi_emu.chip.formats import DRAW, REWARD, TRACE
from loihi_emu.kernels.memory.records import (
    ADD_WITH_SATURATION,
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
from loihi_emu.kernels.reference.memory import Memory, Spikes

_X1, _X2 = range(N_X)
_Y = range(N_X, N_TRACES)


def place(c: Any, trace: int, neuron: int) -> int:
    """Where a connection's trace of one neuron is stored."""
    if trace < N_X:
        return int(c.x + trace * c.n_pre + neuron)
    return int(c.y + (trace - N_X) * c.n_post + neuron)


def pre_spikes(c: Any, spikes: Spikes, memory: Memory, t: int, shared_draw: int) -> None:
    """Spikes that come in: payloads and repeated impulses change x1 and x2, times are noted."""
    traces, times = memory.state.traces, memory.state.times
    if c.graded_mode == ADD_WITHOUT_SATURATION:
        # the test for overflow is made for all: 127 + 128 - 127 left 128, which overflows again
        for i in range(c.n_pre):
            if i not in spikes:
                traces[place(c, _X1, i)], _ = _graded(c, traces[place(c, _X1, i)], 0)
    for i, payload in spikes.items():
        repeated = times[c.pre_spike_step + i] > 0
        lost = repeated and c.second_spike_lost
        x1, x2 = place(c, _X1, i), place(c, _X2, i)
        timed = True
        if c.graded_mode == REGULAR_IMPULSE:
            if repeated and not lost:
                traces[x1] = _repeat(
                    c, memory, _X1, i, t, shared_draw, drawn=c.repeat_impulse_drawn
                )
        else:
            traces[x1], overflows = _graded(c, traces[x1], payload)
            timed = c.graded_mode in (OVERWRITE, ADD_WITH_SATURATION) or overflows
        if timed:
            if repeated and not lost:
                traces[x2] = _repeat(
                    c, memory, _X2, i, t, shared_draw, drawn=c.repeat_impulse_drawn
                )
            _note_spike(c, memory, c.pre_spike_step, c.pre_spike_count, i, t)


def _graded(c: Any, x1: int, payload: int) -> tuple[int, bool]:
    """x1 after a payload, in the connection's graded mode, and whether it overflowed."""
    half = half_rounded(payload, bool(c.half_rounds_up)) % TRACE_VALUES
    if c.graded_mode == OVERWRITE:
        return half, False
    total = (x1 + half) % TRACE_VALUES
    overflows = total > TRACE.highest
    if c.graded_mode == ADD_WITH_SATURATION:
        return min(total, TRACE.highest), overflows
    kept = total % TRACE.size if c.overflow_masks else total - TRACE.highest
    return kept if overflows else total, overflows


def post_spikes(c: Any, spikes: Spikes, memory: Memory, t: int, shared_draw: int) -> None:
    """Spikes that propagate back: repeated impulses change y1..y3, times are noted."""
    for j in spikes:
        if memory.state.times[c.post_spike_step + j] > 0 and not c.second_spike_lost:
            for y in _Y:
                value = _repeat(c, memory, y, j, t, shared_draw, drawn=True)
                memory.state.traces[place(c, y, j)] = value
        _note_spike(c, memory, c.post_spike_step, c.post_spike_count, j, t)


def _note_spike(c: Any, memory: Memory, times: int, counts: int, neuron: int, t: int) -> None:
    """The spike's step within its epoch, 1..t_epoch, and one spike more where they are counted."""
    if not (c.second_spike_lost and memory.state.times[times + neuron] > 0):
        memory.state.times[times + neuron] = (t - 1) % c.epoch + 1
    if c.spike_factor_is_count:
        memory.state.times[counts + neuron] += 1


def _repeat(
    c: Any, memory: Memory, trace: int, neuron: int, t: int, shared_draw: int, *, drawn: bool
) -> int:
    """A trace after the impulse of a spike that is not its epoch's first; undrawn: rounded up."""
    draw = 0
    if drawn and c.draw_kind == SHARED_DRAWS:
        draw = shared_draw
    elif drawn:
        draw = counter.draw(c.neural_key, t, OF_REPEATS + trace, neuron) >> c.drop
    value = memory.state.traces[place(c, trace, neuron)]
    return _bounded(value + _impulse(memory, c.impulses, trace, draw))


def receive(c: Any, memory: Memory, t: int) -> None:
    """y1..y3 as a third factor gives them in step t: a learning LIF's own, or an array's row."""
    traces, given = memory.state.traces, memory.constants.traces
    row = (t - 1) % c.third_steps if c.third_repeats else t - 1
    for y in _Y:
        for j in range(c.n_post):
            if c.third_population >= 0:
                source = memory.populations[c.third_population]
                value = traces[source.y + (y - N_X) * c.n_post + j]
            else:
                late = row >= c.third_steps
                value = 0 if late else given[c.third + (row * len(_Y) + y - N_X) * c.n_post + j]
            traces[place(c, y, j)] = value


def reward(c: Any, memory: Memory, t: int, decay_draw: int, impulse_draw: int) -> None:
    """r0: whether the epoch was rewarded. r1: decays, then takes as many impulses as were given."""
    neural, given = memory.state.neural, memory.constants.neural
    if c.draw_kind != SHARED_DRAWS:
        decay_draw = _widened(counter.draw(c.neural_key, t, OF_R1_DECAY, 0))
        impulse_draw = counter.draw(c.neural_key, t, OF_R1_IMPULSE, 0) >> c.drop
    old = neural[c.rewards + 1]
    table = c.tables + R1 * c.decay_tables_per_trace * TRACE_VALUES
    r1 = old
    if (t - 1) % c.reward_every == 0:
        r1 = sign(old) * _decayed(memory, table, abs(old), decay_draw)
    row = (t - 1) % c.reward_steps if c.reward_repeats else t - 1
    now = given[c.reward + row] if row < c.reward_steps else 0
    if now:
        r1 += now * _impulse(memory, c.impulses, R1, impulse_draw)
    rewarded_before = (t - 1) % c.epoch > 0 and neural[c.rewards]
    neural[c.rewards] = int(bool(rewarded_before or now))
    neural[c.rewards + 1] = saturate(r1, REWARD.lowest, REWARD.highest)


def history(
    c: Any, memory: Memory, trace: int, neuron: int, t: int, decay_draw: int, impulse_draw: int
) -> list[int]:
    """h[0..t_epoch] of one trace of one neuron in the epoch that ends with t: h[0] as stored.

    In each step it decays, then takes its impulse if that step is the neuron's spike time.
    The draws are those the connection shares; on a counter each step has its own.
    Where what a decay keeps decides its fraction, h[0] becomes what the last decay kept: the trace
    before the last step's spikes.
    """
    spike_time = memory.state.times[
        (c.pre_spike_step if trace < N_X else c.post_spike_step) + neuron
    ]
    h = [memory.state.traces[place(c, trace, neuron)]]
    last_event = 0
    for s in range(1, c.epoch + 1):
        if c.draw_kind != SHARED_DRAWS:
            decay_draw, impulse_draw = _own_draws(c, t - c.epoch + s, trace, neuron)
        # one rounding a step, or one from the last event to each later step
        steps = s - last_event if c.decay_tables_per_trace > 1 else 1
        table = c.tables + (trace * c.decay_tables_per_trace + steps - 1) * TRACE_VALUES
        if c.decayed_trace >= 0 and c.decay_tables_per_trace == 1:
            value = _decayed_as_kept(c, memory, trace, neuron, table, h[-1], decay_draw)
        else:
            value = _decayed(memory, table, h[s - steps], decay_draw)
        if spike_time == s:
            value = _bounded(value + _impulse(memory, c.impulses, trace, impulse_draw))
            last_event = s
        h.append(value)
    if c.decayed_trace >= 0 and c.decay_tables_per_trace == 1:
        h[0] = memory.state.traces[_kept_place(c, trace, neuron)]
    return h


def own_traces(p: Any, spikes: Spikes, memory: Memory, t: int) -> None:
    """y1..y3 of a learning LIF after step t: traces of its spikes, or its third-factor input."""
    traces = memory.state.traces
    for y, source in enumerate((p.y1_from, p.y2_from, p.y3_from)):
        for i in range(p.n):
            at = p.y + y * p.n + i
            if source == FROM_THIRD_FACTOR:
                traces[at] = _bounded(memory.state.neural[p.third_input + i])
            elif source == FROM_SPIKES:
                draw = counter.draw(p.neural_key, t, OF_OWN_DECAYS + y, i)
                table = p.tables + y * TRACE_VALUES
                value = _decayed(memory, table, traces[at], _widened(draw))
                if i in spikes:
                    draw = counter.draw(p.neural_key, t, OF_OWN_IMPULSES + y, i)
                    value += _impulse(memory, p.impulses, y, draw >> p.drop)
                traces[at] = _bounded(value)


def _own_draws(c: Any, step: int, trace: int, neuron: int) -> tuple[int, int]:
    """A neuron's own draws for the decay and the impulse of one trace in one step."""
    decay = counter.draw(c.neural_key, step, trace, neuron)
    impulse = counter.draw(c.neural_key, step, OF_IMPULSES + trace, neuron)
    return _widened(decay), impulse >> c.drop


def _decayed(memory: Memory, table: int, value: int, draw: int) -> int:
    """The whole part of what remains, and one more if the draw lies below the fraction."""
    whole, threshold = memory.state.table[table + value], memory.state.threshold[table + value]
    return int(whole + (draw < threshold))


def _decayed_as_kept(
    c: Any, memory: Memory, trace: int, neuron: int, table: int, value: int, draw: int
) -> int:
    """As `_decayed`, by the fraction of what the last decay kept, without the impulse since."""
    at, state = _kept_place(c, trace, neuron), memory.state
    whole, threshold = state.table[table + value], state.threshold[table + state.traces[at]]
    state.traces[at] = whole + (draw < threshold)
    return int(state.traces[at])


def _kept_place(c: Any, trace: int, neuron: int) -> int:
    """Where what the last decay of a trace kept is stored."""
    first = trace * c.n_pre if trace < N_X else N_X * c.n_pre + (trace - N_X) * c.n_post
    return int(c.decayed_trace + first + neuron)


def _impulse(memory: Memory, impulses: int, trace: int, draw: int) -> int:
    """The whole part of a trace's impulse, and one more if the draw lies below the fraction."""
    whole, fraction = memory.state.parameters[impulses + 2 * trace : impulses + 2 * trace + 2]
    return int(whole + (draw < fraction))


def _bounded(value: int) -> int:
    """The nearest value of a trace's format."""
    return saturate(value, TRACE.lowest, TRACE.highest)


def _widened(draw: int) -> int:
    """16 random bits as the leading ones of the 53 that a decay is compared with."""
    return draw << (DECAY_DRAW_BITS - DRAW.bits)
