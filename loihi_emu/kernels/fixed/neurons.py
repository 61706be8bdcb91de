"""One step of a population of LIF neurons in fixed point.

Authority: spec "LIF (fixed_pt)"; all LIF kinds are one function with other thresholds and
intervals.
Example: du = 4095 forgets u in every step, so u becomes input << 6.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.formats import CURRENT, DECAY, STATE_SHIFT, VOLTAGE
from loihi_emu.kernels.fixed.memory import (
    index_of,
    neural_of,
    parameters_of,
    times_of,
)
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.tables import (
    INTERVAL,
    KEEP_U,
    KEEP_V,
    OFFSET,
    REFRACTORY,
    SPIKE_ABOVE,
    SPIKE_BELOW,
)

_DECAY_BITS: Final = DECAY.bits
_TURN: Final = 2 * CURRENT.size
_EDGE: Final = CURRENT.size
_V_HIGH: Final = VOLTAGE.highest
_V_LOW: Final = -VOLTAGE.highest
_SHIFT: Final = STATE_SHIFT


@jit
def _keep(value: Any, multiplier: Any) -> Any:
    """What a decay leaves: value * multiplier >> 12, toward zero, in 64 bits."""
    magnitude = (np.int64(abs(np.int64(value))) * multiplier) >> _DECAY_BITS
    return magnitude if value >= 0 else -magnitude


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
def integrate(p: Any, m: Any, step: Any) -> None:
    """u, v and spike flags of population `p` after `step`."""
    neural = neural_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    n = p.n
    u, v = neural[p.u : p.u + n], neural[p.v : p.v + n]
    bias, given = neural[p.bias : p.bias + n], neural[p.input : p.input + n]
    flags = times[p.flags : p.flags + n]
    q = parameters[p.parameters : p.parameters + 7]
    if q[INTERVAL] > 0 and step % q[INTERVAL] == q[OFFSET]:
        u[:] = 0
        v[:] = 0
    if q[REFRACTORY] >= 0:
        _integrate_refractory(p, u, v, bias, given, flags, q, m, step)
        return
    keep_u, keep_v, above, below = q[KEEP_U], q[KEEP_V], q[SPIKE_ABOVE], q[SPIKE_BELOW]
    for i in range(n):
        current, voltage = _one(p, u[i], v[i], bias[i], given[i], keep_u, keep_v)
        u[i] = current
        spiked = np.uint8(voltage > above) | np.uint8(voltage < below)
        v[i] = 0 if spiked else voltage
        flags[i] = np.uint8(1) if voltage > above else np.uint8(spiked << 1)


@jit
def _one(p: Any, u: Any, v: Any, bias: Any, given: Any, keep_u: Any, keep_v: Any) -> Any:
    """U and v of one neuron after input and decay, before threshold."""
    shifted = np.int32(np.int64(given) << _SHIFT)
    current = np.int32(_wrap(np.int64(np.int32(_keep(u, keep_u) + shifted)), p.wrap_late))
    voltage = np.int32(_keep(v, keep_v) + current + bias)
    if p.clip_v:
        voltage = np.int32(min(max(voltage, np.int32(_V_LOW)), np.int32(_V_HIGH)))
    return current, voltage


@jit
def _integrate_refractory(
    p: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any, m: Any, step: Any
) -> None:
    """As `integrate`; v rests until its neuron's refractory period has ended."""
    index = index_of(m)
    until = index[p.until : p.until + p.n]
    for i in range(p.n):
        current, voltage = _one(p, u[i], v[i], bias[i], given[i], q[KEEP_U], q[KEEP_V])
        u[i] = current
        v[i] = voltage if until[i] < step else v[i]
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0
            until[i] = step + q[REFRACTORY]
