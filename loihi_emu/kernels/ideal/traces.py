"""Traces of a learning connection in real numbers: no bounds, no rounding, no draws.

Authority: spec "Float (floating_pt)": a trace decays by exp(-1/tau) a step and adds its impulse.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.tables import (
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_TRACES,
    N_X,
    OVERWRITE,
    REGULAR_IMPULSE,
)


@jit
def pre_spikes(c: Any, source: Any, arenas: Any, step: Any, _shared: Any) -> None:
    """Spikes of `source` in `step`: repeated impulses, graded payloads, spike times."""
    within = np.uint8((step - 1) % c.epoch + 1)
    for k in range(arenas.wide[source.count]):
        i = arenas.index[source.spikes + k]
        half = arenas.index[source.payloads + k] / 2.0
        repeated = arenas.times[c.tx + i] > 0
        if c.mode == REGULAR_IMPULSE:
            if repeated:
                arenas.traces[c.x + i] += arenas.parameters[c.impulses]
        elif c.mode == OVERWRITE:
            arenas.traces[c.x + i] = half
        else:
            arenas.traces[c.x + i] += half
        if repeated:
            arenas.traces[c.x + c.n_pre + i] += arenas.parameters[c.impulses + 2]
        arenas.times[c.tx + i] = within
        if c.count_spikes:
            arenas.times[c.nx + i] += 1


@jit
def post_spikes(c: Any, target: Any, arenas: Any, step: Any, _shared: Any) -> None:
    """Spikes of `target` in `step` as they propagate back: repeated impulses, spike times."""
    within = np.uint8((step - 1) % c.epoch + 1)
    for k in range(arenas.wide[target.count]):
        j = arenas.index[target.spikes + k]
        if arenas.times[c.ty + j] > 0:
            for y in range(N_TRACES - N_X):
                impulse = arenas.parameters[c.impulses + 2 * (N_X + y)]
                arenas.traces[c.y + y * c.n_post + j] += impulse
        arenas.times[c.ty + j] = within
        if c.count_spikes:
            arenas.times[c.ny + j] += 1


@jit
def receive(c: Any, populations: Any, arenas: Any, constants: Any, step: Any) -> None:
    """Replace the y traces by those received from a third factor in `step`."""
    if c.third_population >= 0:
        source = populations[c.third_population].y
        for k in range((N_TRACES - N_X) * c.n_post):
            arenas.traces[c.y + k] = arenas.traces[source + k]
        return
    row = (step - 1) % c.third_steps if c.third_repeats else step - 1
    for y in range(N_TRACES - N_X):
        for j in range(c.n_post):
            value = 0.0
            if row < c.third_steps:
                value = constants.traces[c.third + (row * 3 + y) * c.n_post + j]
            arenas.traces[c.y + y * c.n_post + j] = value


@jit
def history(
    c: Any, arenas: Any, trace: Any, stored: Any, times: Any, out: Any, n: Any, _last_step: Any,
    _decay_draw: Any, _impulse_draw: Any,
) -> None:  # fmt: skip
    """h[0..epoch] of one trace of n neurons at `out`: h[0] the stored trace, then step by step."""
    traces = arenas.traces
    keep, impulse = arenas.table[c.tables + trace], arenas.parameters[c.impulses + 2 * trace]
    for i in range(n):
        traces[out + i] = traces[stored + i]
    for s in range(1, c.epoch + 1):
        before, after = out + (s - 1) * n, out + s * n
        for i in range(n):
            traces[after + i] = traces[before + i] * keep
            if arenas.times[times + i] == s:
                traces[after + i] += impulse


@jit
def own_traces(p: Any, arenas: Any, _step: Any) -> None:
    """y1..y3 of a learning LIF: traces of its spikes, or its third-factor input."""
    for y in range(N_TRACES - N_X):
        kind = p.y1_from if y == 0 else (p.y2_from if y == 1 else p.y3_from)
        place = p.y + y * p.n
        for i in range(p.n):
            if kind == FROM_THIRD_FACTOR:
                arenas.traces[place + i] = arenas.neural[p.third_input + i]
            elif kind == FROM_SPIKES:
                arenas.traces[place + i] *= arenas.table[p.tables + y]
                if arenas.times[p.flags + i]:
                    arenas.traces[place + i] += arenas.parameters[p.impulses + 2 * y]
