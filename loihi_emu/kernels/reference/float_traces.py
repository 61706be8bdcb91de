"""Traces of one neuron in real numbers: no rounding, no draws.

In each step a trace is multiplied by exp(-1/tau). A spike adds the impulse. A highest value stands
beside each impulse: infinity, or that of fixed point where the run is bounded.
Example: tau 10 takes 16 to 14.477.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.memory.records import (
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    OVERWRITE,
    R1,
    REGULAR_IMPULSE,
)
from loihi_emu.kernels.reference.memory import Memory, Spikes
from loihi_emu.kernels.reference.traces import place, receive

__all__ = ["history", "own_traces", "post_spikes", "pre_spikes", "receive", "reward"]

_X1, _X2 = range(N_X)
_Y = range(N_X, N_TRACES)


def pre_spikes(c: Any, spikes: Spikes, memory: Memory, t: int, _shared_draw: int) -> None:
    """Spikes that come in: payloads and repeated impulses change x1 and x2, times are noted."""
    traces, times = memory.state.traces, memory.state.times
    for i, payload in spikes.items():
        x1, x2 = place(c, _X1, i), place(c, _X2, i)
        repeats = times[c.pre_spike_step + i] > 0 and not c.second_spike_lost
        if c.graded_mode == REGULAR_IMPULSE:
            traces[x1] = _raised(memory, c.impulses, _X1, traces[x1]) if repeats else traces[x1]
        elif c.graded_mode == OVERWRITE:
            traces[x1] = min(payload / 2, _highest(memory, c.impulses, _X1))
        else:
            traces[x1] = min(traces[x1] + payload / 2, _highest(memory, c.impulses, _X1))
        traces[x2] = _raised(memory, c.impulses, _X2, traces[x2]) if repeats else traces[x2]
        _note_spike(c, memory, c.pre_spike_step, c.pre_spike_count, i, t)


def post_spikes(c: Any, spikes: Spikes, memory: Memory, t: int, _shared_draw: int) -> None:
    """Spikes that propagate back: repeated impulses change y1..y3, times are noted."""
    for j in spikes:
        if memory.state.times[c.post_spike_step + j] > 0 and not c.second_spike_lost:
            for y in _Y:
                at = place(c, y, j)
                value = memory.state.traces[at]
                memory.state.traces[at] = _raised(memory, c.impulses, y, value)
        _note_spike(c, memory, c.post_spike_step, c.post_spike_count, j, t)


def _note_spike(c: Any, memory: Memory, times: int, counts: int, neuron: int, t: int) -> None:
    """The spike's step within its epoch, 1..t_epoch, and one spike more where they are counted."""
    if not (c.second_spike_lost and memory.state.times[times + neuron] > 0):
        memory.state.times[times + neuron] = (t - 1) % c.epoch + 1
    if c.spike_factor_is_count:
        memory.state.times[counts + neuron] += 1


def reward(c: Any, memory: Memory, t: int, _decay_draw: int, _impulse_draw: int) -> None:
    """r0: whether the epoch was rewarded. r1: decays, then takes as many impulses as were given."""
    neural, given = memory.state.neural, memory.constants.neural
    row = (t - 1) % c.reward_steps if c.reward_repeats else t - 1
    now = given[c.reward + row] if row < c.reward_steps else 0.0
    rewarded_before = (t - 1) % c.epoch > 0 and neural[c.rewards] != 0
    neural[c.rewards] = float(rewarded_before or now != 0)
    if (t - 1) % c.reward_every == 0:
        neural[c.rewards + 1] *= memory.state.table[c.tables + R1]
    if now != 0:
        neural[c.rewards + 1] += now * _impulse(memory, c.impulses, R1)


def history(
    c: Any, memory: Memory, trace: int, neuron: int, _t: int, _decay_draw: int, _impulse_draw: int
) -> list[float]:
    """h[0..t_epoch] of one trace of one neuron in the epoch that ends with t: h[0] as stored."""
    spike_time = memory.state.times[
        (c.pre_spike_step if trace < N_X else c.post_spike_step) + neuron
    ]
    h = [memory.state.traces[place(c, trace, neuron)]]
    for s in range(1, c.epoch + 1):
        value = h[-1] * memory.state.table[c.tables + trace]
        h.append(_raised(memory, c.impulses, trace, value) if spike_time == s else value)
    return h


def own_traces(p: Any, spikes: Spikes, memory: Memory, _t: int) -> None:
    """y1..y3 of a learning LIF: traces of its spikes, or its third-factor input."""
    traces = memory.state.traces
    for y, source in enumerate((p.y1_from, p.y2_from, p.y3_from)):
        for i in range(p.n):
            at = p.y + y * p.n + i
            if source == FROM_THIRD_FACTOR:
                traces[at] = memory.state.neural[p.third_input + i]
            elif source == FROM_SPIKES:
                traces[at] *= memory.state.table[p.tables + y]
                if i in spikes:
                    traces[at] = _raised(memory, p.impulses, y, traces[at])


def _impulse(memory: Memory, impulses: int, trace: int) -> float:
    """A trace's impulse; `impulses` is where a connection's or a population's begin."""
    return float(memory.state.parameters[impulses + 2 * trace])


def _highest(memory: Memory, impulses: int, trace: int) -> float:
    """A trace's highest value."""
    return float(memory.state.parameters[impulses + 2 * trace + 1])


def _raised(memory: Memory, impulses: int, trace: int, value: float) -> float:
    """A trace after its impulse."""
    raised = value + _impulse(memory, impulses, trace)
    return min(raised, _highest(memory, impulses, trace))
