"""The functions that a mode has of its own: neurons, traces, synaptic input, kernel calls."""

from loihi_emu.kernels.memory.by_mode import by_mode

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
own_traces = by_mode("own_traces")
post_spikes = by_mode("post_spikes")
pre_spikes = by_mode("pre_spikes")
receive = by_mode("receive")
reward = by_mode("reward")
shift_arrivals = by_mode("shift_arrivals")
single_ring_row = by_mode("single_ring_row")
