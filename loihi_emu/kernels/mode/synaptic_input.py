"""Synaptic input: how each mode accumulates weights and hands arrivals to neurons."""

from loihi_emu.kernels.memory.by_mode import by_mode

add_weights = by_mode("add_weights", "synaptic_input")
deliver_arrivals = by_mode("deliver_arrivals", "synaptic_input")
shift_arrivals = by_mode("shift_arrivals", "synaptic_input")
single_ring_row = by_mode("single_ring_row", "synaptic_input")
