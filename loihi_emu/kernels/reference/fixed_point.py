"""The reference model's functions in fixed point; `floating_point` has the same names."""

from loihi_emu.kernels.reference.neurons import integrate
from loihi_emu.kernels.reference.synapses import accumulate, inject, send
from loihi_emu.kernels.reference.traces import (
    history,
    own_traces,
    post_spikes,
    pre_spikes,
    receive,
    reward,
)
from loihi_emu.kernels.reference.update import update

__all__ = [
    "accumulate",
    "history",
    "inject",
    "integrate",
    "own_traces",
    "post_spikes",
    "pre_spikes",
    "receive",
    "reward",
    "send",
    "update",
]
