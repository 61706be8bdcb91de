"""What a connection delivers in real numbers: the weight exponent and bits have no part in it.

Authority: Lava's floating_pt models, held to recorded cases. Rings as in kernels/fixed/synapses.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.ideal.memory import (
    delays_of,
    index_of,
    neural_of,
    pointer_of,
    structure_of,
    synaptic_of,
    wide_of,
)
from loihi_emu.kernels.jit import jit


@jit
def send(c: Any, m: Any, step: Any) -> None:
    """Add the arrivals of `step` to the post population's input; clear their ring row."""
    neural = neural_of(m)
    row = c.ring + (step % c.ring_rows) * c.n_post
    for j in range(c.n_post):
        total = neural[row + j]
        neural[c.sent + j] = total
        neural[row + j] = 0.0
        if c.target >= 0:
            neural[c.target + j] += total


@jit
def accumulate(c: Any, source: Any, m: Any, step: Any) -> None:
    """Add the spikes that population `source` made in `step` to the ring."""
    neural = neural_of(m)
    synaptic = synaptic_of(m)
    index = index_of(m)
    wide = wide_of(m)
    structure = structure_of(m)
    pointer = pointer_of(m)
    delays = delays_of(m)
    for s in range(wide[source.count]):
        i = index[source.spikes + s]
        payload = float(index[source.payloads + s]) if c.graded else 1.0
        if c.sparse:
            low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
        else:
            low, high = i * c.n_post, (i + 1) * c.n_post
        for k in range(low, high):
            post = structure[c.indices + k] if c.sparse else k - low
            delay = np.int64(0)
            if c.learned_delay:
                delay = np.int64(np.rint(min(synaptic[c.d + k], c.ring_rows - 1.0)))
            elif c.delays >= 0:
                delay = np.int64(delays[c.delays + k])
            row = c.ring + ((step + 1 + delay) % c.ring_rows) * c.n_post
            neural[row + post] += synaptic[c.w + k] * payload
