"""A run by several threads: who works on which neurons, and where they wait for one another.

Every thread runs the same steps on its own share: neurons of every population, and the synapses
that end on its post neurons. Of a connection's pre neurons it has stretches, in turn with other
threads: their traces, and of a sparse connection their rows, which are short and learn whole,
though it delivers to its own post neurons only; where rows can learn by themselves, threads that
are free learn those of others (chunks.py). What one thread writes no other does, so results do not
depend on how many there are. Between phases of a step all wait at a barrier.
Example: of 131,072 neurons, thread 1 of 2 has 65,536 .. 131,071, and stretches 8,192 .. 16,383,
24,576 .. 32,767, ...
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels import shares
from loihi_emu.kernels.fixed.memory import shared_of, structure_of, times_of
from loihi_emu.kernels.gathering import spike_list
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.pointers import add_atomically, call_at, read_atomically
from loihi_emu.kernels.shares import AGREED, ARRIVED, ROUND, STIRRED, TURNS

_PATIENCE: Final = 4096  # readings before a thread gives its processor to others

edge, claim_place = jit(shares.edge), jit(shares.claim_place)


@jit
def share(m: Any, n: Any) -> Any:
    """First and last + 1 of this thread's neurons, of n."""
    return edge(n, m.thread, m.threads), edge(n, m.thread + 1, m.threads)


@jit
def parts_of(c: Any, m: Any) -> Any:
    """First and last + 1 of the parts of each row that end on this thread's post neurons."""
    structure = structure_of(m)
    return structure[c.first_part + m.thread], structure[c.first_part + m.thread + 1]


@jit
def pieces_of(c: Any, m: Any) -> Any:
    """First and last + 1 of the pieces of each row that this thread learns, see gathering.piece."""
    if c.sparse:
        return np.int64(0), c.pages
    return parts_of(c, m)


@jit
def stretches(c: Any, m: Any) -> Any:
    """Where this thread's stretches of pre neurons begin."""
    return range(m.thread << c.stretch_bits, c.n_pre, m.threads << c.stretch_bits)


@jit
def stretch_end(c: Any, first: Any) -> Any:
    """Where a stretch ends that begins with neuron `first`."""
    return min(first + (1 << c.stretch_bits), c.n_pre)


@jit
def has_pre(c: Any, m: Any, i: Any) -> Any:
    """Whether pre neuron i is this thread's."""
    return m.threads == 1 or np.uint32(i >> c.stretch_bits) % np.uint32(m.threads) == m.thread


@jit
def learns_row(c: Any, m: Any, i: Any) -> Any:
    """Whether this thread learns in row i."""
    return not c.sparse or has_pre(c, m, i)


@jit
def spiking_rows(c: Any, m: Any, out: Any) -> Any:
    """List the pre neurons that spiked in the epoch and in whose rows this thread learns."""
    times = times_of(m)[c.tx :]
    if not c.sparse:
        return spike_list(times, 0, c.n_pre, out)
    count = 0
    for first in stretches(c, m):
        count += spike_list(times, first, stretch_end(c, first), out[count:])
    return count


@jit
def agreed(m: Any, mine: Any) -> Any:
    """Whether it holds for some thread; all have to ask."""
    if m.threads == 1:
        return mine
    shared = shared_of(m)
    if mine:
        add_atomically(shared, AGREED, 1)
    wait(m)
    held = read_atomically(shared, AGREED) != 0
    wait(m)
    if m.thread == 0:
        add_atomically(shared, AGREED, -read_atomically(shared, AGREED))
    wait(m)
    return held


@jit
def wait(m: Any) -> None:
    """Wait until every thread has come here."""
    if m.threads > 1:
        _wait(m, False)


@jit
def wait_to_help(m: Any) -> None:
    """As `wait`; no thread's rows are claimed then, see chunks.py."""
    if m.threads > 1:
        _wait(m, True)


@jit
def _wait(m: Any, gives_back: Any) -> None:
    """Wait; who comes last gives back what was claimed, before the others go on."""
    shared = shared_of(m)
    number = read_atomically(shared, ROUND)
    if add_atomically(shared, ARRIVED, 1) + 1 == m.threads:
        add_atomically(shared, ARRIVED, -m.threads)
        if gives_back:
            for thread in range(m.threads):
                shared[claim_place(STIRRED, thread)] = 0
                shared[claim_place(TURNS, thread)] = 0
        add_atomically(shared, ROUND, 1)
        return
    readings = 0
    while read_atomically(shared, ROUND) == number:
        readings += 1
        if readings > _PATIENCE:
            call_at(m.give_way)
