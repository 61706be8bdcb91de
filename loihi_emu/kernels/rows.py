"""Rows: the synapses of a pre neuron, updated block by block where they lie.

Inputs of a row are the same for all its synapses (broadcast), or differ by post neuron and are read
where they lie, or gathered. Shared by fixed point and float, see kernels/learning.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.gathering import (
    copy_at_spikes,
    copy_indexed,
    fill,
    is_pre,
    post_place,
    spike_list,
    x0_of,
)
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.pointers import address, prefetch_run
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import (
    AT_BEFORE,
    AT_X0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
)


def make_rows(family: ModuleType) -> tuple[Callable[..., None], Callable[..., None]]:
    """The update of one row, and of the rows that spiked, in one family of kernels."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, traces_of, times_of = memory.synaptic_of, memory.traces_of, memory.times_of
    structure_of, pointer_of, inputs_of = memory.structure_of, memory.pointer_of, memory.inputs_of
    variable_rows_of, input_rows_of, spiked_pre_of = (
        memory.variable_rows_of,
        memory.input_rows_of,
        memory.spiked_pre_of,
    )
    bytes_in_place = family.BYTES_IN_PLACE
    call_kernel = family.call_kernel
    draw_row = family.draw_row

    @jit
    def fill_pre(c: Any, m: Any, i: Any, n: Any) -> None:
        """Inputs that hold for a whole row of pre neuron i: broadcast to n synapses."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        input_rows = input_rows_of(m)
        for slot in range(c.n_slots):
            input_rows[slot] = address(inputs, slot * BLOCK)
            code = structure[c.slots + slot]
            if not is_pre(code, c.epoch):
                continue
            if code == SLOT_X0:
                fill(inputs[slot * BLOCK :], type(inputs[0])(x0_of(c, times, i)), n)
            else:
                moment, trace = code // N_TRACES, code % N_TRACES
                s = np.int64(c.epoch)
                if moment == AT_X0:
                    s = np.int64(times[c.tx + i])
                elif moment == AT_BEFORE:
                    s = np.int64(0)
                kept = traces[c.hx + (trace * (c.epoch + 1) + s) * c.n_pre + i]
                fill(inputs[slot * BLOCK :], kept, n)

    @jit
    def fill_post(c: Any, m: Any, i: Any, start: Any, first: Any, n: Any) -> None:
        """Inputs of n synapses of row i that differ by post neuron, in place or gathered."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        input_rows = input_rows_of(m)
        indices = structure[c.indices + start :]
        for slot in range(c.n_slots):
            code = structure[c.slots + slot]
            if is_pre(code, c.epoch):
                continue
            out = inputs[slot * BLOCK :]
            moment, trace = code // N_TRACES, code % N_TRACES
            if code == SLOT_Y0:
                flags = times[c.ny :]
                if c.sparse:
                    copy_indexed(out, flags, indices, n)
                elif bytes_in_place:
                    input_rows[slot] = address(times, c.ny + first)
                else:
                    for k in range(n):
                        out[k] = flags[first + k]
            elif trace < N_X:
                own = traces[c.hx + trace * (c.epoch + 1) * c.n_pre + i :]
                spike_times = times[c.ty :]
                if c.sparse:
                    for k in range(n):
                        out[k] = own[np.int64(spike_times[indices[k]]) * c.n_pre]
                else:
                    copy_at_spikes(out, own, spike_times[first:], n, c.n_pre)
            else:
                place = post_place(c, moment, trace, np.int64(times[c.tx + i]))
                if c.sparse:
                    copy_indexed(out, traces[place:], indices, n)
                else:
                    input_rows[slot] = address(traces, place + first)

    @jit
    def touch_row(c: Any, m: Any, epoch: Any, i: Any, u: Any) -> None:
        """One pre neuron's synapses, block by block, where they lie."""
        if c.sparse:
            pointer = pointer_of(m)
            low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
        else:
            low, high = i * c.n_post, (i + 1) * c.n_post
        synaptic, variable_rows = synaptic_of(m), variable_rows_of(m)
        fill_pre(c, m, i, min(BLOCK, high - low))
        for start in range(low, high, BLOCK):
            n = min(BLOCK, high - start)
            variable_rows[0] = address(synaptic, c.w + start)
            variable_rows[1] = address(synaptic, max(c.d, 0) + start)
            variable_rows[2] = address(synaptic, max(c.t, 0) + start)
            fill_post(c, m, i, start, start - low, n)
            if c.draw_kind != SHARED_DRAWS:
                draw_row(c, m, epoch, i, start, start - low, n)
            call_kernel(c, m, n, u)

    @jit
    def touch_rows(c: Any, m: Any, epoch: Any) -> None:
        """Rows of the pre neurons that spiked in the epoch."""
        spiked = spiked_pre_of(m)
        count = spike_list(times_of(m)[c.tx :], c.n_pre, spiked)
        for k in range(count):
            if c.sparse and k + 1 < count:
                pointer, i = pointer_of(m), np.int64(spiked[k + 1])
                low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
                prefetch_run(synaptic_of(m), c.w + low, c.w + high)
                prefetch_run(structure_of(m), c.indices + low, c.indices + high)
            touch_row(c, m, epoch, np.int64(spiked[k]), 0)

    return touch_row, touch_rows
