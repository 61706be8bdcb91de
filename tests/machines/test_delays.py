"""What a delayed plastic synapse sees: the spike that is sent, or the one that arrives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loihi_emu import (
    BRIAN2LOIHI,
    LIF,
    LOIHI,
    Dense,
    LearningRule,
    Network,
    Probe,
    Simulator,
    SpikeSource,
    Trace,
)
from loihi_emu.chip.machines import Machine
from loihi_emu.chip.random_bits import Constant
from loihi_emu.errors import ParameterError

RULE = LearningRule(dw="x1*y0 - y1*x0", x1=Trace(16, 10), y1=Trace(16, 10))
ARRIVALS = replace(LOIHI, name="arrivals", learned_delay=False, pre_trace_sees="arrived")
SENDINGS = replace(BRIAN2LOIHI, name="sendings", pre_trace_sees="sent")


def _net(delays: Any, n: int = 1, decay: float = 4095) -> tuple[Network, Any]:
    """A spike of step 5, delayed; a post neuron that is driven by another of step 7."""
    net = Network()
    pre = net.add(SpikeSource(np.eye(20)[4].repeat(n).reshape(20, n)))
    drive = net.add(SpikeSource(np.eye(20)[6][:, None]))
    cell = net.add(LIF(1, du=decay, dv=decay, vth=100))
    net.add(Dense(drive, cell, 254, weight_exp=6, sign_mode="EXCITATORY"))
    return net, net.add(Dense(pre, cell, np.full((1, n), 50), rule=RULE, delays=delays))


def _run(machine: Machine, delays: Any, **options: Any) -> tuple[list[int], list[int]]:
    net, plastic = _net(delays)
    simulator = Simulator(net, machine=machine, random=Constant(0.5), **options)
    recording = simulator.run(20, [Probe(plastic, "weights"), Probe(plastic, "x1")])
    return recording[plastic, "weights"].ravel().tolist(), recording[plastic, "x1"].ravel().tolist()


@pytest.mark.parametrize("backend", ["kernels", "interpreter"])
@pytest.mark.parametrize("machine", [BRIAN2LOIHI, ARRIVALS], ids=lambda m: m.name)
def test_a_trace_that_sees_arrivals(machine: Machine, backend: str) -> None:
    """The post spike of step 8 leaves y1 16, 14, 13, 12 by step 11, in which the pre spike arrives.

    x1 was 0 at the post spike: nothing is added. -y1*x0 takes 12 from 50: 38, as the package does.
    """
    weights, x1 = _run(machine, 6, backend=backend)
    assert weights == [50] * 10 + [38] * 10
    assert x1[:12] == [0] * 10 + [16, 14]


@pytest.mark.parametrize("machine", [LOIHI, SENDINGS], ids=lambda m: m.name)
def test_a_trace_that_sees_what_is_sent(machine: Machine) -> None:
    """x1 is 16, 14, 13, 12 by the post spike of step 8, which adds it: 62."""
    weights, x1 = _run(machine, 6)
    assert weights == [50] * 7 + [62] * 13
    assert x1[3:6] == [0, 16, 14]


@pytest.mark.parametrize("machine", [BRIAN2LOIHI, LOIHI], ids=lambda m: m.name)
def test_real_numbers_see_what_the_machine_sees(machine: Machine) -> None:
    net, plastic = _net(6, decay=1)
    recording = Simulator(net, machine=machine, mode="floating_pt").run(20, [Probe(plastic, "x1")])
    first = int(np.flatnonzero(recording[plastic, "x1"])[0]) + 1
    assert first == (11 if machine is BRIAN2LOIHI else 5)


def test_several_delays_of_a_connection_that_learns_are_refused() -> None:
    net, _ = _net([[3, 6]], n=2)
    with pytest.raises(ParameterError) as error:
        Simulator(net, machine=BRIAN2LOIHI)
    assert str(error.value) == (
        "Dense learns and has delays from 3 to 6; allowed on machine BRIAN2LOIHI, whose pre traces "
        "see a spike when it arrives: one delay for all synapses of a connection that learns. "
        "Make a connection for each delay"
    )
    Simulator(net, machine=LOIHI)


def test_a_learned_delay_cannot_be_seen_on_arrival() -> None:
    with pytest.raises(ParameterError, match="pre_trace_sees is 'arrived' beside a learned_delay"):
        replace(LOIHI, name="mine", pre_trace_sees="arrived")


@pytest.mark.parametrize("threads", [1, 3])
def test_spikes_under_way_survive_the_end_of_a_run_and_a_revised_network(threads: int) -> None:
    net, plastic = _net(6)
    options: dict[str, Any] = {"machine": BRIAN2LOIHI, "random": Constant(0.5), "threads": threads}
    simulator = Simulator(net, **options)
    simulator.run(8)
    simulator.revise(net)
    simulator.run(1)
    assert simulator.get(plastic, "weights").item() == 50
    simulator.run(2)
    assert simulator.get(plastic, "weights").item() == 38


def test_a_sweep_of_seeds_sees_arrivals() -> None:
    net, plastic = _net(6)
    swept = Simulator(net, machine=BRIAN2LOIHI).sweep(
        20, {"seed": range(5)}, [Probe(plastic, "x1")]
    )
    first = (np.asarray(swept[plastic, "x1"]).reshape(5, 20) > 0).argmax(axis=1)
    assert first.tolist() == [10] * 5
