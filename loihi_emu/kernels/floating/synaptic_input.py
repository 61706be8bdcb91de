"""What a connection delivers in real numbers; weight_exp and num_weight_bits have no effect.

As in Lava's floating_pt models; recorded cases check it. Rings are those of
fixed/synaptic_input.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.views import delays_of, neural_of, post_offset16_of, synaptic_of


@jit
def deliver_arrivals(
    c: Any, m: Any, step: Any, first: Any, last: Any, at: Any, observed: Any
) -> None:
    """As fixed/synaptic_input.py."""
    neural = neural_of(m)
    row = c.delay_ring + (step % c.delay_ring_rows) * c.n_post
    for j in range(first, last):
        total = neural[row + j]
        if observed:
            neural[c.last_input + j] = total
        neural[row + j] = 0.0
        if c.target >= 0:
            neural[at + j - first] += total


@jit
def add_weights(
    c: Any, m: Any, step: Any, low: Any, high: Any, base: Any, payload: Any
) -> None:  # fmt: skip
    """Add weights low .. high - 1 of a neuron that spiked in `step` to the ring, from `base` on."""
    neural, synaptic, offsets, delays = (
        neural_of(m),
        synaptic_of(m),
        post_offset16_of(m),
        delays_of(m),
    )
    for k in range(low, high):
        post = base + (np.int64(offsets[c.post_offset16 + k]) if c.sparse else k - low)
        delay = np.int64(0)
        if c.learned_delay:
            delay = np.int64(np.rint(min(synaptic[c.d + k], c.delay_ring_rows - 1.0)))
        elif c.delays >= 0:
            delay = np.int64(delays[c.delays + k])
        row = c.delay_ring + ((step + 1 + delay) % c.delay_ring_rows) * c.n_post
        neural[row + post] += synaptic[c.w + k] * payload


@jit
def single_ring_row(c: Any, step: Any) -> Any:
    """Where weights are added, if all in one ring row; else -1."""
    if c.delays >= 0 or c.learned_delay:
        return np.int64(-1)
    return c.delay_ring + ((step + 1) % c.delay_ring_rows) * c.n_post


@jit
def shift_arrivals(_c: Any, _m: Any, _step: Any) -> None:
    """Real numbers are not shifted."""
