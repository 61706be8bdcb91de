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
