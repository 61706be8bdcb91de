"""What of a network cannot act: traces that nothing raises, rewards that no product reads.

A connection's own faults are found when it joins its network. What arrives at a `ThirdFactor` is
known once the network is whole.
Example: `of_connection(Dense(a, b, 0, rule=LearningRule(dw="x1*y0")))` says that x1 is 0.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from loihi_emu.compiler import LearningRule
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons, ThirdFactor
from loihi_emu.description.sources import SpikeEvents, TraceSource
from loihi_emu.description.third_factor_steps import INSTEAD, arrivals, lost, repeated
from loihi_emu.errors import NoEffectWarning

_Y: Final = ("y1", "y2", "y3")
_REWARDS: Final = ("r0", "r1")
_RECEIVED: Final = "third_factor"


def warn(texts: Iterable[str]) -> None:
    """Warn of what cannot act, at the line of the user's program that is running."""
    found = list(texts)
    level = 2
    if found:
        while sys._getframe(level - 1).f_globals.get("__name__", "").startswith("loihi_emu."):
            level += 1
    for text in found:
        warnings.warn(text, NoEffectWarning, stacklevel=level)


def of_connection(connection: Connection) -> Iterator[str]:
    """What a learning connection reads that nothing feeds, or is given that nothing reads."""
    rule = connection.rule
    if rule is None:
        return
    yield from _of_traces(connection, rule)
    yield from _of_rewards(connection, rule)
    if connection.third_factor is not None:
        yield from _of_third_factor(connection, rule)


def of_network(connections: Sequence[Connection]) -> Iterator[str]:
    """Third factors that never arrive at a learning LIF, or never when they are read."""
    for connection in connections:
        rule, source = connection.rule, connection.third_factor
        if rule is None or not isinstance(source, Neurons):
            continue
        for name, given in zip(_Y, source.y, strict=False):
            if given == _RECEIVED and name in rule.variables:
                yield from _of_arrivals(connection, rule, name, connections, source)


def _of_traces(connection: Connection, rule: LearningRule) -> Iterator[str]:
    """Traces of spikes that no spike raises."""
    for name, trace in rule.traces.items():
        fed = (
            name == "r1"
            or (name == "x1" and connection.graded_mode)
            or (name in _Y and connection.third_factor is not None)
        )
        if name in rule.variables and not trace.impulse and not fed:
            yield (
                f"{connection.label}: the rule reads {name}, whose impulse is 0, so that no spike "
                f"raises it; give the rule {name}=Trace(impulse=16, tau=10), or set {name}"
            )


def _of_rewards(connection: Connection, rule: LearningRule) -> Iterator[str]:
    """r0 and r1 without rewards, and rewards without r0 and r1."""
    read = [name for name in _REWARDS if name in rule.variables]
    if connection.reward is None:
        if read:
            yield (
                f"{connection.label}: the rule reads {' and '.join(read)}, and the connection has "
                "no reward; give it reward=RewardSource([...])"
            )
    elif not read:
        yield f"{connection.label}: no product reads r0 or r1, so that its reward does nothing"
    elif read == ["r1"] and not rule.r1.impulse:
        yield (
            f"{connection.label}: the impulse of r1 is 0, so that no reward raises it; give the "
            "rule r1=Trace(impulse=1, tau=10)"
        )


def _of_third_factor(connection: Connection, rule: LearningRule) -> Iterator[str]:
    """Y traces that the third factor empties, fills twice, or fills for nobody."""
    source = connection.third_factor
    given = _given(source)
    if not given:
        return
    read = [name for name in _Y if name in rule.variables]
    if not set(read) & set(given):
        yield (
            f"{connection.label}: its third factor gives {' and '.join(given)}, which no product "
            "reads"
        )
    for name in read:
        impulse = getattr(rule, name).impulse
        if name not in given:
            yield (
                f"{connection.label}: the third factor sets {name} to 0 in every step, and the "
                f"rule reads {name}; {_remedy(source, name)}"
            )
        elif impulse:
            yield (
                f"{connection.label}: each post spike adds the rule's {name} impulse, {impulse:g}, "
                f"to the third factor {name}; give the rule no {name} to read the third factor "
                "alone"
            )
    if isinstance(source, TraceSource):
        for name in set(read) & set(given):
            values = np.asarray(getattr(source, name))
            steps = np.flatnonzero(values.any(axis=1)) + 1
            length = len(values) if source.repeat else 0
            yield from lost(connection, rule, name, repeated(steps, length, rule))


def _given(source: TraceSource | Neurons | None) -> list[str]:
    """Traces that a third factor can make other than 0."""
    if isinstance(source, TraceSource):
        return [name for name in _Y if np.any(getattr(source, name))]
    y = source.y if source is not None else ()
    return [name for name, one in zip(_Y, y, strict=False) if one is not None]


def _remedy(source: TraceSource | Neurons | None, name: str) -> str:
    """How a trace gets what a third factor takes from it."""
    if isinstance(source, TraceSource):
        return f"give {name} to the TraceSource as well"
    return f"give the LearningLIF {name}=Trace(...), which keeps it from the neuron's own spikes"


def _of_arrivals(
    connection: Connection,
    rule: LearningRule,
    name: str,
    connections: Sequence[Connection],
    source: Neurons,
) -> Iterator[str]:
    """What arrives at the third-factor input of a learning LIF, and when."""
    ends = [
        c for c in connections if isinstance(c.post, ThirdFactor) and c.post.population is source
    ]
    if not ends:
        yield (
            f"{connection.label}: the rule reads {name}, and no connection ends on "
            f"ThirdFactor({source.label}), so that it stays 0"
        )
    elif all(isinstance(one.pre, SpikeEvents) for one in ends):
        found = [arrivals(one, one.pre, rule) for one in ends if isinstance(one.pre, SpikeEvents)]
        known = [steps for steps in found if steps is not None]
        if len(known) == len(found):
            yield from lost(connection, rule, name, np.unique(np.concatenate(known)))
    elif rule.t_epoch > 1:
        yield (
            f"{connection.label}: the third factor {name} lasts for the step in which it arrives, "
            f"and products read it in steps {rule.t_epoch}, {2 * rule.t_epoch}, ... alone; what "
            f"arrives between them is lost. {INSTEAD}"
        )
