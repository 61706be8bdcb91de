"""Arenas and records as the reference model sees them: lists of numbers, and named fields.

Python integers have no width. But what is written back to an arena must fit its type, or NumPy
raises. So a value that outgrew its format cannot pass unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from loihi_emu.kernels.memory.arrays import Arenas, Constants, Draws

if TYPE_CHECKING:
    from loihi_emu.kernels.reference.watch import Watch

Spikes = dict[int, int]
"""Spikes of one population in one step: neuron to payload, ascending."""


class Synapse(NamedTuple):
    """A synapse: its number in memory, its pre and its post neuron."""

    k: int
    pre: int
    post: int


class Moment(NamedTuple):
    """When an epoch ends: its number from 1 on, and the place of its last step in this call."""

    epoch: int
    s: int


class Memory:
    """A plan's records, state and constants, for one call of `run`.

    Parameters
    ----------
    populations, inputs, connections : record arrays
    arenas : Arenas
    constants : Constants
    draws : Draws
    rules : sequence of Microcode, or of mapping of target to ProductSeries
        One a learning connection, in their order.
    watch : Watch, optional
        A synapse whose epochs are logged.

    Attributes
    ----------
    populations, inputs, connections : list of records
    state : Arenas of lists
    constants : Constants of lists
    draws : Draws of nested lists
    """

    def __init__(
        self, populations: Any, inputs: Any, connections: Any, arenas: Arenas,
        constants: Constants, draws: Draws, rules: Sequence[Any],
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self.populations = _records(populations)
        self.inputs = _records(inputs)
        self.connections = _records(connections)
        self.state = Arenas(*(arena.tolist() for arena in arenas))
        self.constants = Constants(*(array.tolist() for array in constants))
        self.draws = Draws(*(array.tolist() for array in draws))
        self.rules, self.watch = rules, watch

    def write_back(self, arenas: Arenas) -> None:
        """Store the state; raises OverflowError where a value exceeds its width."""
        for arena, values in zip(arenas, self.state, strict=True):
            arena[:] = values


def _records(table: Any) -> list[Any]:
    """Rows of a table as objects whose attributes are integers."""
    names = table.dtype.names
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in table.tolist()]
