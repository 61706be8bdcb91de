"""Fixed point: neurons, synapses, traces and learning on integer arenas."""

from loihi_emu.kernels.fixed.draws import call_kernel, draw_row, draw_scattered
from loihi_emu.kernels.fixed.neurons import integrate
from loihi_emu.kernels.fixed.synapses import accumulate, send
from loihi_emu.kernels.fixed.traces import history, own_traces, post_spikes, pre_spikes, receive

__all__ = [
    "accumulate",
    "call_kernel",
    "draw_row",
    "draw_scattered",
    "history",
    "integrate",
    "own_traces",
    "post_spikes",
    "pre_spikes",
    "receive",
    "send",
]
