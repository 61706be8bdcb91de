"""One step of a population of LIF neurons in fixed point.

reference/neurons.py defines it. One function serves all kinds of LIF, which differ in thresholds
and intervals.
Example: du = 4095 forgets u in every step, so u becomes input << 6.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.formats import CURRENT, DECAY, STATE_SHIFT, VOLTAGE
from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.memory.records import (
    CLIP_V,
    INTERVAL,
    KEEP_U,
    KEEP_V,
    OF_NOISE,
    OFFSET,
    REFRACTORY,
    SPIKE_ABOVE,
    SPIKE_BELOW,
    TO_INPUT,
    TO_MEMBRANE,
    WRAP_V,
)
from loihi_emu.kernels.memory.views import index_of, neural_of, parameters_of, times_of
from loihi_emu.kernels.random.threefry import draw as own_draw

_DECAY_BITS: Final = np.uint32(DECAY.bits)
_BELOW: Final = np.uint32(DECAY.size - 1)
_INT32: Final = np.iinfo(np.int32)
_LOWEST, _HIGHEST = np.int64(_INT32.min), np.int64(_INT32.max)
_SPAN: Final = 2 * CURRENT.size
_EDGE: Final = CURRENT.size
_V_HIGH: Final = VOLTAGE.highest
_V_LOW: Final = -VOLTAGE.highest
_SHIFT: Final = np.uint32(STATE_SHIFT)
_NOISE_POINT: Final = 7  # noise is a draw * 2 ** (exponent - 7)


@jit_inlined
def _decay_12bit(value: Any, multiplier: Any) -> Any:
    """What a decay leaves: value * multiplier >> 12, toward zero.

    The upper and the lower 12 bits are multiplied apart: exact, as the former's product has no
    fraction, and in 32 bits, of which a register holds twice as many as of 64.
    """
    negative = value < 0
    size = np.uint32(-np.int32(value)) if negative else np.uint32(value)
    upper = np.uint32(np.uint32(size >> _DECAY_BITS) * multiplier)
    lower = np.uint32(np.uint32(size & _BELOW) * multiplier)
    kept = np.int32(np.uint32(upper + np.uint32(lower >> _DECAY_BITS)))
    return np.int32(-kept) if negative else kept


@jit_inlined
def _wrap(value: Any, ends: Any) -> Any:
    """The low 32 bits of `value` in two's complement between -edge and edge - 1."""
    edge, mask = ends
    return np.uint32(np.uint32(np.uint32(np.uint32(value) + edge) & mask) - edge)


@jit_inlined
def _wrap_once(u: Any) -> Any:
    """Lava's single wrap of u, beyond its own edges."""
    turned = np.int32(u - _SPAN) if u > _EDGE else u
    return np.uint32(u + _SPAN) if turned <= -_EDGE else np.uint32(turned)


@jit
def _noise(p: Any, step: Any, neuron: Any) -> Any:
    """A neuron's noise in one step: a draw and its offset, scaled, without its fraction."""
    draw = own_draw(p.neural_key, step, OF_NOISE, neuron)
    mantissa = p.noise_low + np.int64((np.uint64(draw) * np.uint64(p.noise_span)) >> np.uint64(16))
    mantissa += p.noise_offset
    if p.noise_floors:
        return (mantissa << p.noise_exponent) >> _NOISE_POINT
    magnitude = (abs(mantissa) << p.noise_exponent) >> _NOISE_POINT
    return magnitude if mantissa >= 0 else -magnitude


@jit
def integrate(p: Any, m: Any, step: Any, first: Any, last: Any, at: Any) -> None:
    """u, v and spike flags of neurons first .. last - 1 of population `p` after `step`.

    Their input lies from `at` on.
    """
    neural = neural_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    n = last - first
    u, v = neural[p.u + first :], neural[p.v + first :]
    bias, given = neural[p.bias + first :], neural[at:]
    flags, q = times[p.flags + first :], parameters[p.parameters :]
    if q[INTERVAL] > 0 and step % q[INTERVAL] == q[OFFSET]:
        fill(u, 0, n)
        fill(v, 0, n)
    if q[REFRACTORY] >= 0 or p.noise_target >= 0:
        _integrate_one_by_one(p, u, v, bias, given, flags, q, m, step, first, n)
        return
    keep_u, keep_v = np.uint32(q[KEEP_U]), np.uint32(q[KEEP_V])
    above, below = threshold(q[SPIKE_ABOVE]), threshold(q[SPIKE_BELOW])
    none, ends = np.int32(0), overflow_rules(p)
    for i in range(n):
        current, voltage = lif_step(ends, u[i], v[i], bias[i], given[i], keep_u, keep_v, none, none)
        u[i] = current
        spiked = np.uint8(voltage > above) | np.uint8(voltage < below)
        v[i] = 0 if spiked else voltage
        flags[i] = np.uint8(1) if voltage > above else np.uint8(spiked << 1)


@jit
def overflow_rules(p: Any) -> Any:
    """How input, u, the biased current and v wrap, and the ends of v, for `lif_step`.

    A pair of an edge and a mask for `_wrap`; where nothing wraps, no edge and a mask of ones.
    """
    none = np.uint32(0), ~np.uint32(0)
    at_edge = np.uint32(_EDGE), np.uint32(_SPAN - 1)
    arriving = (np.uint32(p.input_edge), np.uint32(2 * p.input_edge - 1)) if p.input_edge else none
    turning = at_edge if p.current_overflow == 0 else none
    driving = at_edge if p.biased_current_wraps else none
    ending = at_edge if p.voltage_overflow == WRAP_V else none
    low, high = np.int32(_LOWEST), np.int32(_HIGHEST)
    if p.voltage_overflow == CLIP_V:
        low, high = np.int32(_V_LOW), np.int32(_V_HIGH)
    return arriving, turning, p.current_overflow == 1, driving, ending, low, high


@jit_inlined
def lif_step(
    ends: Any, u: Any, v: Any, bias: Any, given: Any, keep_u: Any, keep_v: Any, to_input: Any,
    to_membrane: Any,
) -> Any:  # fmt: skip
    """U and v of one neuron after input, noise and decay, before threshold.

    In 32 bits throughout and without branches, so that a loop takes as many at once as can be.
    """
    arriving, turning, late, driving, ending, low, high = ends
    shifted = np.uint32(np.uint32(given) << _SHIFT)
    arrived = _wrap(np.uint32(shifted + np.uint32(to_input)), arriving)
    current = _wrap(np.uint32(np.uint32(_decay_12bit(u, keep_u)) + arrived), turning)
    if late:
        current = _wrap_once(np.int32(current))
    biased = np.uint32(current + np.uint32(bias))
    driven = _wrap(np.uint32(biased + np.uint32(to_membrane)), driving)
    reached = np.int32(_wrap(np.uint32(np.uint32(_decay_12bit(v, keep_v)) + driven), ending))
    return np.int32(current), min(max(reached, low), high)


@jit
def threshold(value: Any) -> Any:
    """A threshold in 32 bits; none is one that no voltage passes."""
    return np.int32(min(max(value, _LOWEST), _HIGHEST))


@jit
def _integrate_one_by_one(
    p: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any, m: Any, step: Any,
    first: Any, n: Any,
) -> None:  # fmt: skip
    """As `integrate`, with noise; v rests until its neuron's refractory period has ended."""
    index, is_refractory = index_of(m), q[REFRACTORY] >= 0
    for i in range(n):
        drawn = _noise(p, step, first + i) if p.noise_target >= 0 else np.int64(0)
        to_input = np.int32(drawn if p.noise_target == TO_INPUT else 0)
        to_membrane = np.int32(drawn if p.noise_target == TO_MEMBRANE else 0)
        current, voltage = lif_step(
            overflow_rules(p), u[i], v[i], bias[i], given[i], np.uint32(q[KEEP_U]),
            np.uint32(q[KEEP_V]),
            to_input, to_membrane,
        )  # fmt: skip
        u[i] = current
        if not is_refractory or index[p.refractory_until + first + i] < step:
            v[i] = voltage
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0
            if is_refractory:
                index[p.refractory_until + first + i] = step + q[REFRACTORY]
