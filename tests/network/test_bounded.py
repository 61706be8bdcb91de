"""Float in the ranges of fixed point: what is held, what is refused, what stays as it was."""

import pytest

from loihi_emu import LAVA, Dense, LearningRule, Network, Simulator, SpikeSource, Trace
from loihi_emu.description.connections import Connection
from loihi_emu.errors import ParameterError


def _network(weight: float, rule: LearningRule) -> tuple[Network, Connection]:
    net = Network(warn=False)
    pre, post = (net.add(SpikeSource([[1]] * 40)) for _ in range(2))
    return net, net.add(Dense(pre, post, [[weight]], rule=rule, name="plastic"))


RULE = LearningRule(dw="2^-1*x1*y0", x1=Trace(100, 50), y1=Trace(0, 0))


@pytest.mark.parametrize("backend", ["kernels", "interpreter"])
def test_traces_and_weights_stop_at_the_ends_of_their_formats(backend: str) -> None:
    net, plastic = _network(10, RULE)
    sim = Simulator(net, machine=LAVA, mode="floating_pt", bounded=True, backend=backend)
    sim.run(40)
    assert (sim.get(plastic, "x1")[0], sim.get(plastic, "weights")[0, 0]) == (127, 255)


def test_without_bounds_they_do_not() -> None:
    net, plastic = _network(10, RULE)
    sim = Simulator(net, machine=LAVA, mode="floating_pt")
    sim.run(40)
    assert sim.get(plastic, "x1")[0] > 1000
    assert sim.get(plastic, "weights")[0, 0] > 10000


def test_first_values_and_set_values_keep_to_them_too() -> None:
    net, _ = _network(300, RULE)
    with pytest.raises(ParameterError, match=r"plastic weights holds 300.0; .* -256..255"):
        Simulator(net, machine=LAVA, mode="floating_pt", bounded=True)
    net, plastic = _network(10, RULE)
    sim = Simulator(net, machine=LAVA, mode="floating_pt", bounded=True)
    with pytest.raises(ParameterError, match="allowed in a bounded run"):
        sim.set(plastic, "weights", -300)


def test_copies_and_checkpoints_are_bounded_too(tmp_path: object) -> None:
    net, plastic = _network(10, RULE)
    sim = Simulator(net, machine=LAVA, mode="floating_pt", bounded=True)
    sim.save(f"{tmp_path}/run.ckpt")
    for one in (sim.copy(), Simulator.resume(f"{tmp_path}/run.ckpt")):
        one.run(40)
        name = one.network.find("plastic")
        assert one.get(name, "weights")[0, 0] == 255
    assert sim.get(plastic, "weights")[0, 0] == 10
