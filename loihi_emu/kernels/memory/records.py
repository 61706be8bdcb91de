"""Records: where in the arenas the state of each population and connection lies.

State lives in a few flat arrays (arenas), each as narrow as its format. A population or connection
is a record of offsets into them. So kernels compile once for every network. Fixed and floating
point share the records; the types of the arenas differ (`plan/layout.py`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.compiler.microcode import BEFORE

TRACES: Final = ("x1", "x2", "y1", "y2", "y3")
"""Traces of a learning connection, in the order of every table."""

N_X: Final = 2
N_TRACES: Final = len(TRACES)

OF_IMPULSES, OF_REPEATS, OF_OWN_DECAYS, OF_OWN_IMPULSES, OF_NOISE, OF_R1_DECAY, OF_R1_IMPULSE = (
    k * N_TRACES for k in range(1, 8)
)
"""Purposes of a neuron's draws, each the first of `N_TRACES` numbers. From 0 on they are for decays
of a connection's traces; then for their impulses, impulses of repeated spikes, decays and impulses
of the y traces of a learning LIF, noise, decay and impulse of r1."""

R1: Final = N_TRACES
"""Number of r1 in a connection's table of impulses, after the five traces."""

CLIP_V, WRAP_V = 1, 2
TO_INPUT, TO_MEMBRANE = range(2)

MOMENTS: Final = ("x0", "y0", "u", BEFORE)
"""Moments at which a product reads a trace: at a spike, at an epoch's end, before its spikes."""

AT_X0, AT_Y0, AT_U, AT_BEFORE = range(len(MOMENTS))

SLOT_X0: Final = len(MOMENTS) * N_TRACES
SLOT_Y0: Final = SLOT_X0 + 1
"""Codes of a kernel's inputs: moment * N_TRACES + trace for traces, then x0 and y0."""

# parameters of a population, in order
KEEP_U, KEEP_V, SPIKE_ABOVE, SPIKE_BELOW, INTERVAL, OFFSET, REFRACTORY = range(7)
N_PARAMETERS: Final = 7

NEVER_CHANGES: Final = -(1 << 30)
"""A `zero_update_floor_w` or `_t` below every value: adding 0 changes none."""


# how a connection's draws are made
SHARED_DRAWS, COUNTER_DRAWS = range(2)

# what a learning LIF's y traces come from
FROM_NOTHING, FROM_SPIKES, FROM_THIRD_FACTOR = range(3)

# graded spike modes: Lava's numbers
REGULAR_IMPULSE, OVERWRITE, ADD_WITH_SATURATION, ADD_WITHOUT_SATURATION = range(4)


def _record(*names: str) -> np.dtype[Any]:
    """A record of int64 fields."""
    return np.dtype([(name, np.int64) for name in names], align=True)


POPULATION: Final = _record(
    "n", "is_source", "u", "v", "bias", "input", "refractory_until", "flags",
    "spikes", "payloads", "count", "thread_spike_lists", "thread_spike_counts", "parameters",
    "current_overflow", "voltage_overflow",
    "biased_current_wraps", "input_edge",
    "noise_target", "noise_offset", "noise_exponent", "noise_low", "noise_span",
    "noise_floors",
    "event_pointer", "events", "event_steps", "repeats",
    "y", "y1_from", "y2_from", "y3_from", "third_input", "tables", "impulses", "neural_key",
    "drop", "incoming", "n_incoming", "n_inputs",
    "relayed", "relay_steps", "relay", "relay_counts",
)  # fmt: skip

INPUT: Final = _record("population", "n", "values", "steps", "repeats")

CONNECTION: Final = _record(
    "pre", "post", "target", "n_pre", "n_post", "n_synapses",
    "sparse", "one_to_one", "row_ptr", "post_offset16", "n_segments", "segment_edges",
    "first_segment", "n_panels",
    "panel_segments",
    "prefetch_lines_row", "prefetch_lines_segment", "stripe_bits", "steal_unit_bits",
    "w", "d", "t", "delay_ring", "delay_ring_rows", "unshifted_ring", "last_input",
    "input_is_probed", "delays",
    "learned_delay", "exponent", "scale_per_synapse", "input_limit", "shift_toward_zero",
    "truncate_bits", "truncate_floor",
    "weights_written_by_rule", "is_graded", "first_epoch", "second_spike_lost",
    "learns", "enabled", "kernel", "epoch", "decimation", "in_seconds", "has_x0", "has_y0", "has_u",
    "post_products_need_x",
    "zero_update_floor_w", "zero_update_floor_t", "unrounded_bits",
    "x", "y", "trace_is_live", "x_history", "y_history", "y_at_post_spike", "pre_spike_step",
    "post_spike_step",
    "tables", "decay_tables_per_trace", "impulses", "literals", "synapse_format", "slots",
    "n_slots", "counts",
    "graded_mode", "half_rounds_up", "overflow_masks", "repeat_impulse_drawn",
    "spike_factor_is_count", "pre_spike_count", "post_spike_count",
    "decayed_trace", "third", "third_steps", "third_repeats", "third_population",
    "rewards", "reward", "reward_steps", "reward_repeats", "reward_every",
    "draw_kind", "draws", "drop", "synaptic_key", "neural_key",
    "defers_post_updates", "last_learned_epoch", "post_spike_log", "pre_active_epochs",
    "log_depth", "log_bits", "log_bits_reciprocal",
    "refresh_period", "flush_every_epoch", "logged_traces", "logged_counts", "logged_draws",
    "active_post", "active_pre", "post_spiked_since", "since_epoch_shift", "n_since_sets",
)  # fmt: skip

PROBE: Final = _record(
    "arena", "start", "length", "every", "indices", "out", "samples", "connection"
)
EVENT_PROBE: Final = _record("population", "out", "capacity", "count")

NEURAL, SYNAPTIC, TRACE, TIME = range(4)
"""Arenas a probe can copy from."""


GENERATORS, GENERATOR_WORDS = 5, 5
"""PCG64 generators of a learning connection (decays of x and y, impulses of x and y, synapses), and
what is kept of each: state and increment, upper word first, and 32 bits drawn but not used."""

RECIPROCAL_BITS: Final = 16
"""n * `log_bits_reciprocal` >> RECIPROCAL_BITS is n // `log_bits`."""
