"""Rows: the synapses of a pre neuron, updated block by block where they lie.

An input is the same for all synapses of a row and is broadcast, or it differs by post neuron. Then
it is read where it lies if the row is dense, and gathered if it is sparse. Fixed and floating point
share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.gather.loops import copy, copy_at_spikes, copy_indexed, fill
from loihi_emu.kernels.gather.prefetch_rows import prefetch_row
from loihi_emu.kernels.gather.sparse_index import (
    is_row_constant,
    panel_segment,
    x0_value,
    y_input_index,
)
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK, EACH, LANES, SAME
from loihi_emu.kernels.llvm.view_type import address
from loihi_emu.kernels.memory.by_mode import reads_bytes
from loihi_emu.kernels.memory.records import (
    AT_BEFORE,
    AT_X0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
)
from loihi_emu.kernels.memory.views import (
    index_of,
    input_rows_of,
    inputs_of,
    post_offset16_of,
    spiked_pre_of,
    structure_of,
    synaptic_of,
    times_of,
    traces_of,
    variable_rows_of,
)
from loihi_emu.kernels.mode.kernel_call import call_kernel, draw_row
from loihi_emu.kernels.threads.partition import learned_segments, list_spiked_rows


@jit
def row_input(c: Any, m: Any, code: Any, i: Any) -> Any:
    """The input `code` of pre neuron i: its spike, or a trace at a moment it determines."""
    times = times_of(m)
    if code == SLOT_X0:
        return type(inputs_of(m)[0])(x0_value(c, times, i))
    moment, trace = code // N_TRACES, code % N_TRACES
    s = np.int64(c.epoch)
    if moment == AT_X0:
        s = np.int64(times[c.pre_spike_step + i])
    elif moment == AT_BEFORE:
        s = np.int64(0)
    return traces_of(m)[c.x_history + (trace * (c.epoch + 1) + s) * c.n_pre + i]


@jit
def fill_row_inputs(c: Any, m: Any, i: Any, n: Any) -> None:
    """Inputs that hold for a whole row of pre neuron i, of n synapses: once, or for each."""
    structure, inputs, input_rows = structure_of(m), inputs_of(m), input_rows_of(m)
    same = LANES if reads_bytes(m) else n
    for slot in range(c.n_slots):
        code = structure[c.slots + slot]
        pre = is_row_constant(code, c.epoch)
        input_rows[2 * slot] = address(inputs, slot * BLOCK)
        input_rows[2 * slot + 1] = SAME if pre and reads_bytes(m) else EACH
        if pre:
            fill(inputs[slot * BLOCK :], row_input(c, m, code, i), same)


@jit
def fill_post_inputs(c: Any, m: Any, i: Any, start: Any, base: Any, first: Any, n: Any) -> None:
    """Inputs of n synapses of row i that differ by post neuron, in place or gathered.

    They lie at `start`; their post neurons are those from `base + first`, or of a sparse row
    `base` and its offset.
    """
    structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
    input_rows = input_rows_of(m)
    offsets = post_offset16_of(m)[c.post_offset16 + start :]
    from_first = base + first
    for slot in range(c.n_slots):
        code = structure[c.slots + slot]
        if is_row_constant(code, c.epoch):
            continue
        out = inputs[slot * BLOCK :]
        moment, trace = code // N_TRACES, code % N_TRACES
        if code == SLOT_Y0:
            if c.sparse:
                copy_indexed(out, times[c.post_spike_count + base :], offsets, n)
            elif reads_bytes(m):
                input_rows[2 * slot] = address(times, c.post_spike_count + from_first)
            else:
                copy(out, times[c.post_spike_count + from_first :], n)
        elif trace < N_X:
            own = traces[c.x_history + trace * (c.epoch + 1) * c.n_pre + i :]
            if c.sparse:
                spike_times = times[c.post_spike_step + base :]
                for k in range(n):
                    out[k] = own[np.int64(spike_times[offsets[k]]) * c.n_pre]
            else:
                copy_at_spikes(out, own, times[c.post_spike_step + from_first :], n, c.n_pre)
        else:
            place = y_input_index(c, moment, trace, np.int64(times[c.pre_spike_step + i]))
            if c.sparse:
                copy_indexed(out, traces[place + base :], offsets, n)
            else:
                input_rows[2 * slot] = address(traces, place + from_first)


@jit
def update_row_segment(c: Any, m: Any, epoch: Any, k: Any, i: Any, u: Any) -> None:
    """One segment of a pre neuron's synapses, block by block, where they lie."""
    low, high, base = panel_segment(c, m, i, k)
    if c.defers_post_updates:
        index_of(m)[c.last_learned_epoch + i] = epoch
    synaptic, variable_rows = synaptic_of(m), variable_rows_of(m)
    fill_row_inputs(c, m, i, min(BLOCK, high - low))
    for start in range(low, high, BLOCK):
        n = min(BLOCK, high - start)
        variable_rows[0] = address(synaptic, c.w + start)
        variable_rows[1] = address(synaptic, max(c.d, 0) + start)
        variable_rows[2] = address(synaptic, max(c.t, 0) + start)
        fill_post_inputs(c, m, i, start, base, start - low, n)
        if c.draw_kind != SHARED_DRAWS:
            draw_row(c, m, epoch, i, start, base, start - low, n)
        call_kernel(c, m, n, u)


@jit
def update_spiked_rows(c: Any, m: Any, epoch: Any) -> None:
    """Rows of the pre neurons that spiked in the epoch."""
    spiked = spiked_pre_of(m)
    n = list_spiked_rows(c, m, spiked)
    first, last = learned_segments(c, m)
    for q in range(n):
        if c.sparse:
            prefetch_row(c, m, spiked, q, n)
        for k in range(first, last):
            update_row_segment(c, m, epoch, k, np.int64(spiked[q]), 0)
