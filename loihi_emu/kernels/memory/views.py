"""Arrays of a run's memory, as kernels see them: integers as narrow as their formats, or float64.

`traces_of(m)` is the array whose address is in field `traces` of the memory record `m`. The type
of the record, that of a run in fixed or in floating point, decides the type of the elements.
"""

from numba import types

from loihi_emu.kernels.llvm.array_views import array_at

neural_of = array_at("neural", types.int32, types.float64)
synaptic_of = array_at("synaptic", types.int16, types.float64)
traces_of = array_at("traces", types.uint8, types.float64)
parameters_of = array_at("parameters", types.int64, types.float64)
table_of = array_at("table", types.uint8, types.float64)
literal_of = array_at("literal", types.int32, types.float64)
times_of = array_at("times", types.uint8)
index_of = array_at("index", types.int32)
wide_of = array_at("wide", types.int64)
threshold_of = array_at("threshold", types.uint64)
bitsets_of = array_at("bitsets", types.uint64)
structure_of = array_at("structure", types.int32)
post_offset16_of = array_at("post_offset16", types.uint16)
pointer_of = array_at("pointer", types.int64)
currents_of = array_at("currents", types.int32, types.float64)
received_of = array_at("received", types.uint8, types.float64)
delays_of = array_at("delays", types.uint8)
variables_of = array_at("variables", types.int16, types.float64)
inputs_of = array_at("inputs", types.uint8, types.float64)
draws_of = array_at("draws", types.uint16)
variable_rows_of = array_at("variable_rows", types.int64)
input_rows_of = array_at("input_rows", types.int64)
place_of = array_at("place", types.int64)
pre_of = array_at("pre", types.int32)
post_of = array_at("post", types.int32)
spiked_pre_of = array_at("spiked_pre", types.int32)
spiked_post_of = array_at("spiked_post", types.int32)
decay_of = array_at("decay", types.uint64)
impulse_of = array_at("impulse", types.int64)
synaptic_draw_of = array_at("synaptic_draw", types.uint16)
shared_of = array_at("shared", types.int64)
out_neural_of = array_at("out_neural", types.int32, types.float64)
out_synaptic_of = array_at("out_synaptic", types.int16, types.float64)
out_traces_of = array_at("out_traces", types.uint8, types.float64)
out_times_of = array_at("out_times", types.uint8)
out_events_of = array_at("out_events", types.int32)
out_indices_of = array_at("out_indices", types.int64)

# scratch that functions use for one thing after another, each by the name of what is in it
epoch_of = sorted_rows_of = array_at("i32_scratch_b", types.int32)
sent_mask_of = lif_constants_of = tile_pre_of = epoch_of
log_slot_of = bitset_number_of = pre_step_of = array_at("i32_scratch_a", types.int32)
pending_of = y_index_of = array_at("u64_scratch_b", types.uint64)
post_step_of = decay_draws_of = pending_of
x_log_place_of = segment_end_of = array_at("u64_scratch_a", types.uint64)
post_spiked_bits_of = bitset_offset_of = log_words_of = x_log_place_of
