"""Variants side by side (kernels/batch) give what each gives alone, bit for bit.

Every sweep here is run twice, side by side and one variant after the other; test_sweep.py holds
the latter to runs of single simulators.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.chip.machines import LAVA, LOIHI, Machine
from loihi_emu.chip.random_bits import Constant, Counter, Pcg64, RandomSource
from loihi_emu.description.connections import GRADED_MODES
from loihi_emu.sweeps import batch, simd_batch
from loihi_emu.sweeps.recording import Sweep
from tests.scenes import Scene, Synapses, build
from tests.strategies import path_machines, scenes

SOURCES: list[RandomSource] = [Pcg64(), Counter(), Constant(0.3)]


def _plain_synapses(one: Synapses, *, tags: bool = False) -> Synapses:
    kept = {"sign_mode", "weight_exp", "num_weight_bits", *(["tag_1", "tag_2"] if tags else [])}
    options = {name: value for name, value in one.options.items() if name in kept}
    return dataclasses.replace(one, delays=None, options=options)


def _plain(scene: Scene, *, tags: bool) -> Scene:
    """The scene without what cannot run side by side: delays, payloads, third factors."""
    return dataclasses.replace(
        scene,
        entry=_plain_synapses(scene.entry),
        plastic=_plain_synapses(scene.plastic, tags=tags),
        back=_plain_synapses(scene.back),
        post_cell=("lif", {"du": 400, "dv": 100, "vth": 9, "bias_mant": 300}),
        third=None,
    )


@st.composite
def machines(draw: Any) -> Machine:
    """LAVA, LOIHI or another, without delays that are learned."""
    machine: Machine = draw(st.sampled_from([LAVA, LOIHI]) | path_machines())
    return dataclasses.replace(machine, learned_delay=False)


def _values(net: Any, rng: np.random.Generator, n: int) -> dict[Any, Any]:
    """Seeds, weights, state, numbers of neurons and traces of n variants."""
    plastic, hidden = net.plastic, net.hidden
    low, high = 0, 200
    if plastic.sign_mode == "INHIBITORY":
        low, high = -200, 0
    return {
        "seed": rng.integers(0, 2**63, n),
        (plastic, "weights"): rng.integers(low, high + 1, (n, *plastic.shape)),
        (plastic, "x1"): rng.integers(0, 128, (n, plastic.pre.n)),
        (plastic, "y1_tau"): rng.choice([0, 0.4, 4, 100], n),
        (plastic, "y2_impulse"): rng.choice([0, 16, 31.25], n),
        (plastic, "x1_impulse"): rng.choice([0, 0.5, 16, 127], n),
        (hidden, "v"): rng.integers(-500, 500, (n, hidden.n)),
        (hidden, "du"): rng.choice([0, 4095, 400], n),
        (hidden, "bias_mant"): rng.choice([0, 300, -200], n),
    }


def _swept(abreast: bool, simulator: le.Simulator, *given: Any, **options: Any) -> Sweep | None:
    """A sweep in one of the two ways; None if it cannot run side by side."""
    found = []

    def fits(start: Any, changes: Any) -> bool:
        found.append(abreast and simd_batch.can_run_simd(start, changes))
        return found[-1]

    with (
        mock.patch.object(simd_batch, "_FEWEST", 1),
        mock.patch("loihi_emu.sweeps.run.can_run_simd", fits),
    ):
        swept = simulator.sweep(*given, **options)
    return swept if found == [abreast] else None


def _assert_same(abreast: Sweep, reference: Sweep) -> None:
    assert abreast.keys() == reference.keys()
    for key, series in reference.items():
        name = f"{key[0].label} {key[1]}"
        if key[1] != "spikes":
            np.testing.assert_array_equal(abreast[key], series, name)
            continue
        for found, wanted in zip(abreast[key], series, strict=True):
            for part in ("steps", "neurons", "payloads"):
                np.testing.assert_array_equal(getattr(found, part), getattr(wanted, part), name)


@st.composite
def _cases(draw: Any) -> tuple[Any, le.Simulator, Scene, dict[Any, Any]]:
    machine = draw(machines())
    drawn = draw(scenes(machine=machine, entry_learns=draw(st.booleans())))
    scene = _plain(drawn, tags=draw(st.booleans()))
    net = build(scene)
    simulator = le.Simulator(net.net, machine=machine, random=draw(st.sampled_from(SOURCES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = _values(net, rng, draw(st.sampled_from([1, 3, 32, 70])))
    kept = draw(st.lists(st.sampled_from(list(values)), unique=True, min_size=1))
    return net, simulator, scene, {key: values[key] for key in kept}


@settings(max_examples=150)
@given(_cases(), st.integers(1, 3), st.sampled_from([1, 1, 3]))
def test_variants_side_by_side_are_what_each_is_alone(case: Any, threads: int, every: int) -> None:
    net, simulator, scene, values = case
    probes = [dataclasses.replace(probe, every=every) for probe in net.probes()]
    before = scene.n_steps // 3
    simulator.run(before)
    given_ = simulator, scene.n_steps - before, values, probes
    abreast = _swept(True, *given_, threads=threads)
    assume(abreast is not None)
    reference = _swept(False, *given_)
    assert abreast is not None
    assert reference is not None
    _assert_same(abreast, reference)


def _wide(n_pre: int, n_post: int, rule: le.LearningRule) -> tuple[le.Network, Any, Any]:
    """Sources that make neurons spike, and more synapses in a row than a block holds."""
    rng = np.random.default_rng(4)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((60, n_pre)) < 0.1))
    post = net.add(le.LIF(n_post, du=4095, dv=3000, vth=250))
    net.add(le.CurrentInput(post, 300 * (rng.random((60, n_post)) < 0.05)))
    plastic = net.add(le.Dense(pre, post, rng.integers(0, 90, (n_post, n_pre)), rule=rule))
    return net, post, plastic


@pytest.mark.parametrize("machine", [LAVA, LOIHI])
@pytest.mark.parametrize("t_epoch", [1, 4])
@pytest.mark.parametrize(("n_pre", "n_post"), [(3, 77), (50, 9), (33, 33)])
def test_rows_longer_than_a_block(machine: Machine, t_epoch: int, n_pre: int, n_post: int) -> None:
    rule = le.LearningRule(
        dw="2^-2*x1*y0 - 2^-2*y1*x0 + u1*2^-4*x2 - 2^-5*u1*w", x1=le.Trace(16.5, 10),
        x2=le.Trace(3, 5), y1=le.Trace(20, 7), t_epoch=t_epoch,
    )  # fmt: skip
    net, post, plastic = _wide(n_pre, n_post, rule)
    values = {"seed": np.arange(40), (plastic, "x1_tau"): np.linspace(0, 30, 40)}
    probes = [le.Probe(plastic, "weights", every=7), le.Probe(post, "spikes")]
    probes.append(le.Probe(plastic, "y1", indices=[n_post - 1, 0]))
    simulator = le.Simulator(net, machine=machine)
    with mock.patch.object(simd_batch, "_MOST_BYTES", 1 << 30):
        abreast = _swept(True, simulator, 60, values, probes)
    reference = _swept(False, simulator, 60, values, probes)
    assert abreast is not None
    assert reference is not None
    _assert_same(abreast, reference)
    assert len({weights.tobytes() for weights in abreast[plastic, "weights"]}) > 30


def test_more_spikes_than_a_buffer_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simd_batch, "_EVENTS", 1)
    monkeypatch.setattr(batch, "LONGEST_CHUNK", 700)
    net = le.Network()
    cells = net.add(le.LIF(20, du=4095, dv=4095, vth=2, bias_mant=200))
    values = {(cells, "bias_mant"): [100, 200, 300, 0, 250]}
    probes = [le.Probe(cells, "spikes"), le.Probe(cells, "v", indices=[7], every=100)]
    abreast = _swept(True, le.Simulator(net), 2000, values, probes)
    assert abreast is not None
    assert [len(one) for one in abreast[cells, "spikes"]] == [0, 40000, 40000, 0, 40000]
    np.testing.assert_array_equal(
        abreast[cells, "spikes"][4].steps, np.repeat(np.arange(1, 2001), 20)
    )
    assert abreast[cells, "v"].shape == (5, 20, 1)


@pytest.mark.parametrize("rule", ["2^-2*x1*y0 - y1*x0*2^-3", "3*2^-2*x1*y0 - 2^-2*y1*x0"])
def test_rules_of_other_numbers_run_side_by_side_where_all_have_them(rule: str) -> None:
    own = le.LearningRule(dw="2^-1*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 9), y1=le.Trace(9, 9))
    net, _, plastic = _wide(5, 6, own)
    probes = [le.Probe(plastic, "weights")]
    other = own.with_parameters(dw=rule)
    simulator = le.Simulator(net, machine="LAVA")
    alike = simulator, 50, {(plastic, "rule"): [other] * 4}, probes
    abreast, reference = _swept(True, *alike), _swept(False, *alike)
    assert abreast is not None
    assert reference is not None
    _assert_same(abreast, reference)
    mixed = simulator, 50, {(plastic, "rule"): [own, other] * 2}, probes
    assert _swept(True, *mixed) is None


@pytest.mark.parametrize("source", [Pcg64(), Counter()])
@pytest.mark.parametrize(
    "machine", [LAVA, LOIHI, dataclasses.replace(LOIHI, name="adds", second_spike="adds")]
)
def test_traces_at_every_moment_of_an_epoch(machine: Machine, source: RandomSource) -> None:
    rng = np.random.default_rng(2)
    net = le.Network()
    pre, post = (net.add(le.SpikeSource(rng.random((120, n)) < 0.4)) for n in (5, 9))
    y1, y2 = le.Trace(9.25, 6), le.Trace(20.25, 3)
    rule = le.LearningRule(
        dw="2^-2*x0*x1 - 2^-3*x0*x2 + 2^-2*x1*y0 - 2^-2*y2*x0 + 2^-4*y0*y1 - 2^-3*y0*y3",
        x1=le.Trace(16.25, 10), x2=le.Trace(3.25, 5), y1=y1, y2=y2, y3=y1, t_epoch=3,
    )  # fmt: skip
    plastic = net.add(le.Dense(pre, post, rng.integers(-20, 20, (9, 5)), rule=rule))
    taus = [0, *rng.uniform(0.3, 40, 32)]  # the table of the first alone is a line on LAVA
    values = {
        "seed": rng.integers(0, 2**63, 33), (plastic, "x1_tau"): taus, (plastic, "y2_tau"): taus,
        (plastic, "y1_impulse"): rng.choice([9, 9.25, 0.25], 33),
    }  # fmt: skip
    probes = [le.Probe(plastic, name) for name in ("weights", "x1", "x2", "y1", "y2", "y3")]
    simulator = le.Simulator(net, machine=machine, random=source)
    abreast = _swept(True, simulator, 120, values, probes)
    reference = _swept(False, simulator, 120, values, probes)
    assert abreast is not None
    assert reference is not None
    _assert_same(abreast, reference)


def _own(**fields: Any) -> Machine:
    """LOIHI but for some fields."""
    return dataclasses.replace(LOIHI, name="own", **fields)


OTHERS: dict[str, tuple[Machine, dict[str, Any]]] = {
    "sparse": (LAVA, {"sparse": True}),
    "delays": (LAVA, {"delays": 3}),
    "payloads": (LAVA, {"num_message_bits": 8, "graded": GRADED_MODES[2]}),
    "payloads beside": (LAVA, {"beside": True}),
    "learned delays": (LOIHI, {"tag_2": 4}),
    "a tag that moves by itself": (LAVA, {"tag_1": -257}),
    "bits that are lost": (_own(rounds_at="stored", weight_ends="range"), {"num_weight_bits": 4}),
    "scaled synapses": (_own(exponent_scales="synapse"), {"weight_exp": -1}),
    "counted spikes": (_own(spike_factor="count"), {}),
    "decays in one step": (_own(decay_staging="epoch"), {}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_cannot_run_side_by_side_runs_one_by_one(name: str) -> None:
    machine, options = OTHERS[name]
    rng = np.random.default_rng(3)
    net = le.Network()
    pre = net.add(le.SpikeSource((rng.random((60, 4)) < 0.4) * 9))
    post = net.add(le.LIF(5, du=4095, dv=3000, vth=60))
    weights = rng.integers(0, 99, (5, 4))
    texts = {"dw": "2^-2*x1*y0 - 2^-2*y1*x0"}
    texts |= {"dt": "2^-3*x0"} if "tag_1" in options else {}
    trace = le.Trace(16, 10)
    rule = le.LearningRule(**texts, x1=trace, y1=trace, t_epoch=2)  # type: ignore[arg-type]
    options = {"rule": rule, **options}
    if options.pop("beside", False):
        net.add(le.Dense(pre, post, 3, num_message_bits=8))
    if options.pop("sparse", False):
        posts, pres = np.indices((5, 4)).reshape(2, -1)
        plastic: Any = le.Sparse(pre, post, (posts, pres, weights.ravel()), **options)
    else:
        plastic = le.Dense(pre, post, weights, **options)
    net.add(plastic)
    probes = [le.Probe(plastic, "weights"), le.Probe(plastic, "x1"), le.Probe(post, "v")]
    seeds = [3, 1, 4, 1, 5]
    assert _swept(True, le.Simulator(net, machine=machine), 60, {"seed": seeds}, probes) is None
    swept = le.Simulator(net, machine=machine).sweep(60, {"seed": seeds}, probes)
    for k, seed in enumerate(seeds):
        alone = le.Simulator(net, machine=machine, seed=seed).run(60, probes)
        for key, series in alone.items():
            np.testing.assert_array_equal(swept[key][k], series, key[1])
