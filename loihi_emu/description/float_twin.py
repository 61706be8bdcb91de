"""The float twin of a network that was written for fixed point: the same neurons in real numbers.

Registers of the chip become what they stand for. du and dv become the fraction of u and v that a
step takes away; a bias, u and v lose the 6 bits by which the chip's state is finer than a weight; a
weight takes its exponent. Spikes, currents, traces and rules stay as they are.
Source: the machine's `du_offset` and `dv_offset`, the widths of chip/formats.py.
Example: `du = 2047` becomes 0.5 on LOIHI, whose offset is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from loihi_emu.chip.formats import DECAY, STATE_SHIFT
from loihi_emu.chip.machines import Machine
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.description.sources import CurrentInput, SpikeEvents

_STATE_UNIT: Final = 2.0**STATE_SHIFT
"""Units of u and v in a unit of a weight."""

Item = Population | Connection


class FloatTwin:
    """A network in real numbers, and its items by those of the network in fixed point.

    Parameters
    ----------
    network : Network
        Its numbers are those of `fixed_pt`.
    machine : Machine
        What the registers mean.
    spikes : mapping of Population to SpikeEvents, optional
        Populations that fire as given, instead of by themselves.

    Attributes
    ----------
    network : Network
        To be run in `floating_pt`.
    notes : list of str
        What real numbers cannot say.

    Examples
    --------
    >>> from loihi_emu import LIF, LOIHI, Network
    >>> net = Network()
    >>> cells = net.add(LIF(2, du=2047, dv=4095, vth=30, bias_mant=64))
    >>> twin = FloatTwin(net, LOIHI)
    >>> twin.of(cells).du, twin.of(cells).bias_mant.tolist()
    (0.5, [1.0, 1.0])
    """

    def __init__(
        self,
        network: Network,
        machine: Machine,
        spikes: Mapping[Population, SpikeEvents] | None = None,
    ) -> None:
        self.network = Network(warn=False)
        self.notes: list[str] = []
        self._machine, self._twins = machine, dict[int, Any]()
        given = spikes or dict[Population, SpikeEvents]()
        for population in network.populations:
            twin: Population = population
            if population in given:
                twin = given[population]
            elif isinstance(population, Neurons):
                twin = self._neurons(population)
            self._twins[id(population)] = self.network.add(twin)
        for connection in network.connections:
            twin_of = self._connection(connection)
            if twin_of is not None:
                self._twins[id(connection)] = self.network.add(twin_of)
        for current in network.inputs:
            target = self.of(current.population)
            if isinstance(target, Neurons):
                self.network.add(
                    CurrentInput(target, np.asarray(current.values, float), repeat=current.repeat)
                )

    def of(self, item: Any) -> Any:
        """The twin of a population or connection."""
        return self._twins[id(item)]

    def has(self, item: Any) -> bool:
        """Whether a connection has a twin: one onto neurons that fire as given has none."""
        return id(item) in self._twins

    def _neurons(self, neurons: Neurons) -> Neurons:
        """Decays as fractions; bias and state in units of weights."""
        machine = self._machine
        du, dv = (
            min(1.0, (register + offset) / DECAY.size)
            for register, offset in (
                (neurons.du, machine.du_offset), (neurons.dv, machine.dv_offset),
            )
        )  # fmt: skip
        exponent = np.asarray(neurons.bias_exp, float)
        bias = np.asarray(neurons.bias_mant, float) * 2.0**exponent / _STATE_UNIT
        u, v = (np.asarray(one, float) / _STATE_UNIT for one in (neurons.u, neurons.v))
        return replace(neurons, du=du, dv=dv, bias_mant=bias, bias_exp=0, u=u, v=v)

    def _connection(self, connection: Connection) -> Connection | None:
        """Weights with their exponent, between twins; None onto neurons that fire as given."""
        post: Any = connection.post
        third: Any = connection.third_factor
        if isinstance(post, ThirdFactor):
            if not isinstance(self.of(post.population), Neurons):
                return None
            post = ThirdFactor(self.of(post.population))
        else:
            post = self.of(post)
            if not isinstance(post, Neurons) and connection.rule is None:
                return None
        if isinstance(third, Neurons):
            third = self.of(third)
        weights = np.asarray(connection.weights, float)
        if connection.rule is None:
            weights = weights * 2.0**connection.weight_exp
        elif connection.weight_exp:
            self.notes.append(
                f"{connection.label} learns with weight_exp {connection.weight_exp}: float has no "
                "exponent, so its weights count as they are there"
            )
        back = connection.post_spikes
        return replace(
            connection, pre=self.of(connection.pre), post=post, weights=weights, third_factor=third,
            tag_1=np.asarray(connection.tag_1, float), tag_2=np.asarray(connection.tag_2, float),
            weight_exp=0, post_spikes=None if back is None else self.of(back),
        )  # fmt: skip
