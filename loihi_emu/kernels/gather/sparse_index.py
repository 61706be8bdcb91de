"""Where synapses lie: rows of compressed sparse row (CSR) storage, cut into segments and panels."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import PANEL
from loihi_emu.kernels.memory.records import AT_BEFORE, AT_X0, AT_Y0, N_TRACES, N_X, SLOT_X0
from loihi_emu.kernels.memory.views import pointer_of, structure_of

_PANEL_MASK = -PANEL


@jit
def segment_base(c: Any, m: Any, part: Any) -> Any:
    """The post neuron that offsets count from in one segment of sparse rows."""
    return np.int64(structure_of(m)[c.segment_edges + part]) & _PANEL_MASK


@jit
def row_segment(c: Any, m: Any, i: Any, part: Any) -> Any:
    """The synapses of row i in one segment: first, last + 1, and its first post neuron."""
    edges = structure_of(m)[c.segment_edges :]
    base = np.int64(edges[part])
    if c.sparse:
        pointer = pointer_of(m)[c.row_ptr + i * c.n_segments :]
        return pointer[part], pointer[part + 1], base & _PANEL_MASK
    return i * c.n_post + base, i * c.n_post + np.int64(edges[part + 1]), base


@jit
def panel_segment(c: Any, m: Any, i: Any, k: Any) -> Any:
    """As `row_segment`, of what learns together: of a sparse row, what ends in one panel."""
    if not c.sparse:
        return row_segment(c, m, i, k)
    firsts = structure_of(m)[c.panel_segments :]
    pointer = pointer_of(m)[c.row_ptr + i * c.n_segments :]
    return pointer[firsts[k]], pointer[firsts[k + 1]], k * PANEL


@jit
def panel_pair(c: Any, m: Any, i: Any, k: Any) -> Any:
    """As `panel_segment`, of what of a sparse row ends in two panels side by side.

    First, the first that ends on the right one, last + 1, and the post neuron they count from.
    """
    firsts, left = structure_of(m)[c.panel_segments :], 2 * k
    right, after = firsts[min(left + 1, c.n_panels)], firsts[min(left + 2, c.n_panels)]
    pointer = pointer_of(m)[c.row_ptr + i * c.n_segments :]
    return pointer[firsts[left]], pointer[right], pointer[after], left * PANEL


@jit
def panel_pairs(c: Any) -> Any:
    """The pairs of panels of a sparse row."""
    return range((c.n_panels + 1) >> 1)


@jit
def is_row_constant(code: Any, epoch: Any) -> Any:
    """Whether an input is the same for all synapses of a row whatever the post neuron did.

    With epochs of one step an x trace at a post spike is the one at the epoch's end.
    """
    if code >= SLOT_X0:
        return code == SLOT_X0
    return code % N_TRACES < N_X and (code // N_TRACES != AT_Y0 or epoch == 1)


@jit
def y_input_index(c: Any, moment: Any, trace: Any, pre_time: Any) -> Any:
    """Where a y trace's values lie: its history at one step, or at each own spike."""
    y = trace - N_X
    if moment == AT_Y0:
        return c.y_at_post_spike + y * c.n_post
    step = pre_time if moment == AT_X0 else np.int64(0 if moment == AT_BEFORE else c.epoch)
    return c.y_history + (y * (c.epoch + 1) + step) * c.n_post


@jit
def x0_value(c: Any, times: Any, i: Any) -> Any:
    """x0 of pre neuron i: a flag, or a count where the machine counts."""
    return (
        times[c.pre_spike_count + i]
        if c.spike_factor_is_count
        else np.uint8(times[c.pre_spike_step + i] > 0)
    )
