"""Loops that bring scattered synapses together and put them back, on plain arrays."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.fixed.memory import pointer_of, structure_of
from loihi_emu.kernels.jit import jit, jit_inlined
from loihi_emu.kernels.marks import list_bits
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import AT_BEFORE, AT_X0, AT_Y0, N_TRACES, N_X, PAGE, SLOT_X0, WORD
from loihi_emu.kernels.vectors import RUN, equal_bits, nonzero_bits, store_run

_PAGES = -PAGE

LISTED: Final = BLOCK - RUN
"""Most synapses that are listed in a block, row after row: behind each, up to RUN are written."""


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
def fill(out: Any, value: Any, n: Any) -> None:
    """out[:n] = value."""
    for k in range(n):
        out[k] = value


@jit
def copy(out: Any, source: Any, n: Any) -> None:
    """out[:n] = source[:n], which do not overlap."""
    for k in range(n):
        out[k] = source[k]


@jit
def copy_indexed(out: Any, source: Any, indices: Any, n: Any) -> None:
    """out[k] = source[indices[k]]."""
    for k in range(n):
        out[k] = source[indices[k]]


@jit
def scatter_indexed(source: Any, out: Any, indices: Any, n: Any) -> None:
    """out[indices[k]] = source[k]."""
    for k in range(n):
        out[indices[k]] = source[k]


@jit
def copy_at_spikes(out: Any, history: Any, times: Any, n: Any, stride: Any) -> None:
    """out[k] = one neuron's history at the step times[k]."""
    for k in range(n):
        out[k] = history[np.int64(times[k]) * stride]


@jit
def gather_tiles(
    out: Any, matrix: Any, rows: Any, columns: Any, n_rows: Any, n_columns: Any, stride: Any
) -> None:
    """Copy chosen columns of chosen rows, row after row."""
    for tile in range(n_rows):
        base, at = np.int64(rows[tile]) * stride, tile * n_columns
        for k in range(n_columns):
            out[at + k] = matrix[base + columns[k]]


@jit
def scatter_tiles(
    source: Any, matrix: Any, rows: Any, columns: Any, n_rows: Any, n_columns: Any, stride: Any
) -> None:
    """Put chosen columns of chosen rows back."""
    for tile in range(n_rows):
        base, at = np.int64(rows[tile]) * stride, tile * n_columns
        for k in range(n_columns):
            matrix[base + columns[k]] = source[at + k]


@jit
def repeat_tile(out: Any, count: Any, tiles: Any) -> None:
    """Repeat the first `count` values `tiles` times, twice as many at each go."""
    filled, n = count, count * tiles
    while filled < n:
        copy(out[filled:], out, min(filled, n - filled))
        filled *= 2


@jit
def fill_tiles(out: Any, values: Any, chosen: Any, n_tiles: Any, count: Any) -> None:
    """Fill each tile of `count` with the value chosen for it; up to RUN - 1 more are written."""
    for tile in range(n_tiles):
        fill_run(out, values[chosen[tile]], tile * count, count)


@jit_inlined
def fill_run(out: Any, value: Any, at: Any, n: Any) -> None:
    """Fill n elements from `at`, and up to RUN - 1 more."""
    for start in range(at, at + n, RUN):
        store_run(out, start, value)


@jit
def spike_list(times: Any, first: Any, last: Any, out: Any) -> Any:
    """List the neurons first .. last - 1 that have a spike time or flag; how many they are."""
    whole = first + (last - first) // WORD * WORD
    count: Any = 0
    for start in range(first, whole, WORD):
        count = list_bits(nonzero_bits(times, start), start, out, count)
    for rest in range(whole, last):
        if times[rest]:
            out[count] = rest
            count += 1
    return count


@jit
def list_equal(values: Any, value: Any, first: Any, last: Any, out: Any) -> Any:
    """List the neurons first .. last - 1 that have one value; how many they are."""
    whole = first + (last - first) // WORD * WORD
    count: Any = 0
    for start in range(first, whole, WORD):
        count = list_bits(equal_bits(values, start, value), start, out, count)
    for rest in range(whole, last):
        if values[rest] == value:
            out[count] = rest
            count += 1
    return count


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
