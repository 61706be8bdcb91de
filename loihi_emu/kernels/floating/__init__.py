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
    add_repeated_impulse,
    history,
    reward,
    take_payload,
    take_third_factor,
    update_own_trace,
    wrap_silent_x1,
)

__all__ = [
    "add_repeated_impulse",
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
    "reward",
    "shift_arrivals",
    "single_ring_row",
    "take_payload",
    "take_third_factor",
    "update_own_trace",
    "wrap_silent_x1",
]
