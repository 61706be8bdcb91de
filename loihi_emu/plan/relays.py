"""Delayed plastic connections on a machine whose pre traces see arrivals: a relay before each.

A relay is a population that a plan adds: it emits what another did some steps ago. A connection
that reads it in place of its pre population, and delays nothing itself, sees every spike when it
arrives: its traces, its x0 and the weight that the spike delivers (`pre_trace_sees`).
Authority: recorded cases of brian2-loihi 0.5.2, which takes one delay a LoihiSynapses.
Example: a delay of 6 steps makes a relay that emits in step 11 what its source did in step 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loihi_emu.chip.machines import Machine
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population
from loihi_emu.errors import ParameterError
from loihi_emu.plan.layout import PlanContext
from loihi_emu.plan.neurons import reserve_population


@dataclass(frozen=True, eq=False, kw_only=True)
class Relay(Population):
    """Spikes of `source`, `steps` later, for the connection of number `connection`."""

    source: Population
    steps: int
    connection: int


def relays(connections: Sequence[Connection], machine: Machine) -> dict[int, Relay]:
    """The relays that a machine needs, by number of connection.

    Raises
    ------
    ParameterError
        A plastic connection with several delays: its neurons would need a trace for each.
    """
    if machine.pre_trace_sees == "sent":
        return {}
    found = {}
    for number, item in enumerate(connections):
        if item.rule is None or item.delays is None or not item.delays.any():
            continue
        shortest, longest = int(item.delays.min()), int(item.delays.max())
        if shortest != longest:
            raise ParameterError(
                f"{item.label} learns and has delays from {shortest} to {longest}; allowed on "
                f"machine {machine.name}, whose pre traces see a spike when it arrives: one delay "
                "for all synapses of a connection that learns. Make a connection for each delay"
            )
        found[number] = Relay(
            n=item.pre.n, source=item.pre, steps=longest, connection=number,
            name=f"{item.pre.label}, {longest} steps later",
        )  # fmt: skip
    return found


def reserve_relay(context: PlanContext, number: int, item: Relay, source: int) -> dict[str, int]:
    """Offsets of a relay: of what it keeps in each step of its delay, and of its spike list."""
    record = reserve_population(context, number, item)
    return record | {
        "relayed": source, "relay_steps": item.steps,
        "relay": context.state.reserve("index", 2 * item.n * item.steps, "spike lists"),
        "relay_counts": context.state.reserve("wide", item.steps, "flags"),
    }  # fmt: skip
