"""Arrays of a run's memory in fixed point: integers as narrow as their formats.

`traces_of(m)` is the array that starts at the address in field `traces` of the memory record.
"""

from numba import types

from loihi_emu.kernels.pointers import array_at

neural_of = array_at("neural", types.int32)
synaptic_of = array_at("synaptic", types.int16)
traces_of = array_at("traces", types.uint8)
parameters_of = array_at("parameters", types.int64)
table_of = array_at("table", types.uint8)
literal_of = array_at("literal", types.int32)
times_of = array_at("times", types.uint8)
index_of = array_at("index", types.int32)
wide_of = array_at("wide", types.int64)
threshold_of = array_at("threshold", types.uint64)
structure_of = array_at("structure", types.int32)
pointer_of = array_at("pointer", types.int64)
currents_of = array_at("currents", types.int32)
received_of = array_at("received", types.uint8)
delays_of = array_at("delays", types.uint8)
variables_of = array_at("variables", types.int16)
inputs_of = array_at("inputs", types.uint8)
draws_of = array_at("draws", types.uint16)
variable_rows_of = array_at("variable_rows", types.int64)
input_rows_of = array_at("input_rows", types.int64)
place_of = array_at("place", types.int64)
row_of = array_at("row", types.int32)
column_of = array_at("column", types.int32)
spiked_pre_of = array_at("spiked_pre", types.int32)
spiked_post_of = array_at("spiked_post", types.int32)
decay_of = array_at("decay", types.uint64)
impulse_of = array_at("impulse", types.int64)
synaptic_draw_of = array_at("synaptic_draw", types.uint16)
out_neural_of = array_at("out_neural", types.int32)
out_synaptic_of = array_at("out_synaptic", types.int16)
out_traces_of = array_at("out_traces", types.uint8)
out_times_of = array_at("out_times", types.uint8)
out_events_of = array_at("out_events", types.int32)
out_indices_of = array_at("out_indices", types.int64)
