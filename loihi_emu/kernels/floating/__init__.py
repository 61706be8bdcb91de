"""Float reference: the functions of kernels/fixed by the same names, on float64 arenas."""

from typing import Final

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
from loihi_emu.kernels.memory import float_views as memory

BYTES_IN_PLACE: Final = False
"""Whether spike flags have the type of a kernel's inputs and can be read where they lie."""

BROADCASTS: Final = False
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
