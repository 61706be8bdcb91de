"""One step of a population of LIF neurons in real numbers.

u = u(1 - du) + a_in; v = v(1 - dv) + u + bias; spike when v > vth. Terms are added in Lava's order,
which is another one for refractory neurons; so recorded cases agree to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.chip.formats import STATE_SHIFT
from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    INTERVAL,
    KEEP_U,
    KEEP_V,
    OF_NOISE,
    OFFSET,
    REFRACTORY,
    SPIKE_ABOVE,
    SPIKE_BELOW,
    TO_INPUT,
)
from loihi_emu.kernels.memory.views import index_of, neural_of, parameters_of, times_of
from loihi_emu.kernels.random.threefry import draw as own_draw

_NOISE_POINT = 7 + STATE_SHIFT  # a draw * 2 ** (exponent - 7), before the shift by 6


@jit
def _noise(p: Any, step: Any, neuron: Any) -> Any:
    """The noise of fixed point with its fraction, in float's units: 2^-6 of the chip's."""
    draw = own_draw(p.neural_key, step, OF_NOISE, neuron)
    mantissa = p.noise_low + np.int64((np.uint64(draw) * np.uint64(p.noise_span)) >> np.uint64(16))
    return (mantissa + p.noise_offset) * 2.0 ** (p.noise_exponent - _NOISE_POINT)


@jit
def integrate(p: Any, m: Any, step: Any, first: Any, last: Any, at: Any) -> None:
    """u, v and spike flags of neurons first .. last - 1 of population `p` after `step`.

    Their input lies from `at` on.
    """
    neural = neural_of(m)
    times = times_of(m)
    index = index_of(m)
    parameters = parameters_of(m)
    u, v, flags = neural[p.u :], neural[p.v :], times[p.flags :]
    bias, given = neural[p.bias :], neural[at:]
    q = parameters[p.parameters :]
    if q[INTERVAL] > 0 and step % np.int64(q[INTERVAL]) == np.int64(q[OFFSET]):
        fill(u[first:], 0.0, last - first)
        fill(v[first:], 0.0, last - first)
    is_refractory = q[REFRACTORY] >= 0
    for i in range(first, last):
        noise = _noise(p, step, i) if p.noise_target >= 0 else 0.0
        u[i] = u[i] * q[KEEP_U] + given[i - first]
        if p.noise_target == TO_INPUT:
            u[i] += noise
            noise = 0.0
        if not is_refractory:
            v[i] = v[i] * q[KEEP_V] + u[i] + bias[i] + noise
        elif index[p.refractory_until + i] < step:
            v[i] = v[i] * q[KEEP_V] + (u[i] + bias[i] + noise)
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0.0
            if is_refractory:
                index[p.refractory_until + i] = step + np.int64(q[REFRACTORY])
