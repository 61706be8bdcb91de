"""A small network that meets every field of a machine: noise, rests, payloads, rewards, delays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.description.connections import Connection, Dense, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIF, LIFRefractory, Neurons, Noise
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.simulator import Simulator

STEPS = 40
_TRACES: dict[str, Any] = {
    "x1": Trace(20.25, 10), "x2": Trace(12.5, 4), "y1": Trace(30.75, 7), "y2": Trace(9, 3),
    "r1": Trace(15.5, 5),
}  # fmt: skip


def rule(machine: Machine, t_epoch: int = 3) -> LearningRule:
    """As much of a rule as the machine's vocabulary allows."""
    texts = {
        "dw": "2^-2*x1*y0 - 3*2^-4*y1*x0 + 2^-5*x2*y1*y0 - 2^-4*u1*w + x0*y0 - u1*(y2-3)",
        "dd": "2^-2*y0*x1 - 2^-3*x0*y2 + 2^-6*u1*(d-9)*x1",
        "dt": "2^-1*x1*y0 - x0*y1*sgn(t+2) - 2^-2*u1*(t-4)",
    }
    if machine.rewards:
        texts["dw"] += " + 2^-3*u1*r1*t - 2*u1*r0"
    kept: dict[str, Any] = {name: texts[name] for name in machine.variables}
    return LearningRule(**kept, **_TRACES, t_epoch=t_epoch)


def build(machine: Machine, seed: int = 0) -> tuple[Network, list[Neurons], list[Connection]]:
    """Two plastic connections from one source of payloads, cells of two kinds, a strong input."""
    rng = np.random.default_rng(seed)
    net = Network()
    payloads = np.where(rng.random((STEPS, 4)) < 0.4, rng.integers(1, 255, (STEPS, 4)), 0)
    source = net.add(SpikeSource(payloads))
    cells = net.add(LIF(3, du=900, dv=300, vth=60, noise=Noise(9), bias_mant=[10, 0, -10]))
    resting = net.add(
        LIFRefractory(
            3, refractory_period=3, du=100, dv=40, vth=300, u=8_380_000, bias_mant=4000, bias_exp=7,
            noise=Noise(12, offset=3, target="v"),
        )
    )  # fmt: skip
    signs = {"MIXED": (-200, 200), "INHIBITORY": (-255, 0), "EXCITATORY": (0, 255)}
    options: dict[str, Any] = {
        "tag_1": rng.integers(-40, 40, (3, 4)),
        "tag_2": rng.integers(0, 9, (3, 4)),
    }
    if machine.rewards:
        options["reward"] = RewardSource(rng.integers(-2, 4, STEPS))
    mixed = net.add(
        Dense(
            source, cells, rng.integers(*signs["MIXED"], (3, 4)), rule=rule(machine),
            weight_exp=-4, num_weight_bits=6, graded="ADD_WITHOUT_SATURATION", **options,
        )
    )  # fmt: skip
    chosen = rng.random((3, 4)) < 0.7
    post, pre = np.nonzero(chosen)
    inhibitory = net.add(
        Sparse(
            source, resting, (post, pre, rng.integers(*signs["INHIBITORY"], post.size)),
            rule=rule(machine, t_epoch=4), sign_mode="INHIBITORY", weight_exp=7,
            num_weight_bits=5, **options,
        )
    )  # fmt: skip
    strong = net.add(
        Dense(
            source, resting, rng.integers(*signs["EXCITATORY"], (3, 4)), sign_mode="EXCITATORY",
            weight_exp=4, num_message_bits=8, num_weight_bits=5,
        )
    )  # fmt: skip
    return net, [cells, resting], [mixed, inhibitory, strong]


def run(
    machine: Machine, *, backend: str = "kernels", random: Any = None, chunks: tuple[int, ...] = (),
    probes: tuple[str, ...] | None = None, seed: int = 5, threads: int | None = None,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Every variable of the circuit, by item and name."""
    net, populations, connections = build(machine)
    wishes = [(p, name) for p in populations for name in ("u", "v", "spikes")]
    learned = ("weights", "tag_1", "tag_2", "x1", "x2", "y1", "y2", "r0", "r1")
    for c in connections:
        names = (*learned, "effective_weights", "a_out") if c.rule else ("effective_weights",)
        wishes += [(c, name) for name in names]  # type: ignore[misc]
    if probes is not None:
        wishes = [w for w in wishes if w[1] in probes]
    simulator = Simulator(
        net, machine=machine, backend=backend, random=random, seed=seed, threads=threads
    )
    recording = None
    for steps in chunks or (STEPS,):
        part = simulator.run(steps, [Probe(item, name) for item, name in wishes])
        recording = part if recording is None else recording.joined(part)
    assert recording is not None
    found = {}
    for number, (item, name) in enumerate(wishes):
        value = recording[item, name]
        found[f"{number} {name}"] = value.raster() if name == "spikes" else value
    return found


def assert_same(found: dict[str, NDArray[Any]], expected: dict[str, NDArray[Any]]) -> None:
    """Every series equal."""
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
