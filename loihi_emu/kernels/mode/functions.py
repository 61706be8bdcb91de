"""The functions that a mode has of its own: neurons, traces, synaptic input, kernel calls."""

from loihi_emu.kernels.memory.by_mode import by_mode

add_repeated_impulse = by_mode("add_repeated_impulse")
add_weights = by_mode("add_weights")
call_kernel = by_mode("call_kernel")
deliver_arrivals = by_mode("deliver_arrivals")
draw_logged = by_mode("draw_logged")
draw_row = by_mode("draw_row")
draw_tiles = by_mode("draw_tiles")
history = by_mode("history")
integrate = by_mode("integrate")
list_tile_columns = by_mode("list_tile_columns")
log_draw = by_mode("log_draw")
reward = by_mode("reward")
shift_arrivals = by_mode("shift_arrivals")
single_ring_row = by_mode("single_ring_row")
take_payload = by_mode("take_payload")
take_third_factor = by_mode("take_third_factor")
update_own_trace = by_mode("update_own_trace")
wrap_silent_x1 = by_mode("wrap_silent_x1")
