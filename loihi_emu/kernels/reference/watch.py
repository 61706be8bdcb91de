"""A watched synapse: what its last epoch saw, and every instruction that it did.

The reference model fills it while it runs; nothing is computed a second time.
Example: `Simulator.watch(connection, post=0, pre=1)`, then run to the end of an epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loihi_emu.kernels.memory.records import N_X, TRACES
from loihi_emu.kernels.reference.interpreter import Logged


@dataclass
class Watch:
    """One synapse of one learning connection, and its last epoch.

    Parameters
    ----------
    connection : int
        Number among the learning connections.
    pre, post : int

    Attributes
    ----------
    log : list of Logged
        Instructions of the last epoch; empty before the first.
    variables : dict of {'w', 'd', 't'} to int
        Values before the update.
    inputs : dict of slot to int
        What the microcode read, and `u`.
    formats : dict of variable to five int
    draw : int
        16 bits.
    spike_steps : (int, int)
        Steps within the epoch, 1.., of the last spikes of pre and post; 0 for none.
    traces : dict of str to list of int
        h[0..t_epoch] of x1 and x2 of the pre neuron and y1..y3 of the post neuron.
    """

    connection: int
    pre: int
    post: int
    log: list[Logged] = field(default_factory=list)
    variables: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[str, int] = field(default_factory=dict)
    formats: Mapping[str, Sequence[int]] = field(default_factory=dict)
    draw: int = 0
    spike_steps: tuple[int, int] = (0, 0)
    traces: Mapping[str, list[int]] = field(default_factory=dict)
    histories: Mapping[str, list[list[int]]] = field(default_factory=dict, repr=False)

    def is_of(self, c: Any, pre: int, post: int) -> bool:
        """Whether this synapse is the watched one."""
        return (self.connection, self.pre, self.post) == (c.draws, pre, post)

    def begin(
        self, c: Any, times: Sequence[int], variables: Mapping[str, int], inputs: Mapping[str, int],
        formats: Mapping[str, Sequence[int]], draw: int,
    ) -> list[Logged]:  # fmt: skip
        """Note what an update begins with; the list that receives its instructions."""
        self.variables, self.inputs = variables, inputs
        self.formats, self.draw = formats, draw
        self.spike_steps = (
            times[c.pre_spike_step + self.pre],
            times[c.post_spike_step + self.post],
        )
        self.traces = {
            name: self.histories[name][self.pre if trace < N_X else self.post]
            for trace, name in enumerate(TRACES)
        }
        self.log = []
        return self.log
