"""Recordings of runs with the same probes: each its own, whole after an interrupt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu import (
    LIF,
    Dense,
    LearningRule,
    Network,
    Probe,
    Recording,
    Simulator,
    SpikeSource,
    Trace,
    simulator,
)


class Scene:
    """A plastic connection onto neurons that fire, and probes of all that a run records."""

    def __init__(self) -> None:
        rng, net = np.random.default_rng(5), Network()
        source = net.add(SpikeSource(rng.random((60, 6)) < 0.3))
        self.cells = net.add(LIF(4, du=4095, dv=4095, vth=60))
        rule = LearningRule(dw="x1*y0 - y1*x0 + 1*u0", x1=Trace(16, 10), y1=Trace(16, 10))
        weights = rng.integers(20, 60, (4, 6))
        self.plastic = net.add(Dense(source, self.cells, weights, rule=rule))
        self.simulator = Simulator(net, machine="LAVA", seed=3)
        self.probes = [
            Probe(self.plastic, "weights", every=7),
            Probe(self.plastic, "x1"),
            Probe(self.plastic, "effective_weights", every=20),
            Probe(self.cells, "spikes"),
        ]


def _values(recording: Recording) -> dict[Any, Any]:
    found = {key: one for key, one in recording.items() if key[1] != "spikes"}
    for key in recording.keys() - found.keys():
        found[key] = recording[key].raster()
    return {key: (one.tolist(), recording.steps.get(key, np.array([])).tolist())
            for key, one in found.items()}  # fmt: skip


def test_a_later_run_leaves_an_earlier_recording_alone() -> None:
    scene = Scene()
    first = scene.simulator.run(30, record=scene.probes)
    before = _values(first)
    assert before[scene.cells, "spikes"] != ([[0] * 4] * 30, [])
    second = scene.simulator.run(30, record=scene.probes)
    assert _values(first) == before
    whole = Scene()
    expected = _values(whole.simulator.run(60, record=whole.probes))
    assert list(_values(first.joined(second)).values()) == list(expected.values())


def test_an_interrupted_run_keeps_what_was_done_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulator, "_LONGEST_CHUNK", 25)
    scene = Scene()

    def stop(done: int, _: int) -> None:
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scene.simulator.run(60, record=scene.probes, progress=stop)
    kept = scene.simulator.recorded
    assert kept is not None
    assert scene.simulator.step == 50
    rest = scene.simulator.run(10, record=scene.probes)
    whole = Scene()
    expected = _values(whole.simulator.run(60, record=whole.probes))
    assert list(_values(kept.joined(rest)).values()) == list(expected.values())


def test_indices_that_changed_are_read_anew() -> None:
    scene, chosen = Scene(), np.array([0, 1])
    probes = [Probe(scene.cells, "v", indices=chosen)]
    scene.simulator.run(20, record=probes)
    chosen[:] = [3, 2]
    part = scene.simulator.run(20, record=probes)[scene.cells, "v"]
    other = Scene()
    other.simulator.run(20)
    whole = other.simulator.run(20, record=[Probe(other.cells, "v")])[other.cells, "v"]
    np.testing.assert_array_equal(part, whole[:, [3, 2]])


def test_other_probes_get_their_own_samples() -> None:
    scene = Scene()
    for probes in (scene.probes, scene.probes[:1], scene.probes[1:], []):
        found = scene.simulator.run(14, record=probes)
        assert list(found) == [(probe.item, probe.variable) for probe in probes]
