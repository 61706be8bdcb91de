"""Floating point: the functions of kernels/fixed by the same names, on float64 arenas."""

from loihi_emu.kernels.floating.kernel_call import (
    call_kernel,
    draw_logged,
    draw_row,
    draw_tiles,
    list_tile_columns,
    log_draw,
)
from loihi_emu.kernels.floating.neurons import integrate
from loihi_emu.kernels.floating.synaptic_input import (
    add_weights,
    deliver_arrivals,
    shift_arrivals,
    single_ring_row,
)
from loihi_emu.kernels.floating.traces import (
    history,
    own_traces,
    post_spikes,
    pre_spikes,
    receive,
    reward,
)

__all__ = [
    "add_weights",
    "call_kernel",
    "deliver_arrivals",
    "draw_logged",
    "draw_row",
    "draw_tiles",
    "history",
    "integrate",
    "list_tile_columns",
    "log_draw",
    "own_traces",
    "post_spikes",
    "pre_spikes",
    "receive",
    "reward",
    "shift_arrivals",
    "single_ring_row",
]
