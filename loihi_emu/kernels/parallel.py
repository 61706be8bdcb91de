"""A run by several threads: who works on which neurons, and where they wait for one another.

Every thread runs the same steps on its own share: neurons of every population, and the synapses
that end on its post neurons. A thread writes only its share, so results do not depend on how many
there are. Between phases of a step all wait at a barrier.
Example: of 131,072 neurons, thread 1 of 2 has 65,536 .. 131,071.
"""

from __future__ import annotations

from typing import Any, Final

from loihi_emu.kernels import tables
from loihi_emu.kernels.fixed.memory import shared_of, structure_of
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.pointers import add_atomically, call_at, read_atomically
from loihi_emu.kernels.tables import ARRIVED, ROUND

_PATIENCE: Final = 4096  # readings before a thread gives its processor to others

edge = jit(tables.edge)


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
def wait(m: Any) -> None:
    """Wait until every thread has come here."""
    if m.threads == 1:
        return
    shared = shared_of(m)
    number = read_atomically(shared, ROUND)
    if add_atomically(shared, ARRIVED, 1) + 1 == m.threads:
        add_atomically(shared, ARRIVED, -m.threads)
        add_atomically(shared, ROUND, 1)
        return
    readings = 0
    while read_atomically(shared, ROUND) == number:
        readings += 1
        if readings > _PATIENCE:
            call_at(m.give_way)
