"""What a connection delivers in real numbers: the weight exponent and bits have no part in it.

Authority: Lava's floating_pt models, held to recorded cases. Rings as in kernels/fixed/synapses.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.jit import jit


@jit
def send(c: Any, arenas: Any, step: Any) -> None:
    """Add the arrivals of `step` to the post population's input; clear their ring row."""
    row = c.ring + (step % c.ring_rows) * c.n_post
    for j in range(c.n_post):
        total = arenas.neural[row + j]
        arenas.neural[c.sent + j] = total
        arenas.neural[row + j] = 0.0
        if c.target >= 0:
            arenas.neural[c.target + j] += total


@jit
def accumulate(c: Any, source: Any, arenas: Any, constants: Any, step: Any) -> None:
    """Add the spikes that population `source` made in `step` to the ring."""
    for s in range(arenas.wide[source.count]):
        i = arenas.index[source.spikes + s]
        payload = float(arenas.index[source.payloads + s]) if c.graded else 1.0
        if c.sparse:
            low, high = constants.pointer[c.pointer + i], constants.pointer[c.pointer + i + 1]
        else:
            low, high = i * c.n_post, (i + 1) * c.n_post
        for k in range(low, high):
            post = constants.index[c.indices + k] if c.sparse else k - low
            delay = np.int64(0)
            if c.learned_delay:
                delay = np.int64(np.rint(min(arenas.synaptic[c.d + k], c.ring_rows - 1.0)))
            elif c.delays >= 0:
                delay = np.int64(constants.delays[c.delays + k])
            row = c.ring + ((step + 1 + delay) % c.ring_rows) * c.n_post
            arenas.neural[row + post] += arenas.synaptic[c.w + k] * payload
