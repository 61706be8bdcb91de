"""What a connection delivers in fixed point: spikes times weights, shifted, in rings of steps.

Authority: spec "One time step", 1 to 3. `send` adds what arrives in this step to the post
population; `accumulate` adds this step's spikes to the steps in which they will arrive.
Example: without delays a ring has one row, filled in step t and sent in step t + 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.fixed.memory import (
    delays_of,
    index_of,
    neural_of,
    pointer_of,
    structure_of,
    synaptic_of,
    wide_of,
)
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.pointers import prefetch_run


@jit
def send(c: Any, m: Any, step: Any) -> None:
    """Add the arrivals of `step` to the post population's input; clear their ring row."""
    neural = neural_of(m)
    row = c.ring + (step % c.ring_rows) * c.n_post
    ring = neural[row : row + c.n_post]
    sent = neural[c.sent : c.sent + c.n_post]
    late = c.arrivals < 0 and not c.scales_synapse
    up, down = max(c.exponent, 0), max(-c.exponent, 0)
    for j in range(c.n_post):
        total = ring[j]
        sent[j] = _lowered(c, np.int32(total << up), down) if late else total
        ring[j] = 0
    if c.target >= 0:
        given = neural[c.target : c.target + c.n_post]
        for j in range(c.n_post):
            given[j] += sent[j]


@jit
def _lowered(c: Any, value: Any, down: Any) -> Any:
    """`value` shifted right, arithmetically or toward zero."""
    if c.down_to_zero and value < 0:
        return -(-value >> down)
    return value >> down


@jit
def accumulate(c: Any, source: Any, m: Any, step: Any) -> None:
    """Add the spikes that population `source` made in `step` to the ring."""
    index = index_of(m)
    wide = wide_of(m)
    pointer = pointer_of(m)
    count = wide[source.count]
    spikes = index[source.spikes : source.spikes + count]
    payloads = index[source.payloads : source.payloads + count]
    base = c.arrivals if c.arrivals >= 0 else c.ring
    first = 0 if c.arrivals >= 0 else step + 1
    for k in range(count):
        if c.sparse and k + 1 < count:
            _prefetch_row(c, m, spikes[k + 1])
        payload = payloads[k] if c.graded else np.int32(1)
        if c.sparse:
            low, high = (
                pointer[c.pointer + spikes[k]],
                pointer[c.pointer + spikes[k] + 1],
            )
        else:
            low, high = spikes[k] * c.n_post, (spikes[k] + 1) * c.n_post
        if c.delays < 0 and not c.learned_delay and not c.scales_synapse:
            row = c.ring + (first % c.ring_rows) * c.n_post
            _add_row(c, m, row, low, high, payload)
        else:
            _add_delayed(c, m, base, first, low, high, payload)
    if c.arrivals >= 0 and count > 0:
        _shift_arrivals(c, m, step)


@jit
def _prefetch_row(c: Any, m: Any, i: Any) -> None:
    """Ask for the weights and indices of a row that comes next."""
    pointer = pointer_of(m)
    low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
    prefetch_run(synaptic_of(m), c.w + low, c.w + high)
    prefetch_run(structure_of(m), c.indices + low, c.indices + high)


@jit
def _add_row(c: Any, m: Any, row: Any, low: Any, high: Any, payload: Any) -> None:
    """Add one neuron's weights, all arriving in the ring row at `row`."""
    neural = neural_of(m)
    synaptic = synaptic_of(m)
    structure = structure_of(m)
    weights = synaptic[c.w + low : c.w + high]
    if c.sparse:
        total = neural[row : row + c.n_post]
        indices = structure[c.indices + low : c.indices + high]
        for k in range(high - low):
            total[indices[k]] += np.int32(weights[k]) * payload
    else:
        total = neural[row : row + c.n_post]
        if payload == 1:
            for j in range(c.n_post):
                total[j] += np.int32(weights[j])
        else:
            for j in range(c.n_post):
                total[j] += np.int32(np.int32(weights[j]) * payload)


@jit
def _add_delayed(c: Any, m: Any, base: Any, first: Any, low: Any, high: Any, payload: Any) -> None:
    """Add one neuron's weights, each in the step of its own delay and, if so, its own scale."""
    neural = neural_of(m)
    synaptic = synaptic_of(m)
    wide = wide_of(m)
    structure = structure_of(m)
    delays = delays_of(m)
    for k in range(low, high):
        post = structure[c.indices + k] if c.sparse else k - low
        delay = np.int64(0)
        if c.learned_delay:
            delay = np.int64(synaptic[c.d + k])
        elif c.delays >= 0:
            delay = np.int64(delays[c.delays + k])
        weight = np.int64(synaptic[c.w + k])
        if c.scales_synapse:
            weight = scale(c, weight, wide[c.written])
        neural[base + ((first + delay) % c.ring_rows) * c.n_post + post] += np.int32(
            weight * payload
        )


@jit
def scale(c: Any, weight: Any, written: Any) -> Any:
    """A weight as its synapse delivers it: cut to its bits, shifted by the exponent, limited."""
    if c.cut_bits > 0 and not written:
        if c.cut_down:
            weight = (weight >> c.cut_bits) << c.cut_bits
        else:
            magnitude = (abs(weight) >> c.cut_bits) << c.cut_bits
            weight = magnitude if weight >= 0 else -magnitude
    scaled = weight << c.exponent if c.exponent > 0 else _lowered(c, weight, -c.exponent)
    return min(max(scaled, -c.limit), c.limit) if c.limit > 0 else scaled


@jit
def _shift_arrivals(c: Any, m: Any, step: Any) -> None:
    """Shift this step's sums by a negative exponent, delay by delay, and add them to the ring."""
    neural = neural_of(m)
    for delay in range(c.ring_rows):
        row = c.ring + ((step + 1 + delay) % c.ring_rows) * c.n_post
        start = c.arrivals + delay * c.n_post
        for j in range(c.n_post):
            neural[row + j] += _lowered(c, neural[start + j], -c.exponent)
            neural[start + j] = 0
