"""Rules' kernels: how each mode draws for synapses and calls the kernel of their rule."""

from loihi_emu.kernels.memory.by_mode import by_mode

call_kernel = by_mode("call_kernel", "kernel_call")
draw_logged = by_mode("draw_logged", "kernel_call")
draw_row = by_mode("draw_row", "kernel_call")
draw_tiles = by_mode("draw_tiles", "kernel_call")
list_tile_columns = by_mode("list_tile_columns", "kernel_call")
log_draw = by_mode("log_draw", "kernel_call")
