"""Fixed point: neurons, synapses, traces and learning on integer arenas."""

from loihi_emu.kernels.fixed.kernel_call import (
    call_kernel,
    draw_logged,
    draw_row,
    draw_tiles,
    list_tile_columns,
    log_draw,
)
from loihi_emu.kernels.fixed.neurons import integrate
from loihi_emu.kernels.fixed.synaptic_input import (
    add_weights,
    deliver_arrivals,
    shift_arrivals,
    single_ring_row,
)
from loihi_emu.kernels.fixed.trace_decay import history
from loihi_emu.kernels.fixed.trace_spikes import (
    add_repeated_impulse,
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
