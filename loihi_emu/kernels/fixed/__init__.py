"""Fixed point: neurons, synapses, traces and learning on integer arenas."""

from typing import Final

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
from loihi_emu.kernels.memory import fixed_views as memory

BYTES_IN_PLACE: Final = True
"""Whether spike flags have the type of a kernel's inputs and can be read where they lie."""

BROADCASTS: Final = True
"""Whether a kernel takes an input that is the same for all synapses as one (tables.SAME)."""

__all__ = [
    "BROADCASTS",
    "BYTES_IN_PLACE",
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
    "memory",
    "own_traces",
    "post_spikes",
    "pre_spikes",
    "receive",
    "reward",
    "shift_arrivals",
    "single_ring_row",
]
