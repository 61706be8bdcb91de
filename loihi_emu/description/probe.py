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
    """One variable of one population or connection, to be recorded.

    Parameters
    ----------
    item : population or connection
    variable : str
        Of neurons: u, v, spikes. Of every connection: weights, effective_weights (what a spike
        delivers), a_out (the input that it delivers in the step). Of a plastic connection also
        tag_1, tag_2, x1, x2, y1, y2, y3, r0, r1. Of a connection without delays and exponent also
        a_next (the input that it delivers in the next step).
    every : int
        Record in steps that are multiples of `every`.
    indices : array_like, optional
        Neurons or synapses to record; all by default. Synapses are given as flat numbers, sorted
        by pre, then by post neuron, or as a pair (post, pre) of index arrays.
    """

    item: Item
    variable: str
    every: int = 1
    indices: Any = None
