"""How synapses and neurons lie in memory does not show: sparse is dense, labels are only labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loihi_emu.chip.machines import MACHINES
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from tests.scenes import SYNAPTIC, Scene, build, simulate
from tests.strategies import scenes

SOURCES = st.sampled_from([Pcg64(), Counter()])
ANY_MACHINE = st.sampled_from(list(MACHINES.values()))
MODES = ("fixed_pt", "floating_pt")


@settings(max_examples=100)
@given(st.sampled_from(MODES), SOURCES, st.data())
def test_a_sparse_connection_is_the_dense_one_through_its_mask(
    mode: str, source: RandomSource, data: st.DataObject
) -> None:
    """Absent synapses of the dense network learn too, but post neurons are given their spikes."""
    machine = data.draw(ANY_MACHINE)
    scene = data.draw(scenes(given_post=True, modes=(mode,), machine=machine))
    dense, sparse = build(scene), build(scene, sparse=True)
    expected, found = (
        built.run(scene.n_steps, simulate(built, mode=mode, random=source, machine=machine))
        for built in (dense, sparse)
    )
    present = scene.plastic.mask.T.ravel()
    for name, series in expected.items():
        if name == "plastic a_out":
            continue  # the dense one also sends what absent synapses have learned
        if name.removeprefix("plastic ") in SYNAPTIC:
            series = series[:, present]
        np.testing.assert_array_equal(found[name], series, name)


@settings(max_examples=60)
@given(st.sampled_from(MODES), SOURCES, st.data())
def test_a_full_sparse_connection_is_the_dense_one(
    mode: str, source: RandomSource, data: st.DataObject
) -> None:
    """With a recurrent loop: what learned weights deliver comes back."""
    machine = data.draw(ANY_MACHINE)
    scene = data.draw(scenes(given_post=False, modes=(mode,), machine=machine))
    full = replace(scene.plastic, mask=np.ones_like(scene.plastic.mask))
    scene = replace(scene, plastic=full)
    dense, sparse = build(scene), build(scene, sparse=True)
    expected, found = (
        built.run(scene.n_steps, simulate(built, mode=mode, random=source, machine=machine))
        for built in (dense, sparse)
    )
    for name, series in expected.items():
        np.testing.assert_array_equal(found[name], series, name)


@settings(max_examples=80)
@given(scenes(), st.data())
def test_a_relabelling_of_neurons_relabels_the_result(scene: Scene, data: st.DataObject) -> None:
    """With draws that all share, so without a learning LIF, whose traces draw by neuron.

    Integers, since sums of reals depend on their order.
    """
    assume(scene.third != "population")
    n_hidden, n_source = scene.entry.weights.shape
    n_post = len(scene.plastic.weights)
    orders = [np.array(data.draw(st.permutations(range(n)))) for n in (n_source, n_hidden, n_post)]
    _, hidden, post = orders
    first, second = build(scene), build(scene.relabelled(*orders))
    expected = first.run(scene.n_steps, simulate(first))
    found = second.run(scene.n_steps, simulate(second))
    synapse = (hidden[:, None] * n_post + post).ravel()
    for name, series in expected.items():
        item, variable = name.split()
        order = post
        if variable in SYNAPTIC:
            order = synapse
        elif item in ("hidden", "entry") or variable in ("x1", "x2"):
            order = hidden
        np.testing.assert_array_equal(found[name], series[:, order], name)
