"""One step of a population of LIF neurons in real numbers.

Authority: spec "LIF", last line: u = u(1 - du) + a_in; v = v(1 - dv) + u + bias; spike when v > vth.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
def integrate(p: Any, arenas: Any, step: Any) -> None:
    """u, v and spike flags of population `p` after `step`."""
    n = p.n
    u, v = arenas.neural[p.u : p.u + n], arenas.neural[p.v : p.v + n]
    bias, given = arenas.neural[p.bias : p.bias + n], arenas.neural[p.input : p.input + n]
    flags = arenas.times[p.flags : p.flags + n]
    q = arenas.parameters[p.parameters : p.parameters + 7]
    if q[INTERVAL] > 0 and step % np.int64(q[INTERVAL]) == np.int64(q[OFFSET]):
        u[:] = 0.0
        v[:] = 0.0
    rests = q[REFRACTORY] >= 0
    for i in range(n):
        u[i] = u[i] * q[KEEP_U] + given[i]
        if not rests or arenas.index[p.until + i] < step:
            v[i] = v[i] * q[KEEP_V] + u[i] + bias[i]
        above, below = v[i] > q[SPIKE_ABOVE], v[i] < q[SPIKE_BELOW]
        flags[i] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[i] = 0.0
            if rests:
                arenas.index[p.until + i] = step + np.int64(q[REFRACTORY])
