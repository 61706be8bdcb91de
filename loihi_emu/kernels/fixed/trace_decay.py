"""The history of a trace over an epoch, in fixed point: decay step by step, and what spikes add.

reference/traces.py defines it. A decay is a table of 256 whole parts and thresholds, so machines
with other decay laws differ in data alone (chip/decay.py).
Example: tau 10 takes 16 to 14 (14.47) or, when the draw lies below 0.47, to 15.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.decay import DECAY_DRAW_BITS, TRACE_VALUES
from loihi_emu.chip.formats import DRAW
from loihi_emu.kernels.fixed.trace_impulse import (
    IMPULSE_X,
    IMPULSE_Y,
    WIDEN,
    draw_decay,
    draw_impulse,
    drawn_impulse,
    rounded_impulse,
    saturate,
    shared_decay_draw,
    shared_impulse_draw,
)
from loihi_emu.kernels.gather.loops import copy, copy_indexed, equal_indices, fill
from loihi_emu.kernels.llvm.array_views import stack_bytes
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import N_X, OF_IMPULSES, SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    draws_of,
    parameters_of,
    spiked_pre_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
)
from loihi_emu.kernels.random.threefry import row_draws

_TABLE: Final = TRACE_VALUES
_DRAWS: Final = float(1 << DECAY_DRAW_BITS)
_SLOPE_BITS: Final = 16
_WORTH_FITTING: Final = 2048  # decays for which trying all values pays
_AT_ONCE: Final = 256
_DRAW_HIGHEST: Final = np.uint32(DRAW.size - 1)
NOT_LINEAR: Final = np.uint32(0xFFFFFFFF)
"""No slope: the table has to be read."""

decayed_values: Final = stack_bytes(_TABLE)


@jit
def history(
    c: Any, m: Any, trace: Any, stored: Any, at: Any, out: Any, n: Any, first: Any, last: Any,
    last_step: Any, s: Any,
) -> None:  # fmt: skip
    """h[0..epoch] of one trace at `out`, of neurons first .. last - 1 of n.

    h[0] is the stored trace, then step by step. `s` numbers the last step in shared draws.
    """
    copy(traces_of(m)[out + first :], traces_of(m)[stored + first :], last - first)
    decay_draw = shared_decay_draw(c, m, trace, s)
    impulse_draw = shared_impulse_draw(c, m, IMPULSE_X if trace < N_X else IMPULSE_Y, s)
    if c.decay_tables_per_trace > 1:
        _history_from_last_event(
            c, m, trace, at, out, n, first, last, last_step, decay_draw, impulse_draw
        )
    elif c.decayed_trace >= 0:
        _history_by_kept_fraction(
            c, m, trace, at, out, n, first, last, last_step, decay_draw, impulse_draw
        )
    elif c.draw_kind == SHARED_DRAWS and (last - first) * c.epoch < _TABLE:
        _history_small(c, m, trace, at, out, n, first, last, decay_draw, impulse_draw)
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
    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    decayed = decayed_values()
    for value in range(_TABLE):
        up = decay_draw < threshold[base + value]
        decayed[value] = table[base + value] + np.uint8(up)
    slope, offset, is_line = np.uint32(0), np.uint32(0), False
    if (last - first) * c.epoch >= _WORTH_FITTING:
        slope, offset, is_line = _fit_linear_decay(
            decayed, table[base:], threshold[base:], decay_draw
        )
    whole = rounded_impulse(c, m, trace, impulse_draw)
    spiked = spiked_pre_of(m)
    for s in range(1, c.epoch + 1):
        before, after = traces[out + (s - 1) * n :], traces[out + s * n :]
        if is_line:
            for i in range(first, last):
                after[i] = np.uint8((np.uint32(before[i]) * slope + offset) >> _SLOPE_BITS)
        else:
            copy_indexed(after[first:], decayed, before[first:], last - first)
        for k in range(equal_indices(times[at:], np.uint8(s), first, last, spiked)):
            i = spiked[k]
            after[i] = saturate(np.int64(after[i]) + whole)


@jit
def _history_small(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, decay_draw: Any,
    impulse_draw: Any,
) -> None:  # fmt: skip
    """As `_history_shared`, where fewer values decay than there are."""
    traces, times, table, threshold = traces_of(m), times_of(m), table_of(m), threshold_of(m)
    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    whole = rounded_impulse(c, m, trace, impulse_draw)
    for s in range(1, c.epoch + 1):
        for i in range(first, last):
            old = traces[out + (s - 1) * n + i]
            new = np.int64(table[base + old]) + np.int64(decay_draw < threshold[base + old])
            if times[at + i] == s:
                new = saturate(new + whole)
            traces[out + s * n + i] = new


@jit
def _fit_linear_decay(decayed: Any, table: Any, threshold: Any, decay_draw: Any) -> Any:
    """Slope and offset with (value * slope + offset) >> 16 = decayed[value] for all values.

    A decay of a common draw is nearly always such a line, which processors compute for many
    neurons at once; every value is tried, and where one differs the table is kept.
    """
    last = _TABLE - 1
    kept = (float(table[last]) + float(threshold[last]) / _DRAWS) / last
    slope = np.uint32(kept * (1 << _SLOPE_BITS))
    offset = np.uint32((1.0 - float(decay_draw) / _DRAWS) * (1 << _SLOPE_BITS))
    for value in range(_TABLE):
        if ((np.uint32(value) * slope + offset) >> _SLOPE_BITS) != decayed[value]:
            return slope, offset, False
    return slope, offset, True


@jit
def _history_drawn(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any
) -> None:
    """A draw for each neuron and step; traces of 0 stay 0 and need none."""
    traces, times = traces_of(m), times_of(m)
    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    slope = NOT_LINEAR
    if (last - first) * c.epoch >= _WORTH_FITTING:
        slope = linear_slope(m, base, 1)
    parameters = parameters_of(m)
    whole, fraction = parameters[c.impulses + 2 * trace], parameters[c.impulses + 2 * trace + 1]
    spiked = spiked_pre_of(m)
    for s in range(1, c.epoch + 1):
        before, after = traces[out + (s - 1) * n :], traces[out + s * n :]
        step = last_step - c.epoch + s
        for start in range(first, last, _AT_ONCE):
            stop = min(start + _AT_ONCE, last)
            _decay_drawn(c, m, trace, step, before[start:], after[start:], start, stop, slope)
        for k in range(equal_indices(times[at:], np.uint8(s), first, last, spiked)):
            i, added = spiked[k], whole
            if fraction:
                added += draw_impulse(c, step, OF_IMPULSES + trace, i) < fraction
            after[i] = saturate(np.int64(after[i]) + added)


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
        fill(after, 0, n)
        return
    draws, table, threshold = draws_of(m), table_of(m), threshold_of(m)
    row_draws(c.neural_key, step, trace, start, n, draws)
    if slope != NOT_LINEAR:
        for k in range(n):
            total = np.uint32(before[k]) * slope + (_DRAW_HIGHEST - np.uint32(draws[k]))
            after[k] = np.uint8(np.uint32(total) >> np.uint32(_SLOPE_BITS))
        return
    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    for k in range(n):
        place = base + before[k]
        up = (np.uint64(draws[k]) << WIDEN) < threshold[place]
        after[k] = table[place] + np.uint8(up)


@jit
def linear_slope(m: Any, base: Any, stride: Any) -> Any:
    """The slope of a linear decay table in 16 bits of fraction, or NOT_LINEAR.

    Its entries lie `stride` apart. value * slope + (65535 - draw) >> 16 is then the decay: up where
    the draw lies below the fraction, as with whole part and threshold.
    """
    table, threshold = table_of(m)[base:], threshold_of(m)[base:]
    unit, slope = np.uint64(1) << WIDEN, np.uint64(0)
    for value in range(_TABLE):
        fraction = (threshold[value * stride] + unit - np.uint64(1)) >> WIDEN
        exact = (np.uint64(table[value * stride]) << np.uint64(_SLOPE_BITS)) + fraction
        if value == 1:
            slope = exact
        if exact != np.uint64(value) * slope:
            return NOT_LINEAR
    return np.uint32(slope)


@jit
def _history_from_last_event(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any,
    decay_draw: Any, impulse_draw: Any,
) -> None:  # fmt: skip
    """As `history`, with one rounding from each event to each later moment."""
    traces = traces_of(m)
    times = times_of(m)
    table = table_of(m)
    threshold = threshold_of(m)

    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    for i in range(first, last):
        event_value, event = np.int64(traces[out + i]), 0
        for s in range(1, c.epoch + 1):
            step = last_step - c.epoch + s
            draw = draw_decay(c, step, trace, i, decay_draw)
            entry = base + (s - event - 1) * _TABLE + event_value
            new = np.int64(table[entry]) + np.int64(draw < threshold[entry])
            if times[at + i] == s:
                new = saturate(new + drawn_impulse(c, m, trace, step, i, impulse_draw))
                event_value, event = new, s
            traces[out + s * n + i] = new


@jit
def _history_by_kept_fraction(
    c: Any, m: Any, trace: Any, at: Any, out: Any, n: Any, first: Any, last: Any, last_step: Any,
    decay_draw: Any, impulse_draw: Any,
) -> None:  # fmt: skip
    """As `history`, where the fraction of what the last decay kept decides, without its impulse.

    h[0] becomes what this epoch's last decay kept: the trace before the last step's spikes.
    """
    traces, times, table, threshold = traces_of(m), times_of(m), table_of(m), threshold_of(m)
    base = c.tables + trace * c.decay_tables_per_trace * _TABLE
    kept = c.decayed_trace + (trace * c.n_pre if trace < N_X else N_X * c.n_pre + (trace - N_X) * n)
    for s in range(1, c.epoch + 1):
        for i in range(first, last):
            step = last_step - c.epoch + s
            draw = draw_decay(c, step, trace, i, decay_draw)
            old = traces[out + (s - 1) * n + i]
            up = draw < threshold[base + traces[kept + i]]
            new = np.int64(table[base + old]) + np.int64(up)
            traces[kept + i] = new
            if times[at + i] == s:
                new = saturate(new + drawn_impulse(c, m, trace, step, i, impulse_draw))
            traces[out + s * n + i] = new
    copy(traces[out + first :], traces[kept + first :], last - first)
