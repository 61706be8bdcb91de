"""What one spike delivers through one synapse in real numbers, and when it arrives.

As in Lava's floating_pt models, weight_exp and num_weight_bits have no effect. Weights are added
spike by spike, in the order of pre neurons, as the order decides the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.reference.memory import Memory, Spikes
from loihi_emu.kernels.reference.synapses import synapses_of


def inject(neural: list[float], place: int, current: float) -> None:
    """Add an input current to what a neuron is given."""
    neural[place] += current


def send(c: Any, memory: Memory, t: int) -> None:
    """Give the post population what arrives in step t."""
    neural = memory.state.neural
    for j in range(c.n_post):
        place = c.delay_ring + (t % c.delay_ring_rows) * c.n_post + j
        neural[c.last_input + j], neural[place] = neural[place], 0.0
        if c.target >= 0:
            neural[c.target + j] += neural[c.last_input + j]


def accumulate(c: Any, spikes: Spikes, memory: Memory, t: int) -> None:
    """Add this step's spikes to the rows in which they arrive."""
    neural, weights = memory.state.neural, memory.state.synaptic
    for pre, payload in spikes.items():
        for k, post in synapses_of(c, memory, pre):
            arrival = t + 1 + _delay(c, memory, k)
            place = c.delay_ring + (arrival % c.delay_ring_rows) * c.n_post + post
            neural[place] += weights[c.w + k] * (payload if c.is_graded else 1)


def _delay(c: Any, memory: Memory, k: int) -> int:
    """Steps that synapse k waits beyond the one that all take; a learned delay is rounded."""
    if c.learned_delay:
        return int(np.rint(min(memory.state.synaptic[c.d + k], c.delay_ring_rows - 1)))
    return int(memory.constants.delays[c.delays + k]) if c.delays >= 0 else 0
