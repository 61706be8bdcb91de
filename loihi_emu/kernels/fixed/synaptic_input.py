"""What a connection delivers in fixed point: spikes times weights, shifted, in delay rings.

reference/synapses.py defines it. `add_weights` adds a spike's weights to the steps in which they
will arrive. `deliver_arrivals` adds what arrives in this step to the post population.
Example: without delays a ring has one row, filled in step t and sent in step t + 1.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.memory.views import (
    delays_of,
    neural_of,
    post_offset16_of,
    synaptic_of,
    wide_of,
)
from loihi_emu.kernels.threads.partition import thread_range

_MOST_BITS: Final = 31


@jit
def deliver_arrivals(
    c: Any, m: Any, step: Any, first: Any, last: Any, at: Any, observed: Any
) -> None:
    """Add the arrivals of `step` at neurons first .. last - 1 to what is given to them, at `at` on.

    Their ring row is cleared. `observed` says whether someone may look at what was sent.
    """
    neural, n = neural_of(m), last - first
    row = c.delay_ring + (step % c.delay_ring_rows) * c.n_post + first
    ring, sent = neural[row:], neural[c.last_input + first :]
    exponent = c.exponent if c.unshifted_ring < 0 and not c.scale_per_synapse else np.int64(0)
    given, to_zero = neural[max(at, 0) :], bool(c.shift_toward_zero)
    if observed:
        for j in range(n):
            sent[j] = _shifted(ring[j], exponent, to_zero)
    if c.target >= 0:
        for j in range(n):
            given[j] += _shifted(ring[j], exponent, to_zero)
    fill(ring, 0, n)


@jit_inlined
def _shifted(value: Any, exponent: Any, to_zero: Any) -> Any:
    """`value` times 2 ** exponent, rounded down or toward zero."""
    if exponent >= 0:
        return np.int32(value << (exponent & _MOST_BITS))
    if to_zero and value < 0:
        return np.int32(-(-value >> -exponent))
    return np.int32(value >> -exponent)


@jit
def add_weights(
    c: Any, m: Any, step: Any, low: Any, high: Any, base: Any, payload: Any
) -> None:  # fmt: skip
    """Add weights low .. high - 1 of a neuron that spiked in `step` to the ring, from `base` on."""
    if c.delays >= 0 or c.learned_delay:
        _add_delayed(c, m, *_start(c, step), low, high, base, payload)
    elif c.scale_per_synapse:
        _add_scaled(c, m, _undelayed_row(c, step) + base, low, high, payload)
    else:
        _add_unscaled(c, m, _undelayed_row(c, step) + base, low, high, payload)


@jit
def _start(c: Any, step: Any) -> Any:
    """Where a ring begins, and its first row for spikes of `step`."""
    if c.unshifted_ring >= 0:
        return c.unshifted_ring, np.int64(0)
    return c.delay_ring, step + 1


@jit
def _undelayed_row(c: Any, step: Any) -> Any:
    """Where the ring row lies in which weights without delays arrive."""
    start, first = _start(c, step)
    row = (
        first % c.delay_ring_rows if c.delay_ring_rows > 1 else np.int64(0)
    )  # a division a spike is slow
    return start + row * c.n_post


@jit
def single_ring_row(c: Any, step: Any) -> Any:
    """Where weights are added as they are, all in one ring row; -1 if that is not so."""
    if c.delays >= 0 or c.learned_delay or c.scale_per_synapse:
        return np.int64(-1)
    return _undelayed_row(c, step)


@jit
def _add_unscaled(c: Any, m: Any, place: Any, low: Any, high: Any, payload: Any) -> None:
    """Add weights that all arrive in the ring row at `place`."""
    total, weights = neural_of(m)[place:], synaptic_of(m)[c.w + low :]
    if c.sparse:
        offsets = post_offset16_of(m)[c.post_offset16 + low :]
        for k in range(high - low):
            total[offsets[k]] += np.int32(weights[k]) * payload
    elif payload == 1:
        for j in range(high - low):
            total[j] += np.int32(weights[j])
    else:
        for j in range(high - low):
            total[j] += np.int32(np.int32(weights[j]) * payload)


@jit
def _add_scaled(c: Any, m: Any, place: Any, low: Any, high: Any, payload: Any) -> None:
    """Add weights that all arrive in the ring row at `place`, each scaled by its synapse."""
    total, weights = neural_of(m)[place:], synaptic_of(m)[c.w + low :]
    offsets, sparse = post_offset16_of(m)[c.post_offset16 + low :], c.sparse
    scale, written = weight_scale(c), wide_of(m)[c.weights_written_by_rule]
    for k in range(high - low):
        weight = scaled_weight(scale, np.int64(weights[k]), written)
        total[np.int64(offsets[k]) if sparse else k] += np.int32(weight * payload)


@jit
def _add_delayed(
    c: Any, m: Any, start: Any, first: Any, low: Any, high: Any, base: Any, payload: Any
) -> None:
    """Add weights, each in the step of its own delay and, if so, its own scale."""
    neural, synaptic, offsets, delays = (
        neural_of(m),
        synaptic_of(m),
        post_offset16_of(m),
        delays_of(m),
    )
    scale, written = weight_scale(c), wide_of(m)[c.weights_written_by_rule]
    for k in range(low, high):
        post = base + (np.int64(offsets[c.post_offset16 + k]) if c.sparse else k - low)
        delay = np.int64(0)
        if c.learned_delay:
            delay = np.int64(synaptic[c.d + k])
        elif c.delays >= 0:
            delay = np.int64(delays[c.delays + k])
        weight = np.int64(synaptic[c.w + k])
        if c.scale_per_synapse:
            weight = scaled_weight(scale, weight, written)
        place = start + ((first + delay) % c.delay_ring_rows) * c.n_post + post
        neural[place] += np.int32(weight * payload)


@jit
def weight_scale(c: Any) -> Any:
    """What `scaled` needs of a connection."""
    return c.exponent, c.shift_toward_zero, c.truncate_bits, c.truncate_floor, c.input_limit


@jit
def scaled_weight(scale: Any, weight: Any, written: Any) -> Any:
    """A weight as its synapse delivers it: cut to its bits, shifted by the exponent, limited."""
    exponent, down_to_zero, cut_bits, cut_down, limit = scale
    if cut_bits > 0 and not written:
        if cut_down:
            weight = (weight >> cut_bits) << cut_bits
        else:
            magnitude = (abs(weight) >> cut_bits) << cut_bits
            weight = magnitude if weight >= 0 else -magnitude
    if exponent > 0:
        weight = weight << exponent
    elif down_to_zero and weight < 0:
        weight = -(-weight >> -exponent)
    else:
        weight = weight >> -exponent
    return min(max(weight, -limit), limit) if limit > 0 else weight


@jit
def shift_arrivals(c: Any, m: Any, step: Any) -> None:
    """Shift this step's sums by a negative exponent, delay by delay, and add them to the ring."""
    neural = neural_of(m)
    first, last = thread_range(m, c.n_post)
    for delay in range(c.delay_ring_rows):
        row = c.delay_ring + ((step + 1 + delay) % c.delay_ring_rows) * c.n_post
        start = c.unshifted_ring + delay * c.n_post
        for j in range(first, last):
            neural[row + j] += _shifted(neural[start + j], c.exponent, c.shift_toward_zero)
            neural[start + j] = 0
