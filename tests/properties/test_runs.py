"""A run is its steps: however it is cut, watched or repeated, the bits are the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu import Probe, Recording, Simulator
from loihi_emu.chip.machines import MACHINES
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from tests.scenes import Array, Built, Scene, build, simulate
from tests.strategies import scenes

SOURCES = st.sampled_from([Pcg64(), Counter()])
ANY_MACHINE = st.sampled_from(list(MACHINES.values()))
MODES = ("fixed_pt", "floating_pt")


def _assert_same(found: dict[str, Array], expected: dict[str, Array]) -> None:
    assert found.keys() == expected.keys()
    for name, series in expected.items():
        np.testing.assert_array_equal(found[name], series, name)


def _in_pieces(built: Built, scene: Scene, cuts: list[int], simulator: Simulator) -> Recording:
    edges = [0, *sorted(cuts), scene.n_steps]
    recording = None
    for start, stop in pairwise(edges):
        piece = simulator.run(stop - start, built.probes())
        recording = piece if recording is None else recording.joined(piece)
    assert recording is not None
    return recording


@settings(max_examples=60)
@given(st.sampled_from(MODES), SOURCES, st.data())
def test_runs_join(mode: str, source: RandomSource, data: st.DataObject) -> None:
    machine = data.draw(ANY_MACHINE)
    scene = data.draw(scenes(modes=(mode,), machine=machine, entry_learns=True))
    cuts = data.draw(st.lists(st.integers(0, scene.n_steps), max_size=4))
    built = build(scene)
    whole, cut = (simulate(built, mode=mode, random=source, machine=machine) for _ in range(2))
    expected = built.run(scene.n_steps, whole)
    pieces = _in_pieces(built, scene, cuts, cut)
    _assert_same(built.series(pieces), expected)
    assert pieces.metadata["start"] == 1
    assert pieces.metadata["stop"] == scene.n_steps + 1


@settings(max_examples=60)
@given(st.sampled_from(MODES), SOURCES, st.data())
def test_a_probe_changes_nothing_and_sees_what_all_see(
    mode: str, source: RandomSource, data: st.DataObject
) -> None:
    """Any subset of probes, each of every k-th step and of some indices."""
    scene = data.draw(scenes(modes=(mode,)))
    built = build(scene)
    simulator = simulate(built, mode=mode, random=source)
    everything = simulator.run(scene.n_steps, built.probes())
    simulator.reset()
    chosen = data.draw(st.lists(st.sampled_from(built.probes()), unique_by=id))
    every = data.draw(st.integers(1, 5))
    some = simulator.run(scene.n_steps, [_thinned(probe, every) for probe in chosen])
    for probe in chosen:
        key = (probe.item, probe.variable)
        if probe.variable == "spikes":
            steps = everything[key].steps % every == 0
            np.testing.assert_array_equal(some[key].neurons, everything[key].neurons[steps])
            continue
        assert some.steps[key].tolist() == list(range(every, scene.n_steps + 1, every))
        np.testing.assert_array_equal(some[key], everything[key][every - 1 :: every])


def _thinned(probe: Probe, every: int) -> Probe:
    return Probe(probe.item, probe.variable, every=every)


@settings(max_examples=30)
@given(st.data())
def test_indices_choose_elements(data: st.DataObject) -> None:
    scene = data.draw(scenes())
    built = build(scene)
    simulator = simulate(built)
    whole = simulator.run(scene.n_steps, [Probe(built.plastic, "weights")])
    simulator.reset()
    post = data.draw(st.lists(st.integers(0, built.post.n - 1), min_size=1, max_size=4))
    pre = data.draw(
        st.lists(st.integers(0, built.hidden.n - 1), min_size=len(post), max_size=len(post))
    )
    some = simulator.run(scene.n_steps, [Probe(built.plastic, "weights", indices=(post, pre))])
    np.testing.assert_array_equal(
        some[built.plastic, "weights"], whole[built.plastic, "weights"][:, post, pre]
    )


@settings(max_examples=60)
@given(st.sampled_from(MODES), SOURCES, st.data())
def test_reset_replays(mode: str, source: RandomSource, data: st.DataObject) -> None:
    machine = data.draw(ANY_MACHINE)
    scene = data.draw(scenes(modes=(mode,), machine=machine, entry_learns=True))
    built = build(scene)
    simulator = simulate(built, mode=mode, random=source, machine=machine)
    first = built.run(scene.n_steps, simulator)
    simulator.reset()
    assert simulator.step == 0
    _assert_same(built.run(scene.n_steps, simulator), first)
