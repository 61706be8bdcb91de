"""A network as a user describes it: populations, inputs and connections, without machine or mode.

Example: `net = Network(); pre = net.add(LIF(3)); net.add(Dense(pre, pre, weights))`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from loihi_emu.description import no_effect
from loihi_emu.description.connections import Connection
from loihi_emu.description.html import network_html
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.description.sources import CurrentInput
from loihi_emu.errors import ParameterError, UnknownNameError

Item = TypeVar("Item", bound=Population | Connection | CurrentInput)


class Network:
    """Populations, connections and input currents, in the order in which they were added.

    Parameters
    ----------
    warn : bool
        Warn, with a `NoEffectWarning`, of what cannot act: a trace that a rule reads and nothing
        raises, a reward or third factor that no product reads. A connection's own faults are told
        when it is added, those of the whole network when a simulator is made.

    Attributes
    ----------
    populations : list of Population
    connections : list of Connection
    inputs : list of CurrentInput

    Examples
    --------
    >>> from loihi_emu import Dense, LIF, SpikeSource
    >>> net = Network()
    >>> source, cells = net.add(SpikeSource([[1, 0]])), net.add(LIF(3, vth=5))
    >>> net.add(Dense(source, cells, 6)).shape
    (3, 2)
    """

    def __init__(self, *, warn: bool = True) -> None:
        self.warn = warn
        self.populations: list[Population] = []
        self.connections: list[Connection] = []
        self.inputs: list[CurrentInput] = []

    def __repr__(self) -> str:
        neurons = sum(one.n for one in self.populations)
        synapses = sum(one.n_synapses for one in self.connections)
        learning = sum(one.rule is not None for one in self.connections)
        return (
            f"<Network: {neurons} neurons in {len(self.populations)} populations, {synapses} "
            f"synapses in {len(self.connections)} connections, {learning} of them learning>"
        )

    def _repr_html_(self) -> str:
        return network_html(self)

    def add(self, item: Item) -> Item:
        """Add a population, a connection or an input.

        Add populations before the connections and inputs that refer to them.

        Returns
        -------
        item

        Raises
        ------
        ParameterError
            The item is of another kind, is in the network already, or refers to a population that
            is not in the network.
        """
        if isinstance(item, Population):
            self._add_once(self.populations, item)
        elif isinstance(item, Connection):
            self._check_known(item)
            self._add_once(self.connections, item)
            if self.warn and item.rule is not None:
                no_effect.warn(no_effect.of_connection(item))
        elif isinstance(item, CurrentInput):
            self._check_population(item.population, "CurrentInput")
            self._add_once(self.inputs, item)
        else:
            raise ParameterError(
                f"a network cannot hold a {type(item).__name__}; "
                "allowed: populations, connections and CurrentInput"
            )
        return item

    def __copy__(self) -> Network:
        """A network of the same items; what is added to one is not in the other."""
        other = Network(warn=self.warn)
        other.populations += self.populations
        other.connections += self.connections
        other.inputs += self.inputs
        return other

    def find(self, name: str) -> Population | Connection:
        """Find the population or connection with this name.

        Raises
        ------
        UnknownNameError
            No item, or more than one, has this name.
        """
        items: list[Population | Connection] = [*self.populations, *self.connections]
        found = [item for item in items if item.name == name]
        if len(found) != 1:
            names = sorted({item.name for item in items} - {""})
            raise UnknownNameError(
                f"{len(found)} items are named {name!r}; named: {', '.join(names) or 'none'}"
            )
        return found[0]

    @staticmethod
    def _add_once(items: list[Any], item: Any) -> None:
        """Append `item`, unless it is there."""
        if any(item is other for other in items):
            raise ParameterError(f"this {type(item).__name__} is already in the network")
        items.append(item)

    def _check_known(self, connection: Connection) -> None:
        """Refuse a connection whose ends are not in the network."""
        post = connection.post
        if isinstance(post, ThirdFactor):
            post = post.population
        self._check_population(connection.pre, f"{connection.label} pre")
        self._check_population(post, f"{connection.label} post")
        if connection.post_spikes is not None:
            self._check_population(connection.post_spikes, f"{connection.label} post_spikes")
        if isinstance(connection.third_factor, Neurons):
            self._check_population(connection.third_factor, f"{connection.label} third_factor")

    def _check_population(self, population: Population, role: str) -> None:
        """Refuse a population that is not in the network."""
        if not any(population is other for other in self.populations):
            raise ParameterError(f"{role} is {population.label}; add it to the network first")
