"""Float reference: the functions of kernels/fixed by the same names, on float64 arenas."""

from loihi_emu.kernels.ideal.draws import call_kernel, draw_row, draw_scattered
from loihi_emu.kernels.ideal.neurons import integrate
from loihi_emu.kernels.ideal.synapses import accumulate, send
from loihi_emu.kernels.ideal.traces import history, own_traces, post_spikes, pre_spikes, receive

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
