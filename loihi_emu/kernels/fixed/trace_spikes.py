"""What one spike or reward does to a trace in fixed point.

Authority: spec "One time step" 4 and 6. Which spikes do what: mode/trace_spikes.py.
Example: an impulse of 16.25 of a second spike adds 17 where the draw lies below a quarter, else 16.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.decay import TRACE_VALUES
from loihi_emu.chip.formats import REWARD, TRACE
from loihi_emu.kernels.fixed.trace_impulse import (
    IMPULSE_X,
    REPEATED_X,
    REPEATED_Y,
    WIDEN,
    draw_decay,
    draw_impulse,
    rounded_impulse,
    saturate,
    shared_decay_draw,
    shared_impulse_draw,
)
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    ADD_WITHOUT_SATURATION,
    N_X,
    OF_OWN_DECAYS,
    OF_OWN_IMPULSES,
    OF_R1_DECAY,
    OF_R1_IMPULSE,
    OF_REPEATS,
    OVERWRITE,
    R1,
    SHARED_DRAWS,
)
from loihi_emu.kernels.memory.views import (
    currents_of,
    index_of,
    neural_of,
    parameters_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.random.threefry import draw as own_draw
from loihi_emu.kernels.threads.partition import stripe_end, thread_stripes

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
def _overflow(c: Any, total: Any) -> Any:
    """What a sum above a trace's format leaves."""
    return total & _MASK if c.overflow_masks else total - _HIGHEST


@jit
def wrap_silent_x1(c: Any, source: Any, m: Any) -> None:
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
def add_repeated_impulse(
    c: Any, m: Any, trace: Any, place: Any, neuron: Any, step: Any, s: Any
) -> None:  # fmt: skip
    """Add the impulse of a spike that is not its epoch's first; an undrawn one is rounded up."""
    draw = np.int64(0)
    if (trace >= N_X or c.repeat_impulse_drawn) and c.draw_kind == SHARED_DRAWS:
        draw = shared_impulse_draw(c, m, REPEATED_X if trace < N_X else REPEATED_Y, s)
    elif trace >= N_X or c.repeat_impulse_drawn:
        draw = draw_impulse(c, step, OF_REPEATS + trace, neuron)
    traces = traces_of(m)
    traces[place] = saturate(np.int64(traces[place]) + rounded_impulse(c, m, trace, draw))


@jit
def take_payload(c: Any, m: Any, i: Any, payload: Any) -> Any:
    """x1 of pre neuron i after a graded spike; whether it counts as a spike of the epoch."""
    traces, half = traces_of(m), _half(c, payload)
    if c.graded_mode == OVERWRITE:
        traces[c.x + i] = half
        return True
    total = (np.int64(traces[c.x + i]) + half) & (_TABLE - 1)
    over = total > _HIGHEST
    if c.graded_mode != ADD_WITHOUT_SATURATION:
        traces[c.x + i] = min(total, _HIGHEST)
        return True
    traces[c.x + i] = _overflow(c, total) if over else total
    return over


@jit
def reward(c: Any, m: Any, step: Any, s: Any) -> None:
    """r0 and r1 after `step`: whether the epoch was rewarded, and a trace of rewards with its sign.

    r1 decays, then takes as many impulses as the step's reward says.
    """
    neural = neural_of(m)
    if (step - 1) % c.epoch == 0:
        neural[c.rewards] = 0
    if c.draw_kind == SHARED_DRAWS:
        draw, impulse = shared_decay_draw(c, m, R1, s), shared_impulse_draw(c, m, IMPULSE_X, s)
    else:
        draw = draw_decay(c, step, OF_R1_DECAY, 0, np.uint64(0))
        impulse = draw_impulse(c, step, OF_R1_IMPULSE, 0)
    old = np.int64(neural[c.rewards + 1])
    entry = c.tables + R1 * c.decay_tables_per_trace * _TABLE + abs(old)
    kept = np.int64(table_of(m)[entry]) + np.int64(draw < threshold_of(m)[entry])
    new = old
    if (step - 1) % c.reward_every == 0:
        new = kept if old >= 0 else -kept
    row = (step - 1) % c.reward_steps if c.reward_repeats else step - 1
    given = np.int64(currents_of(m)[c.reward + row]) if row < c.reward_steps else np.int64(0)
    if given != 0:
        neural[c.rewards] = 1
        new += given * np.int64(rounded_impulse(c, m, R1, impulse))
    neural[c.rewards + 1] = min(max(new, _REWARD_LOW), _REWARD_HIGH)


@jit
def take_third_factor(p: Any, m: Any, y: Any, i: Any) -> None:
    """A y trace of neuron i of a learning LIF becomes its third-factor input."""
    traces_of(m)[p.y + y * p.n + i] = saturate(neural_of(m)[p.third_input + i])


@jit
def update_own_trace(p: Any, m: Any, y: Any, i: Any, step: Any) -> None:
    """A y trace of neuron i of a learning LIF after `step`: it decays, then takes its impulse."""
    traces, parameters, place = traces_of(m), parameters_of(m), p.y + y * p.n + i
    entry = p.tables + y * _TABLE + traces[place]
    draw = np.uint64(own_draw(p.neural_key, step, OF_OWN_DECAYS + y, i)) << WIDEN
    new = np.int64(table_of(m)[entry]) + np.int64(draw < threshold_of(m)[entry])
    if times_of(m)[p.flags + i]:
        fraction = parameters[p.impulses + 2 * y + 1]
        new += parameters[p.impulses + 2 * y]
        if fraction:
            new += draw_impulse(p, step, OF_OWN_IMPULSES + y, i) < fraction
    traces[place] = min(new, _HIGHEST)
