"""One step of one neuron: a source's spike, or a LIF neuron of any kind.

Sums are taken in 32-bit registers.
Example: du = 4095 is a multiplier of 0: u forgets everything and becomes input << 6.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.chip import counter
from loihi_emu.chip.arithmetic import decay_toward_zero, saturate, sign, wrap, wrap_once
from loihi_emu.chip.formats import CURRENT, DECAY, DRAW, STATE_SHIFT, VOLTAGE
from loihi_emu.kernels.memory.records import (
    CLIP_V,
    N_PARAMETERS,
    OF_NOISE,
    TO_INPUT,
    TO_MEMBRANE,
    WRAP_V,
)
from loihi_emu.kernels.reference.memory import Memory, Spikes

_REGISTER_BITS = 32
_CURRENT_BITS = CURRENT.bits + 1
_VOLTAGE_BITS = VOLTAGE.bits + 1
_NOISE_POINT = 7


def emit(p: Any, memory: Memory, t: int) -> Spikes:
    """What source `p` was told to emit in step t."""
    row = (t - 1) % p.event_steps if p.repeats else t - 1
    if row >= p.event_steps:
        return {}
    constants = memory.constants
    first, end = constants.pointer[p.event_pointer + row : p.event_pointer + row + 2]
    events = constants.index[p.events + 2 * first : p.events + 2 * end]
    return dict(zip(events[::2], events[1::2], strict=True))


def relay(p: Any, spikes: Spikes, memory: Memory, t: int) -> Spikes:
    """What another population emitted `relay_steps` steps ago; what it emits now is kept."""
    index, wide = memory.state.index, memory.state.wide
    row = t % p.relay_steps
    first, count = p.relay + 2 * p.n * row, p.relay_counts + row
    late = dict(zip(index[first : first + wide[count]], index[first + p.n :], strict=False))
    wide[count] = len(spikes)
    index[first : first + len(spikes)] = list(spikes)
    index[first + p.n : first + p.n + len(spikes)] = list(spikes.values())
    return late


def integrate(p: Any, memory: Memory, t: int) -> Spikes:
    """Every neuron of `p` decays and takes its input; one beyond a threshold spikes and resets."""
    neural, index = memory.state.neural, memory.state.index
    keep_u, keep_v, above, below, interval, offset, rest = memory.state.parameters[
        p.parameters : p.parameters + N_PARAMETERS
    ]
    resets = interval > 0 and t % interval == offset
    spikes: Spikes = {}
    for i in range(p.n):
        u, v = (0, 0) if resets else (neural[p.u + i], neural[p.v + i])
        noise = _noise(p, t, i) if p.noise_target in (TO_INPUT, TO_MEMBRANE) else 0
        arrived = wrap(neural[p.input + i] << STATE_SHIFT, _REGISTER_BITS)
        arrived += noise if p.noise_target == TO_INPUT else 0
        u = _current(p, decay_toward_zero(u, keep_u, DECAY.bits), arrived)
        driven = u + neural[p.bias + i] + (noise if p.noise_target == TO_MEMBRANE else 0)
        if p.biased_current_wraps:
            driven = wrap(driven, _CURRENT_BITS)
        if rest < 0 or index[p.refractory_until + i] < t:
            v = _voltage(p, decay_toward_zero(v, keep_v, DECAY.bits) + driven)
        if v > above or v < below:
            spikes[i] = 1 if v > above else -1
            v = 0
            if rest >= 0:
                index[p.refractory_until + i] = t + rest
        neural[p.u + i], neural[p.v + i] = u, v
    return spikes


def _noise(p: Any, t: int, neuron: int) -> int:
    """A draw of the machine's range and its offset, * 2 ** (exponent - 7), toward zero."""
    draw = counter.draw(p.neural_key, t, OF_NOISE, neuron)
    mantissa = p.noise_low + (draw * p.noise_span >> DRAW.bits) + p.noise_offset
    if p.noise_floors:
        return int(mantissa << p.noise_exponent >> _NOISE_POINT)
    magnitude = abs(mantissa) << p.noise_exponent >> _NOISE_POINT
    return sign(mantissa) * int(magnitude)


def _current(p: Any, kept: int, arrived: int) -> int:
    """What was kept of u and what has arrived, each in the width the machine gives it."""
    if p.input_edge:
        arrived = wrap(arrived, p.input_edge.bit_length())
    u = wrap(kept + arrived, _REGISTER_BITS)
    if p.current_overflow == 1:
        return wrap_once(u, _CURRENT_BITS)
    return wrap(u, _CURRENT_BITS) if p.current_overflow == 0 else u


def _voltage(p: Any, total: int) -> int:
    """The sum that becomes v, in 24 bits: clipped without the lowest value, or wrapped."""
    v = wrap(total, _REGISTER_BITS)
    if p.voltage_overflow == CLIP_V:
        return saturate(v, -VOLTAGE.highest, VOLTAGE.highest)
    return wrap(v, _VOLTAGE_BITS) if p.voltage_overflow == WRAP_V else v
