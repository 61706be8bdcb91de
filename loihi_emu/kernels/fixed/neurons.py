"""One step of a population of LIF neurons in fixed point.

Authority: spec "LIF (fixed_pt)"; all LIF kinds are one function with other thresholds and
intervals.
Example: du = 4095 forgets u in every step, so u becomes input << 6.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.formats import CURRENT, DECAY, STATE_SHIFT, VOLTAGE
from loihi_emu.kernels.counter import trace_draws
from loihi_emu.kernels.fixed.memory import (
    index_of,
    neural_of,
    parameters_of,
    times_of,
)
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.parallel import share
from loihi_emu.kernels.tables import (
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

_DECAY_BITS: Final = np.uint32(DECAY.bits)
_DECAY_MASK: Final = np.uint32(DECAY.size - 1)
_LOWEST, _HIGHEST = (int(end) for end in (np.iinfo(np.int32).min, np.iinfo(np.int32).max))
_TURN: Final = 2 * CURRENT.size
_EDGE: Final = CURRENT.size
_V_HIGH: Final = VOLTAGE.highest
_V_LOW: Final = -VOLTAGE.highest
_SHIFT: Final = STATE_SHIFT
_NOISE_POINT: Final = 7  # noise is a draw * 2 ** (exponent - 7)


@jit
def _keep(value: Any, multiplier: Any) -> Any:
    """What a decay leaves: value * multiplier >> 12, toward zero, of 32 bits and 0..4096.

    In two pieces of which each fits in 32 bits, so that as many neurons as can be share a register.
    """
    magnitude = np.uint32(abs(np.int64(value)))
    high, low = np.uint32(magnitude >> _DECAY_BITS), np.uint32(magnitude & _DECAY_MASK)
    kept = np.uint32(high * multiplier) + np.uint32(np.uint32(low * multiplier) >> _DECAY_BITS)
    return np.int64(np.uint32(kept)) if value >= 0 else -np.int64(np.uint32(kept))


@jit
def _wrap(u: Any, wrap_late: Any) -> Any:
    """U in 24 bits: two's complement, or Lava's single turn beyond its own edges."""
    if wrap_late == 1:
        turned = u - _TURN if u > _EDGE else u
        return u + _TURN if turned <= -_EDGE else turned
    if wrap_late == 0:
        return ((u + _EDGE) & (_TURN - 1)) - _EDGE
    return u


@jit
def _turned(value: Any, edge: Any) -> Any:
    """`value` in two's complement between -edge and edge - 1."""
    return ((value + edge) & (2 * edge - 1)) - edge


@jit
def _noise(p: Any, step: Any, neuron: Any) -> Any:
    """A neuron's noise in one step: a draw and its offset, scaled, without its fraction."""
    draw, _ = trace_draws(p.seed, p.stream, step, OF_NOISE, neuron)
    mantissa = p.noise_low + np.int64((np.uint64(draw) * np.uint64(p.noise_span)) >> np.uint64(16))
    mantissa += p.noise_offset
    magnitude = (abs(mantissa) << p.noise_exponent) >> _NOISE_POINT
    return magnitude if mantissa >= 0 else -magnitude


@jit
def integrate(p: Any, m: Any, step: Any) -> None:
    """u, v and spike flags of this thread's neurons of population `p` after `step`."""
    neural = neural_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    first, last = share(m, p.n)
    n = last - first
    u, v = neural[p.u + first : p.u + last], neural[p.v + first : p.v + last]
    bias, given = neural[p.bias + first : p.bias + last], neural[p.input + first : p.input + last]
    flags = times[p.flags + first : p.flags + last]
    q = parameters[p.parameters : p.parameters + 7]
    if q[INTERVAL] > 0 and step % q[INTERVAL] == q[OFFSET]:
        u[:n] = 0
        v[:n] = 0
    if q[REFRACTORY] >= 0 or p.noise_target >= 0:
        _integrate_one_by_one(p, u, v, bias, given, flags, q, m, step, first, n)
        return
    ends = _ends(p)
    late = p.wrap_late == 1
    above, below = np.int32(min(q[SPIKE_ABOVE], _HIGHEST)), np.int32(max(q[SPIKE_BELOW], _LOWEST))
    _integrate_all(u, v, bias, given, flags, q, ends, late, above, below, n)


@jit
def _ends(p: Any) -> Any:
    """How input, u, the biased current and v turn, and the ends of v; what does not act, keeps all.

    A pair (edge, mask) for `_turn`: with a mask of ones and no edge a value stays what it is.
    """
    none = np.uint32(0), ~np.uint32(0)
    at_edge = np.uint32(_EDGE), np.uint32(_TURN - 1)
    arrived = (np.uint32(p.input_edge), np.uint32(2 * p.input_edge - 1)) if p.input_edge else none
    current = at_edge if p.wrap_late == 0 else none
    driven = at_edge if p.wrap_driven else none
    voltage = at_edge if p.clip_v == WRAP_V else none
    low, high = np.int32(_LOWEST), np.int32(_HIGHEST)
    if p.clip_v == CLIP_V:
        low, high = np.int32(_V_LOW), np.int32(_V_HIGH)
    return arrived, current, driven, voltage, low, high


@jit
def _integrate_all(
    u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any, ends: Any, late: Any, above: Any,
    below: Any, n: Any,
) -> None:  # fmt: skip
    """As `_one`, of all neurons: 32 bits throughout and no branches, many at once."""
    arriving, turning, driving, ending, low, high = ends
    keep_u, keep_v = np.uint32(q[KEEP_U]), np.uint32(q[KEEP_V])
    for i in range(n):
        arrived = _turn(np.uint32(np.uint32(given[i]) << np.uint32(_SHIFT)), arriving)
        current = _turn(np.uint32(np.uint32(_keep(u[i], keep_u)) + arrived), turning)
        if late:
            current = np.uint32(_wrap(np.int64(np.int32(current)), 1))
        driven = _turn(np.uint32(current + np.uint32(bias[i])), driving)
        reached = _turn(np.uint32(np.uint32(_keep(v[i], keep_v)) + driven), ending)
        voltage = min(max(np.int32(reached), low), high)
        u[i] = np.int32(current)
        spiked = np.uint8(voltage > above) | np.uint8(voltage < below)
        v[i] = np.int32(0) if spiked else voltage
        flags[i] = np.uint8(1) if voltage > above else np.uint8(spiked << 1)


@jit
def _turn(value: Any, ends: Any) -> Any:
    """`_turned` of 32 bits, by an edge and the mask of what lies between both."""
    edge, mask = ends
    return np.uint32(np.uint32(np.uint32(value + edge) & mask) - edge)


@jit
def _one(
    p: Any, u: Any, v: Any, bias: Any, given: Any, keep_u: Any, keep_v: Any, to_input: Any,
    to_membrane: Any,
) -> Any:  # fmt: skip
    """U and v of one neuron after input, noise and decay, before threshold."""
    arrived = np.int64(np.int32(np.int64(given) << _SHIFT)) + to_input
    if p.input_edge:
        arrived = _turned(arrived, p.input_edge)
    current = np.int32(_wrap(np.int64(np.int32(_keep(u, keep_u) + arrived)), p.wrap_late))
    driven = np.int64(current) + bias + to_membrane
    if p.wrap_driven:
        driven = _turned(driven, _EDGE)
    voltage = np.int32(_keep(v, keep_v) + driven)
    if p.clip_v == CLIP_V:
        voltage = np.int32(min(max(voltage, np.int32(_V_LOW)), np.int32(_V_HIGH)))
    elif p.clip_v == WRAP_V:
        voltage = np.int32(_turned(np.int64(voltage), _EDGE))
    return current, voltage


@jit
def _integrate_one_by_one(
    p: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any, m: Any, step: Any,
    first: Any, n: Any,
) -> None:  # fmt: skip
    """As `integrate`, with noise; v rests until its neuron's refractory period has ended."""
    index, rests = index_of(m), q[REFRACTORY] >= 0
    keep_u, keep_v = np.uint32(q[KEEP_U]), np.uint32(q[KEEP_V])
    for i in range(n):
        drawn = _noise(p, step, first + i) if p.noise_target >= 0 else np.int64(0)
        to_input = drawn if p.noise_target == TO_INPUT else np.int64(0)
        to_membrane = drawn if p.noise_target == TO_MEMBRANE else np.int64(0)
        current, voltage = _one(
            p, u[i], v[i], bias[i], given[i], keep_u, keep_v, to_input, to_membrane
        )
        u[i] = current
        if not rests or index[p.until + first + i] < step:
            v[i] = voltage
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0
            if rests:
                index[p.until + first + i] = step + q[REFRACTORY]
