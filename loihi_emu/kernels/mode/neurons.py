"""Neurons: what each mode does with input, decay and threshold."""

from loihi_emu.kernels.memory.by_mode import by_mode

integrate = by_mode("integrate", "neurons")
