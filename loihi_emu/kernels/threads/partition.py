"""The share of each thread: which neurons, which synapses and which rows it works on.

Every thread runs the same steps on its own share:

* Of every population, a thread range: one run of neighbouring neurons.
* Of a dense connection, the synapses that end on its post neurons.
* Of a sparse connection, whole rows, which are short: those of its stripes. Stripes of pre neurons
  are dealt out to the threads in rounds. But a thread delivers to its own post neurons only.
* The x traces of the pre neurons in its stripes, for every connection.

A thread that is done may learn rows of another (threads/work_stealing.py). No two threads write the
same memory at the same time, so results do not depend on the number of threads. Between the phases
of a step all wait at a barrier.
Example: of 131,072 neurons, thread 1 of 2 has 65,536 .. 131,071, and stripes 8,192 .. 16,383,
24,576 .. 32,767, ...
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.gather.loops import nonzero_indices
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory import shared_words
from loihi_emu.kernels.memory.views import structure_of, times_of

partition_edge = jit(shared_words.partition_edge)


@jit
def thread_range(m: Any, n: Any) -> Any:
    """First and last + 1 of this thread's neurons, of n."""
    return partition_edge(n, m.thread_index, m.threads), partition_edge(
        n, m.thread_index + 1, m.threads
    )


@jit
def thread_segments(c: Any, m: Any) -> Any:
    """First and last + 1 of the segments of each row that end on this thread's post neurons."""
    structure = structure_of(m)
    return structure[c.first_segment + m.thread_index], structure[
        c.first_segment + m.thread_index + 1
    ]


@jit
def learned_segments(c: Any, m: Any) -> Any:
    """First and last + 1 of the segments of each row that this thread updates.

    Of a sparse row, which learns whole, these are its panels.
    """
    if c.sparse:
        return np.int64(0), c.n_panels
    return thread_segments(c, m)


@jit
def thread_stripes(c: Any, m: Any) -> Any:
    """Where this thread's stripes of pre neurons begin."""
    return range(m.thread_index << c.stripe_bits, c.n_pre, m.threads << c.stripe_bits)


@jit
def stripe_end(c: Any, first: Any) -> Any:
    """Where a stripe ends that begins with neuron `first`."""
    return min(first + (1 << c.stripe_bits), c.n_pre)


@jit
def owns_pre(c: Any, m: Any, i: Any) -> Any:
    """Whether pre neuron i is this thread's."""
    return m.threads == 1 or np.uint32(i >> c.stripe_bits) % np.uint32(m.threads) == m.thread_index


@jit
def owns_row(c: Any, m: Any, i: Any) -> Any:
    """Whether this thread learns row i."""
    return not c.sparse or owns_pre(c, m, i)


@jit
def list_spiked_rows(c: Any, m: Any, out: Any) -> Any:
    """List the pre neurons that spiked in the epoch and whose rows this thread updates."""
    times = times_of(m)[c.pre_spike_step :]
    if not c.sparse:
        return nonzero_indices(times, 0, c.n_pre, out)
    count = 0
    for first in thread_stripes(c, m):
        count += nonzero_indices(times, first, stripe_end(c, first), out[count:])
    return count
