"""Traces of all variants: what spikes do at once, and the history of an epoch.

It does for variants side by side what fixed/trace_spikes.py and fixed/trace_decay.py do for one
network. Each variant has its own decays and impulses.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from loihi_emu.chip.decay import TRACE_VALUES
from loihi_emu.chip.formats import DRAW
from loihi_emu.kernels.batch.simd_draws import (
    decay_draws,
    neural_key,
    shared_decays,
    variant_memory,
)
from loihi_emu.kernels.fixed.trace_decay import NOT_LINEAR, linear_slope
from loihi_emu.kernels.fixed.trace_impulse import (
    IMPULSE_X,
    IMPULSE_Y,
    REPEATED_X,
    REPEATED_Y,
    WIDEN,
    saturate,
    shared_impulse_draw,
)
from loihi_emu.kernels.gather.loops import copy, nonzero_indices
from loihi_emu.kernels.llvm.array_views import array_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.records import N_TRACES, N_X, OF_IMPULSES, OF_REPEATS, SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    decay_draws_of,
    draws_of,
    parameters_of,
    spiked_pre_of,
    table_of,
    threshold_of,
    times_of,
    traces_of,
)
from loihi_emu.kernels.random.threefry import draw as own_draw

_WIDTH: Final = WIDTH
_TABLE: Final = TRACE_VALUES
_AT_ONCE: Final = 32  # neurons whose draws fit into a block
_SLOPE_BITS: Final = 16
_DRAW_HIGHEST: Final = np.uint32(DRAW.size - 1)

decay_slopes_of = array_at("decay_slopes", types.uint32)
"""Slopes of linear decay tables, by connection, trace and variant; see `find_linear_slopes`."""


@jit
def _impulse(c: Any, m: Any, trace: Any, v: Any, draw: Any) -> Any:
    """A variant's impulse, rounded up if the draw lies below its fraction."""
    numbers = parameters_of(m)[c.impulses + 2 * trace * _WIDTH + v :]
    return numbers[0] + (1 if draw < numbers[_WIDTH] else 0)


@jit
def _impulse_draw(
    c: Any, m: Any, which: Any, step: Any, purpose: Any, at: Any, s: Any
) -> Any:  # fmt: skip
    """The draw for an impulse of the neuron and variant at a place: its own, or the shared one."""
    neuron, v = at // _WIDTH, at % _WIDTH
    if c.draw_kind == SHARED_DRAWS:
        return shared_impulse_draw(c, variant_memory(m, v), which, s)
    return np.int64(own_draw(neural_key(c, m, v), step, purpose, neuron)) >> c.drop


@jit
def add_repeated_impulse(
    c: Any, m: Any, trace: Any, place: Any, at: Any, step: Any, s: Any
) -> None:  # fmt: skip
    """As fixed/trace_spikes.py, of the neuron and variant at a place."""
    draw = np.int64(0)
    if trace >= N_X or c.repeat_impulse_drawn:
        which = REPEATED_X if trace < N_X else REPEATED_Y
        draw = _impulse_draw(c, m, which, step, OF_REPEATS + trace, at, s)
    traces = traces_of(m)
    added = _impulse(c, m, trace, at % _WIDTH, draw)
    traces[place] = saturate(np.int64(traces[place]) + added)


@jit
def history(
    c: Any, m: Any, trace: Any, stored: Any, at: Any, out: Any, n: Any, _first: Any, _last: Any,
    last_step: Any, s: Any,
) -> None:  # fmt: skip
    """As fixed/trace_decay.py, of all n: a batch has one thread."""
    traces, spiked = traces_of(m), spiked_pre_of(m)
    copy(traces[out:], traces[stored:], n)
    count = nonzero_indices(times_of(m)[at:], 0, n, spiked)
    if c.draw_kind == SHARED_DRAWS:
        shared_decays(c, m, trace, s, decay_draws_of(m))
    for within in range(1, c.epoch + 1):
        before, after = traces[out + (within - 1) * n :], traces[out + within * n :]
        step = last_step - c.epoch + within
        if c.draw_kind == SHARED_DRAWS:
            _decay_shared(c, m, trace, before, after, n)
        else:
            _decay_drawn(c, m, trace, step, before, after, n)
        _add_impulses(c, m, trace, at, within, step, s, after, spiked, count)


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
        if slopes[0] == NOT_LINEAR:
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
            up = (np.uint64(draws[at + v]) << WIDEN) < threshold[place]
            after[at + v] = table[place] + np.uint8(up)


@jit
def _add_impulses(
    c: Any, m: Any, trace: Any, at: Any, within: Any, step: Any, s: Any, after: Any, spiked: Any,
    count: Any,
) -> None:  # fmt: skip
    """Impulses of the spikes in one step of the epoch."""
    times, fractions = times_of(m)[at:], parameters_of(m)[c.impulses + (2 * trace + 1) * _WIDTH :]
    which = IMPULSE_X if trace < N_X else IMPULSE_Y
    for k in range(count):
        place = np.int64(spiked[k])
        if times[place] == within:
            draw, v = np.int64(0), place % _WIDTH
            if fractions[v]:
                draw = _impulse_draw(c, m, which, step, OF_IMPULSES + trace, place, s)
            added = _impulse(c, m, trace, v, draw)
            after[place] = saturate(np.int64(after[place]) + added)


@jit
def find_linear_slopes(c: Any, m: Any) -> None:
    """Store the slope of every variant's decay tables, or that some is not linear."""
    for trace in range(N_TRACES):
        slopes = decay_slopes_of(m)[(c.draws * N_TRACES + trace) * _WIDTH :]
        linear = True
        for v in range(_WIDTH):
            slopes[v] = linear_slope(m, c.tables + trace * _TABLE * _WIDTH + v, _WIDTH)
            linear = linear and slopes[v] != NOT_LINEAR
        if not linear:
            slopes[0] = NOT_LINEAR
