"""What a chip can hold: numbers worked out by hand from the limits."""

from __future__ import annotations

import numpy as np
import pytest

from loihi_emu import LIF, Dense, LearningRule, LIFRefractory, Network, Sparse, SpikeSource, Trace
from loihi_emu.description.capacity import Capacity, Use, capacity, synapse_bits
from loihi_emu.errors import UnknownNameError


def _use(found: Capacity, resource: str, where: str) -> Use:
    return next(u for u in found.uses if u.resource == resource and u.where.startswith(where))


def test_a_small_plastic_network_fits() -> None:
    net = Network()
    pre, post = net.add(LIF(100, name="pre")), net.add(LIF(50, name="post"))
    rule = LearningRule(dw="x1*y0", dt="x0*y1", x1=Trace(16, 10), t_epoch=4)
    net.add(Dense(pre, post, np.zeros((50, 100)), rule=rule, name="plastic"))
    found = capacity(net)
    assert found.fits
    # 8 bits of weight and 8 of tag; 50 * 16 bits are 12.5 words of 64, so 13 words of 8 bytes
    assert _use(found, "synapse bytes", "post").used == 100 * 13 * 8
    assert _use(found, "input axons", "post").used == 100
    assert _use(found, "output axons", "pre").used == 100
    assert _use(found, "epoch steps", "plastic").used == 4
    assert _use(found, "cores", "chip").used == 2
    assert str(found).endswith("The network fits on Loihi 1.")


def test_what_is_over_is_named_with_the_number_missing() -> None:
    net = Network()
    source = net.add(SpikeSource(np.ones((1, 5000))))
    cells = net.add(LIFRefractory(10, refractory_period=70, name="cells"))
    rules = [LearningRule(dw=f"2^-{k}*x1*y0", x1=Trace(16, 10), t_epoch=k) for k in range(1, 5)]
    for rule in rules:
        net.add(Sparse(source, cells, ([0], [0], [1]), rule=rule, num_weight_bits=7))
    found = capacity(net)
    assert not found.fits
    assert _use(found, "input axons", "cells").over == 4 * 5000 - 4096
    assert _use(found, "learning rules", "cells").over == 1
    assert _use(found, "epoch lengths", "cells").over == 3
    assert _use(found, "refractory steps", "cells").over == 7
    assert _use(found, "weight bits", "Sparse").over == 1
    row = next(line for line in str(found).splitlines() if line.startswith("learning rules"))
    where = "cells, a core of 1"
    assert row.split(where)[1].split()[:3] == ["4", "3", "1"]


def test_a_population_larger_than_a_core_takes_several() -> None:
    net = Network()
    source, cells = net.add(LIF(3000, name="source")), net.add(LIF(2049, name="cells"))
    net.add(Dense(source, cells, 1))
    found = capacity(net)
    # 2049 * 8 bits are 257 words; 3000 * 257 * 8 bytes need 48 cores of 131072 bytes
    assert _use(found, "neurons", "cells, a core of 48").used == 43
    assert _use(found, "output axons", "source, a core of 3").used == 1000 * 48
    assert _use(found, "output axons", "source").over == 48000 - 4096
    assert _use(capacity(net, "loihi2"), "neurons", "cells, a core of 32").available == 8192


def test_bits_of_a_synapse() -> None:
    net = Network()
    cells = net.add(LIF(100))
    dense = net.add(Dense(cells, cells, 1, num_weight_bits=5, delays=3))
    assert synapse_bits(dense) == 5 + 6
    sparse = net.add(Sparse(cells, cells, ([1], [2], [3]), tag_1=4))
    assert synapse_bits(sparse) == 8 + 8 + 7


def test_an_unknown_chip_is_named() -> None:
    with pytest.raises(UnknownNameError, match="chip 'Loihi 9' does not exist"):
        capacity(Network(), "Loihi 9")
