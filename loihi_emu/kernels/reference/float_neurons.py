"""One step of one LIF neuron in real numbers, in Lava's order of additions.

u = u(1 - du) + a_in; v = v(1 - dv) + u + bias; spike when v > vth. Refractory neurons add u, bias
and noise first, as in Lava, which can change the last bit.
Example: du = 1 keeps nothing of u, which becomes its input.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.chip import counter
from loihi_emu.chip.formats import DRAW, STATE_SHIFT
from loihi_emu.kernels.memory.records import N_PARAMETERS, OF_NOISE, TO_INPUT, TO_MEMBRANE
from loihi_emu.kernels.reference.memory import Memory, Spikes

_NOISE_POINT = 7


def integrate(p: Any, memory: Memory, t: int) -> Spikes:
    """Every neuron of `p` decays and takes its input; one beyond a threshold spikes and resets."""
    neural, index = memory.state.neural, memory.state.index
    keep_u, keep_v, above, below, interval, offset, rest = memory.state.parameters[
        p.parameters : p.parameters + N_PARAMETERS
    ]
    resets = interval > 0 and t % int(interval) == int(offset)
    spikes: Spikes = {}
    for i in range(p.n):
        u, v = (0.0, 0.0) if resets else (neural[p.u + i], neural[p.v + i])
        bias = neural[p.bias + i]
        u = u * keep_u + neural[p.input + i]
        noise = _noise(p, t, i) if p.noise_target in (TO_INPUT, TO_MEMBRANE) else 0.0
        if p.noise_target == TO_INPUT:
            u, noise = u + noise, 0.0
        if rest < 0:
            v = v * keep_v + u + bias + noise
        elif index[p.refractory_until + i] < t:
            v = v * keep_v + (u + bias + noise)
        if v > above or v < below:
            spikes[i] = 1 if v > above else -1
            v = 0.0
            if rest >= 0:
                index[p.refractory_until + i] = t + int(rest)
        neural[p.u + i], neural[p.v + i] = u, v
    return spikes


def _noise(p: Any, t: int, neuron: int) -> float:
    """The noise of fixed point with its fraction, in units of 2^6 of the chip's."""
    draw = counter.draw(p.neural_key, t, OF_NOISE, neuron)
    mantissa = p.noise_low + (draw * p.noise_span >> DRAW.bits) + p.noise_offset
    return float(mantissa * 2.0 ** (p.noise_exponent - _NOISE_POINT - STATE_SHIFT))
