"""Third factors: y traces that a rule reads and that no spike drives.

A y trace with an impulse follows the spikes of the post neuron. One without would stay 0, so it
becomes a third factor: the post population is a learning LIF, and a source sends it `DRIVE`.
Example: `undriven(LearningRule(dw="u0*y2"))` is `("y2",)`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.compiler.rule import LearningRule
from loihi_emu.description.connections import Dense, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LearningLIF, Neurons, Population, ThirdFactor
from loihi_emu.description.sources import SpikeSource

DRIVE: Final = 16
"""What a third factor is while it is on."""

_POST_TRACES: Final = ("y1", "y2", "y3")
_STRONG: Final = 1e6


def undriven(rule: LearningRule) -> tuple[str, ...]:
    """Post traces that the rule reads and that have no impulse."""
    return tuple(
        name for name in _POST_TRACES if name in rule.variables and getattr(rule, name).impulse == 0
    )


def silent(rule: LearningRule) -> tuple[str, ...]:
    """Pre and reward traces that the rule reads and that have no impulse: they stay 0."""
    return tuple(
        name
        for name in ("x1", "x2", "r1")
        if name in rule.variables and not getattr(rule, name).impulse
    )


def is_rewarded(rule: LearningRule) -> bool:
    """Whether the rule reads a reward."""
    return bool(rule.variables & {"r0", "r1"})


def receiving_cells(n: int, rule: LearningRule, **parameters: Any) -> Neurons:
    """LIF neurons that keep the rule's driven y traces and receive the others."""
    missing = undriven(rule)
    traces: dict[str, Any] = {
        name: "third_factor" if name in missing else getattr(rule, name) for name in _POST_TRACES
    }
    return LearningLIF(n, **traces, **parameters)


def send_third_factor(net: Network, cells: Neurons, wave: ArrayLike, *, repeat: bool) -> None:
    """Send `DRIVE` to all `cells` in the step after each 1 of `wave` [step]."""
    source = net.add(SpikeSource(np.asarray(wave)[:, None], repeat=repeat, name="third factor"))
    net.add(Dense(source, ThirdFactor(cells), DRIVE))


def driven_post(
    net: Network, rule: LearningRule, times: NDArray[np.int64]
) -> tuple[Population, Neurons | None]:
    """Post side of a float network whose neuron k spikes at step times[k], 0 for never.

    Returns
    -------
    post : Population
    third_factor : Neurons or None
        The same population where the rule receives a trace, which then stays on throughout.
    """
    neurons = np.flatnonzero(times)
    if not undriven(rule):
        return net.add(SpikeSource.from_events(times[neurons], neurons, n=times.size)), None
    source = net.add(SpikeSource.from_events(times[neurons] - 1, neurons, n=times.size))
    cells = net.add(receiving_cells(times.size, rule, du=1, dv=1, vth=_STRONG / 2))
    places = np.arange(times.size)
    net.add(Sparse(source, cells, (places, places, np.full(times.size, _STRONG))))
    send_third_factor(net, cells, [1], repeat=True)
    return cells, cells
