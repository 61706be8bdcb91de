"""Traces of all variants: what spikes do at once, and the history of an epoch.

It does for variants side by side what fixed/trace_spikes.py and fixed/trace_decay.py do for one
network. Each variant has its own decays and impulses.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.chip.decay import DECAY_DRAW_BITS, TRACE_VALUES
from loihi_emu.chip.formats import DRAW, TRACE
from loihi_emu.kernels.batch.simd_draws import (
    decay_draws,
    neural_key,
    shared_decays,
    shared_impulse,
)
from loihi_emu.kernels.gather.loops import copy, nonzero_indices
from loihi_emu.kernels.llvm.array_views import array_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.records import N_TRACES, N_X, OF_IMPULSES, OF_REPEATS, SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    decay_draws_of,
    draws_of,
    index_of,
    parameters_of,
    spiked_pre_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.random.threefry import draw as own_draw

_WIDTH: Final = WIDTH
_HIGHEST: Final = TRACE.highest
_TABLE: Final = TRACE_VALUES
_AT_ONCE: Final = 32  # neurons whose draws fit into a block
_SLOPE_BITS: Final = 16
_DRAW_HIGHEST: Final = np.uint32(DRAW.size - 1)
_WIDEN: Final = np.uint64(DECAY_DRAW_BITS - DRAW.bits)
_NOT_LINEAR: Final = np.uint32(0xFFFFFFFF)

decay_slopes_of = array_at("decay_slopes", types.uint32)
"""Slopes of linear decay tables, by connection, trace and variant; see `find_linear_slopes`."""


@jit
def _saturate(value: Any) -> Any:
    """The nearest value of a trace's format."""
    return min(max(value, 0), _HIGHEST)


@jit
def _impulse(c: Any, m: Any, trace: Any, v: Any, draw: Any) -> Any:
    """A variant's impulse, rounded up if the draw lies below its fraction."""
    numbers = parameters_of(m)[c.impulses + 2 * trace * _WIDTH + v :]
    return numbers[0] + (1 if draw < numbers[_WIDTH] else 0)


@jit
def _own_draw(c: Any, m: Any, step: Any, purpose: Any, neuron: Any, v: Any) -> Any:
    """A variant's own draw for an impulse, in the bits the machine compares."""
    return np.int64(own_draw(neural_key(c, m, v), step, purpose, neuron)) >> c.drop


@jit
def _repeat_draw(
    c: Any, records: Any, m: Any, step: Any, s: Any, trace: Any, neuron: Any, v: Any
) -> Any:
    """Draw for the impulse of a spike that is not its epoch's first."""
    if c.draw_kind == SHARED_DRAWS:
        return shared_impulse(c, records, v, 0 if trace < N_X else 1, s)
    return _own_draw(c, m, step, OF_REPEATS + trace, neuron, v)


@jit
def pre_spikes(c: Any, source: Any, records: Any, m: Any, step: Any, s: Any) -> None:
    """Spikes of the pre neurons: repeated impulses of x1 and x2, spike times."""
    index, times = index_of(m)[source.spikes :], times_of(m)[c.pre_spike_step :]
    within = np.uint8((step - 1) % c.epoch + 1)
    for k in range(wide_of(m)[source.count]):
        at = np.int64(index[k])
        repeated = times[at] > 0
        if repeated and not c.second_spike_lost:
            for trace in range(N_X):
                draw = np.int64(0)
                if c.repeat_impulse_drawn:
                    neuron, v = at // _WIDTH, at % _WIDTH
                    draw = _repeat_draw(c, records, m, step, s, trace, neuron, v)
                _add_impulse(c, m, trace, c.x + trace * c.n_pre + at, at % _WIDTH, draw)
        if not (repeated and c.second_spike_lost):
            times[at] = within


@jit
def post_spikes(c: Any, target: Any, records: Any, m: Any, step: Any, s: Any) -> None:
    """Spikes of the post neurons: repeated impulses of the y traces, spike times."""
    index, times = index_of(m)[target.spikes :], times_of(m)[c.post_spike_step :]
    within = np.uint8((step - 1) % c.epoch + 1)
    for k in range(wide_of(m)[target.count]):
        at = np.int64(index[k])
        repeated = times[at] > 0
        if repeated and not c.second_spike_lost:
            for y in range(N_TRACES - N_X):
                neuron, v = at // _WIDTH, at % _WIDTH
                draw = _repeat_draw(c, records, m, step, s, N_X + y, neuron, v)
                _add_impulse(c, m, N_X + y, c.y + y * c.n_post + at, v, draw)
        if not (repeated and c.second_spike_lost):
            times[at] = within


@jit
def _add_impulse(c: Any, m: Any, trace: Any, place: Any, v: Any, draw: Any) -> None:
    """Add an impulse to a stored trace of one variant."""
    traces = traces_of(m)
    traces[place] = _saturate(np.int64(traces[place]) + _impulse(c, m, trace, v, draw))


@jit
def histories(c: Any, records: Any, m: Any, step: Any, s: Any) -> None:
    """Every live trace at every step of the epoch that ends with `step`, the s-th of this call."""
    wide, traces, rows = wide_of(m), traces_of(m), c.epoch + 1
    for trace in range(N_TRACES):
        if not wide[c.trace_is_live + trace * _WIDTH]:
            continue
        if trace < N_X:
            n, stored, at = c.n_pre, c.x + trace * c.n_pre, c.pre_spike_step
            out = c.x_history + trace * rows * n
        else:
            y, n, at = trace - N_X, c.n_post, c.post_spike_step
            stored, out = c.y + y * n, c.y_history + y * rows * n
        copy(traces[out:], traces[stored:], n)
        spiked = spiked_pre_of(m)
        count = nonzero_indices(times_of(m)[at:], 0, n, spiked)
        if c.draw_kind == SHARED_DRAWS:
            shared_decays(c, records, trace, s, decay_draws_of(m))
        for within in range(1, c.epoch + 1):
            before, after = traces[out + (within - 1) * n :], traces[out + within * n :]
            last = step - c.epoch + within
            if c.draw_kind == SHARED_DRAWS:
                _decay_shared(c, m, trace, before, after, n)
            else:
                _decay_drawn(c, m, trace, last, before, after, n)
            _add_impulses(c, records, m, trace, at, within, last, s, after, spiked, count)
        if trace >= N_X and c.has_y0:
            _y_at_post_spike(c, m, trace - N_X, out)


@jit
def _decay_shared(c: Any, m: Any, trace: Any, before: Any, after: Any, n: Any) -> None:
    """One step's decay, with one draw for all neurons of a variant."""
    base = c.tables + trace * _TABLE * _WIDTH
    table, threshold, draws = table_of(m)[base:], threshold_of(m)[base:], decay_draws_of(m)
    for at in range(0, n, _WIDTH):
        for v in range(_WIDTH):
            place = np.int64(before[at + v]) * _WIDTH + v
            after[at + v] = table[place] + np.uint8(draws[v] < threshold[place])


@jit
def _decay_drawn(c: Any, m: Any, trace: Any, step: Any, before: Any, after: Any, n: Any) -> None:
    """One step's decay, with a draw for each neuron."""
    draws = draws_of(m)
    slopes = decay_slopes_of(m)[(c.draws * N_TRACES + trace) * _WIDTH :]
    for start in range(0, n, _AT_ONCE * _WIDTH):
        some = min(_AT_ONCE * _WIDTH, n - start)
        decay_draws(c, m, trace, step, start // _WIDTH, some // _WIDTH)
        if slopes[0] == _NOT_LINEAR:
            _decay_by_table(c, m, trace, before[start:], after[start:], draws, some)
        else:
            _decay_linear(slopes, before[start:], after[start:], draws, some)


@jit
def _decay_linear(slopes: Any, before: Any, after: Any, draws: Any, n: Any) -> None:
    """Decay where every variant's table is a line."""
    for at in range(0, n, _WIDTH):
        for v in range(_WIDTH):
            total = np.uint32(before[at + v]) * slopes[v]
            total += _DRAW_HIGHEST - np.uint32(draws[at + v])
            after[at + v] = np.uint8(total >> _SLOPE_BITS)


@jit
def _decay_by_table(
    c: Any, m: Any, trace: Any, before: Any, after: Any, draws: Any, n: Any
) -> None:
    """Decay by any table."""
    base = c.tables + trace * _TABLE * _WIDTH
    table, threshold = table_of(m)[base:], threshold_of(m)[base:]
    for at in range(0, n, _WIDTH):
        for v in range(_WIDTH):
            place = np.int64(before[at + v]) * _WIDTH + v
            up = (np.uint64(draws[at + v]) << _WIDEN) < threshold[place]
            after[at + v] = table[place] + np.uint8(up)


@jit
def _add_impulses(
    c: Any, records: Any, m: Any, trace: Any, at: Any, within: Any, step: Any, s: Any, after: Any,
    spiked: Any, count: Any,
) -> None:  # fmt: skip
    """Impulses of the spikes in one step of the epoch."""
    times, numbers = times_of(m)[at:], parameters_of(m)[c.impulses + 2 * trace * _WIDTH :]
    for k in range(count):
        place = np.int64(spiked[k])
        if times[place] == within:
            v = place % _WIDTH
            added = np.int64(after[place]) + numbers[v]
            if numbers[_WIDTH + v]:
                draw = _impulse_draw(c, records, m, trace, step, s, place // _WIDTH, v)
                added += draw < numbers[_WIDTH + v]
            after[place] = _saturate(added)


@jit
def _impulse_draw(
    c: Any, records: Any, m: Any, trace: Any, step: Any, s: Any, neuron: Any, v: Any
) -> Any:
    """Draw for the impulse of a spike."""
    if c.draw_kind == SHARED_DRAWS:
        return shared_impulse(c, records, v, 0 if trace < N_X else 2, s)
    return _own_draw(c, m, step, OF_IMPULSES + trace, neuron, v)


@jit
def _y_at_post_spike(c: Any, m: Any, y: Any, history: Any) -> None:
    """A y trace of the neurons that spiked, in the step of their spike."""
    times, traces, spiked = times_of(m)[c.post_spike_step :], traces_of(m), spiked_pre_of(m)
    own = traces[c.y_at_post_spike + y * c.n_post :]
    for k in range(nonzero_indices(times, 0, c.n_post, spiked)):
        j = spiked[k]
        own[j] = traces[history + np.int64(times[j]) * c.n_post + j]


@jit
def commit_traces(c: Any, m: Any) -> None:
    """Stored traces become those of the epoch's last step; spike times are forgotten."""
    wide, times, traces, rows = wide_of(m), times_of(m), traces_of(m), c.epoch + 1
    for trace in range(N_TRACES):
        if not wide[c.trace_is_live + trace * _WIDTH]:
            continue
        if trace < N_X:
            last = c.x_history + (trace * rows + c.epoch) * c.n_pre
            copy(traces[c.x + trace * c.n_pre :], traces[last:], c.n_pre)
        else:
            y = trace - N_X
            last = c.y_history + (y * rows + c.epoch) * c.n_post
            copy(traces[c.y + y * c.n_post :], traces[last:], c.n_post)
    times[c.pre_spike_step : c.pre_spike_step + c.n_pre] = 0
    times[c.post_spike_step : c.post_spike_step + c.n_post] = 0


@jit
def find_linear_slopes(c: Any, m: Any) -> None:
    """Note the slope of every variant's decay tables, or that some is not a line.

    In 16 bits of fraction value * slope + (65535 - draw) >> 16 is then the decay: up where the
    draw lies below the fraction, as with whole part and threshold.
    """
    for trace in range(N_TRACES):
        slopes = decay_slopes_of(m)[(c.draws * N_TRACES + trace) * _WIDTH :]
        lines = True
        for v in range(_WIDTH):
            slopes[v] = _linear_slope(m, c.tables + trace * _TABLE * _WIDTH + v)
            lines = lines and slopes[v] != _NOT_LINEAR
        if not lines:
            slopes[0] = _NOT_LINEAR


@jit
def _linear_slope(m: Any, base: Any) -> Any:
    """The slope of the table at `base`, or _NO_LINE."""
    table, threshold = table_of(m)[base:], threshold_of(m)[base:]
    unit, slope = np.uint64(1) << _WIDEN, np.uint64(0)
    for value in range(_TABLE):
        fraction = (threshold[value * _WIDTH] + unit - np.uint64(1)) >> _WIDEN
        exact = (np.uint64(table[value * _WIDTH]) << np.uint64(_SLOPE_BITS)) + fraction
        if value == 1:
            slope = exact
        if exact != np.uint64(value) * slope:
            return _NOT_LINEAR
    return np.uint32(slope)
