"""Where synapses lie: rows of compressed sparse row (CSR) storage, in segments and index blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import PAGE
from loihi_emu.kernels.memory.fixed_views import pointer_of, structure_of
from loihi_emu.kernels.memory.records import AT_BEFORE, AT_X0, AT_Y0, N_TRACES, N_X, SLOT_X0

_PAGES = -PAGE


@jit
def base_of(c: Any, m: Any, part: Any) -> Any:
    """The post neuron that `near` counts from in one part of sparse rows."""
    return np.int64(structure_of(m)[c.edges + part]) & _PAGES


@jit
def segment(c: Any, m: Any, i: Any, part: Any) -> Any:
    """The synapses of row i in one part: first, last + 1, and the post neuron they count from."""
    edges = structure_of(m)[c.edges :]
    base = np.int64(edges[part])
    if c.sparse:
        pointer = pointer_of(m)[c.pointer + i * c.parts :]
        return pointer[part], pointer[part + 1], base & _PAGES
    return i * c.n_post + base, i * c.n_post + np.int64(edges[part + 1]), base


@jit
def piece(c: Any, m: Any, i: Any, k: Any) -> Any:
    """As `segment`, of one piece of row i as it learns: of a sparse row, what ends on one page."""
    if not c.sparse:
        return segment(c, m, i, k)
    firsts = structure_of(m)[c.page_parts :]
    pointer = pointer_of(m)[c.pointer + i * c.parts :]
    return pointer[firsts[k]], pointer[firsts[k + 1]], k * PAGE


@jit
def spread(c: Any, m: Any, i: Any, k: Any) -> Any:
    """As `piece`, of what of a sparse row ends on two pages side by side.

    First, the first that ends on the right one, last + 1, and the post neuron they count from.
    """
    firsts, left = structure_of(m)[c.page_parts :], 2 * k
    right, after = firsts[min(left + 1, c.pages)], firsts[min(left + 2, c.pages)]
    pointer = pointer_of(m)[c.pointer + i * c.parts :]
    return pointer[firsts[left]], pointer[right], pointer[after], left * PAGE


@jit
def spreads(c: Any) -> Any:
    """How many spreads of two pages a sparse row has."""
    return range((c.pages + 1) >> 1)


@jit
def is_pre(code: Any, epoch: Any) -> Any:
    """Whether an input is the same for all synapses of a row whatever the post neuron did.

    With epochs of one step an x trace at a post spike is the one at the epoch's end.
    """
    if code >= SLOT_X0:
        return code == SLOT_X0
    return code % N_TRACES < N_X and (code // N_TRACES != AT_Y0 or epoch == 1)


@jit
def post_place(c: Any, moment: Any, trace: Any, pre_time: Any) -> Any:
    """Where a y trace's values lie: its history at one step, or at each own spike."""
    y = trace - N_X
    if moment == AT_Y0:
        return c.at_own_spike + y * c.n_post
    step = pre_time if moment == AT_X0 else np.int64(0 if moment == AT_BEFORE else c.epoch)
    return c.hy + (y * (c.epoch + 1) + step) * c.n_post


@jit
def x0_of(c: Any, times: Any, i: Any) -> Any:
    """x0 of pre neuron i: a flag, or a count where the machine counts."""
    return times[c.nx + i] if c.count_spikes else np.uint8(times[c.tx + i] > 0)
