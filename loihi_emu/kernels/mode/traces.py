"""Traces: what decay, impulses, payloads and rewards do to them in each mode."""

from loihi_emu.kernels.memory.by_mode import by_mode

history = by_mode("history", "trace_decay", "traces")
add_repeated_impulse = by_mode("add_repeated_impulse", "trace_spikes", "traces")
reward = by_mode("reward", "trace_spikes", "traces")
take_payload = by_mode("take_payload", "trace_spikes", "traces")
take_third_factor = by_mode("take_third_factor", "trace_spikes", "traces")
update_own_trace = by_mode("update_own_trace", "trace_spikes", "traces")
wrap_silent_x1 = by_mode("wrap_silent_x1", "trace_spikes", "traces")
