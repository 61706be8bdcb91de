"""Loops that bring scattered synapses together and put them back, on plain arrays."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.bitset import append_bits
from loihi_emu.kernels.llvm.bit_vectors import STORE_WIDTH, equal_bits, nonzero_bits, splat_store
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK

LIST_CAPACITY: Final = BLOCK - STORE_WIDTH
"""Synapses that a block lists: behind the last, up to STORE_WIDTH more are written."""


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
    """Fill each tile of `count` with its value; up to STORE_WIDTH - 1 more are written."""
    for tile in range(n_tiles):
        splat(out, values[chosen[tile]], tile * count, count)


@jit_inlined
def splat(out: Any, value: Any, at: Any, n: Any) -> None:
    """Fill n elements from `at`, and up to STORE_WIDTH - 1 more."""
    for start in range(at, at + n, STORE_WIDTH):
        splat_store(out, start, value)


@jit
def nonzero_indices(times: Any, first: Any, last: Any, out: Any) -> Any:
    """List the neurons first .. last - 1 that have a spike time or flag; how many they are."""
    whole = first + (last - first) // BITSET_BITS * BITSET_BITS
    count: Any = 0
    for start in range(first, whole, BITSET_BITS):
        count = append_bits(nonzero_bits(times, start), start, out, count)
    for rest in range(whole, last):
        if times[rest]:
            out[count] = rest
            count += 1
    return count


@jit
def equal_indices(values: Any, value: Any, first: Any, last: Any, out: Any) -> Any:
    """List the neurons first .. last - 1 that have one value; how many they are."""
    whole = first + (last - first) // BITSET_BITS * BITSET_BITS
    count: Any = 0
    for start in range(first, whole, BITSET_BITS):
        count = append_bits(equal_bits(values, start, value), start, out, count)
    for rest in range(whole, last):
        if values[rest] == value:
            out[count] = rest
            count += 1
    return count
