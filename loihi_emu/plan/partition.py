"""Rows of a connection in segments: a row is cut at the ends of thread ranges and of panels.

This module also decides the stripes of pre neurons that are dealt out to threads, and how many
cache lines of a row are prefetched.
Example: 100,000 post neurons on two threads lie in segments that begin at 0, 49,984 and 65,536.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.description.connections import Connection
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, CACHE_LINE, PANEL
from loihi_emu.kernels.memory.shared_words import partition_edge
from loihi_emu.plan.layout import PlanContext, write_at

_STRIPES: Final = 8  # of pre neurons for each thread, at least, if there are enough
_SHORTEST_BITS: Final = (
    BITSET_BITS.bit_length() - 1
)  # no word of a bitset is written by two threads
_STEAL_UNIT_BITS: Final = 1  # a stripe is cut into 2 ** this many units, if they are long enough
_MOST_LINES: Final = 16  # of a row; the processor's own prefetcher does the rest


def reserve_segments(context: PlanContext, item: Connection) -> dict[str, int]:
    """Offsets of a connection's segments."""
    fixed, parts = context.fixed, len(_segment_edges(item, context.threads)) - 1
    stretch_bits = _stripe_bits(item.pre.n, context.threads)
    record = {
        "n_segments": parts, "segment_edges": fixed.reserve("index", parts + 1, "structure"),
        "first_segment": fixed.reserve("index", context.threads + 1, "structure"),
        "stripe_bits": stretch_bits,
        "steal_unit_bits": _steal_unit_bits(stretch_bits),
    }  # fmt: skip
    if item.post_offset16 is not None:
        record["sparse"] = 1
        record["one_to_one"] = _is_one_to_one(item)
        record["row_ptr"] = fixed.reserve("pointer", item.pre.n * parts + 1, "structure")
        record["post_offset16"] = fixed.reserve("post_offset16", item.n_synapses, "structure")
        record["n_panels"] = item.n_panels
        record["panel_segments"] = fixed.reserve("index", item.n_panels + 1, "structure")
        in_row = item.n_synapses / max(1, item.pre.n)
        size = item.post_offset16.itemsize
        record["prefetch_lines_row"] = _lines(in_row, size)
        record["prefetch_lines_segment"] = _lines(in_row / parts, size)
    return record


def initialise_segments(
    record: Any, item: Connection, threads: int, arrays: dict[str, Any]
) -> None:
    """Where the segments of rows begin."""
    edges, n = _segment_edges(item, threads), item.post.n
    write_at(arrays["index"], record["segment_edges"], edges)
    shares = [partition_edge(n, k, threads) for k in range(threads + 1)]
    write_at(arrays["index"], record["first_segment"], np.searchsorted(edges, shares))
    if item.panel_ptr is not None:
        write_at(arrays["pointer"], record["row_ptr"], _segment_ptr(item, edges))
        panels = [*range(0, n, PANEL), n]
        write_at(arrays["index"], record["panel_segments"], np.searchsorted(edges, panels))


def _stripe_bits(n: int, threads: int) -> int:
    """The length of a stripe, as a power of two, such that each thread has several of n neurons.

    Neurons that spike often mostly lie side by side; stripes divide them among the threads.
    """
    if threads == 1:
        return n.bit_length()
    return max(_SHORTEST_BITS, (n // (threads * _STRIPES)).bit_length() - 1)


def _steal_unit_bits(stretch_bits: int) -> int:
    """Into how many units, as a power of two, a stripe is cut for work stealing."""
    return max(0, min(_STEAL_UNIT_BITS, stretch_bits - _SHORTEST_BITS))


def _segment_edges(item: Connection, threads: int) -> NDArray[np.int64]:
    """First post neuron of each segment of a connection's rows; then the number of post neurons."""
    n = item.post.n
    shares = [partition_edge(n, k, threads) for k in range(threads + 1)]
    panels = [] if item.panel_ptr is None else list(range(0, n, PANEL))
    return np.unique([*shares, *panels])


def _is_one_to_one(item: Connection) -> bool:
    """Whether the k-th synapse leads from pre neuron k to post neuron k, and there is no other."""
    if item.n_synapses != item.pre.n or item.pre.n > item.post.n:
        return False
    everyone = np.arange(item.pre.n)
    return all(np.array_equal(end, everyone) for end in item.pairs())


def _segment_ptr(item: Connection, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """First synapse of each segment of each sparse row; then the number of synapses."""
    assert item.panel_ptr is not None
    parts = len(edges) - 1
    if parts == item.n_panels and not (edges[:-1] % PANEL).any():
        return item.panel_ptr
    post, pre = item.pairs()
    part = np.searchsorted(edges, post, side="right") - 1
    counts = np.bincount(pre.astype(np.int64) * parts + part, minlength=item.pre.n * parts)
    return np.concatenate([[0], np.cumsum(counts)])


def _lines(n: float, size: int) -> int:
    """Cache lines that n synapses of so many bytes, on average, can touch."""
    return min(_MOST_LINES, math.ceil(size * max(0.0, n - 1) / CACHE_LINE) + 1)
