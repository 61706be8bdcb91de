"""One step of a population of LIF neurons in real numbers.

Authority: spec "LIF", last line: u = u(1 - du) + a_in; v = v(1 - dv) + u + bias; spike when
v > vth.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.ideal.memory import (
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


@jit
def integrate(p: Any, m: Any, step: Any) -> None:
    """u, v and spike flags of population `p` after `step`."""
    neural = neural_of(m)
    times = times_of(m)
    index = index_of(m)
    parameters = parameters_of(m)
    n = p.n
    u, v = neural[p.u : p.u + n], neural[p.v : p.v + n]
    bias, given = neural[p.bias : p.bias + n], neural[p.input : p.input + n]
    flags = times[p.flags : p.flags + n]
    q = parameters[p.parameters : p.parameters + 7]
    if q[INTERVAL] > 0 and step % np.int64(q[INTERVAL]) == np.int64(q[OFFSET]):
        u[:] = 0.0
        v[:] = 0.0
    rests = q[REFRACTORY] >= 0
    for i in range(n):
        u[i] = u[i] * q[KEEP_U] + given[i]
        if not rests or index[p.until + i] < step:
            v[i] = v[i] * q[KEEP_V] + u[i] + bias[i]
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0.0
            if rests:
                index[p.until + i] = step + np.int64(q[REFRACTORY])
