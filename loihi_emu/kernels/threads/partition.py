"""A run by several threads: who works on which neurons, and where they wait for one another.

Every thread runs the same steps on its own share: neurons of every population, and the synapses
that end on its post neurons. Of a connection's pre neurons it has stripes, dealt out in rounds to
all threads: their traces, and of a sparse connection their rows, which are short and learn whole,
though it delivers to its own post neurons only; where rows can learn by themselves, threads that
are free learn those of others (threads/work_stealing.py). What one thread writes no other does, so
results do not depend on how many there are. Between phases of a step all wait at a barrier.
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
    """First and last + 1 of the segments that this thread learns of each row."""
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
    """List the pre neurons that spiked in the epoch and in whose rows this thread learns."""
    times = times_of(m)[c.pre_spike_step :]
    if not c.sparse:
        return nonzero_indices(times, 0, c.n_pre, out)
    count = 0
    for first in thread_stripes(c, m):
        count += nonzero_indices(times, first, stripe_end(c, first), out[count:])
    return count
