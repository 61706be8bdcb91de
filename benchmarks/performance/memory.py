"""Bytes a neuron and a synapse cost, from the arrays of real simulators.

Two networks that differ in one amount alone give what one of it needs.
Example: `costs()[0].bytes` is what a LIF neuron takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import loihi_emu as le

RULE = le.LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 10), y1=le.Trace(16, 10))
EPOCHS = le.LearningRule(
    dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 10), y1=le.Trace(16, 10), t_epoch=4
)
TAGS = le.LearningRule(
    dw="2^-3*t*y0", dt="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 10), y1=le.Trace(16, 10)
)


@dataclass(frozen=True)
class Cost:
    """What one neuron or synapse takes in fixed_pt.

    Parameters
    ----------
    what : str
    bytes : float
        Of the simulator and of the description that it keeps.
    """

    what: str
    bytes: float


def costs() -> list[Cost]:
    """The page's table."""
    return [
        Cost("LIF neuron", _slope(_neurons, 4096, 8192)),
        Cost("synapse, static, dense", _slope(_dense(None), 512**2, 1024**2)),
        Cost("synapse, static, sparse", _slope(_sparse(None), 1 << 17, 1 << 18)),
        Cost("synapse, pair STDP, dense", _slope(_dense(RULE), 512**2, 1024**2)),
        Cost("synapse, pair STDP, sparse", _slope(_sparse(RULE), 1 << 17, 1 << 18)),
        Cost("synapse, pair STDP, t_epoch 4, sparse", _slope(_sparse(EPOCHS), 1 << 17, 1 << 18)),
        Cost("synapse, with a tag, sparse", _slope(_sparse(TAGS), 1 << 17, 1 << 18)),
        Cost(
            "pre neuron of a sparse plastic connection, with one synapse", _slope(_rows, 4096, 8192)
        ),
    ]


def _slope(network: Callable[[int], le.Network], few: int, many: int) -> float:
    """Bytes that one more costs."""
    return (_bytes(network(many)) - _bytes(network(few))) / (many - few)


def _bytes(network: le.Network) -> int:
    """Of a simulator's arrays, and of its network's weights and indices."""
    held = sum(le.Simulator(network, threads=1).memory.values())
    return held + sum(connection.weights.nbytes for connection in network.connections)


def _neurons(n: int) -> le.Network:
    network = le.Network()
    network.add(le.LIF(n))
    return network


def _rows(n: int) -> le.Network:
    net = le.Network()
    pre, post = net.add(le.SpikeSource(np.zeros((1, n), bool))), net.add(le.LIF(1))
    zeros, ones = np.zeros(n, np.int32), np.ones(n, np.int16)
    net.add(le.Sparse(pre, post, (zeros, np.arange(n, dtype=np.int32), ones), rule=EPOCHS))
    return net


def _dense(rule: le.LearningRule | None) -> Callable[[int], le.Network]:
    def network(n_synapses: int) -> le.Network:
        net, n = le.Network(), round(n_synapses**0.5)
        pre, post = (net.add(le.LIF(n)) for _ in range(2))
        net.add(le.Dense(pre, post, np.ones((n, n), np.int16), rule=rule))
        return net

    return network


def _sparse(rule: le.LearningRule | None) -> Callable[[int], le.Network]:
    def network(n_synapses: int) -> le.Network:
        net = le.Network()
        pre, post = (net.add(le.LIF(1024)) for _ in range(2))
        fan_out = n_synapses // 1024
        targets = np.tile(np.arange(fan_out, dtype=np.int32), 1024)
        sources = np.repeat(np.arange(1024, dtype=np.int32), fan_out)
        weights = np.ones(n_synapses, np.int16)
        net.add(le.Sparse(pre, post, (targets, sources, weights), rule=rule))
        return net

    return network
