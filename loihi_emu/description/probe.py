"""What a run records: a variable of a population or connection, and the key that finds it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population

Item = Population | Connection


Key = tuple[Item, str]


@dataclass(frozen=True)
class Probe:
    """A wish to record one variable of one item.

    Parameters
    ----------
    item : population or connection
    variable : str
        Neurons: u, v, spikes. Connections: weights, effective_weights (what a spike delivers),
        a_out, and where they learn tag_1, tag_2, x1, x2, y1, y2, y3, r0, r1 (what
        arrives in the step) and, without delays and exponent, a_next (in the one after).
    every : int
        Record at steps that are multiples of `every`.
    indices : array_like, optional
        Neurons to record, or synapses: flat numbers in the order of (pre, post), or a pair
        (post, pre) of index arrays.
    """

    item: Item
    variable: str
    every: int = 1
    indices: Any = None
