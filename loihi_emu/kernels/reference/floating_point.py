"""The reference model's functions in real numbers; `fixed_point` has the same names."""

from loihi_emu.kernels.reference.float_neurons import integrate
from loihi_emu.kernels.reference.float_rule import update
from loihi_emu.kernels.reference.float_synapses import accumulate, inject, send
from loihi_emu.kernels.reference.float_traces import (
    history,
    own_traces,
    post_spikes,
    pre_spikes,
    receive,
    reward,
)

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
