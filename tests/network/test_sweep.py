"""Sweeps: every variant gives what a simulator with its numbers gives alone, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.chip.machines import LAVA, LOIHI
from loihi_emu.chip.random_bits import Constant, Counter, Pcg64, RandomSource
from loihi_emu.description import free_memory
from loihi_emu.errors import ParameterError, UnknownNameError
from loihi_emu.sweeps import batch
from tests.scenes import Built, Scene, build
from tests.strategies import scenes, variant_scenes

SOURCES = st.sampled_from([Pcg64(), Counter()])
RULE = le.LearningRule(
    dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16.5, 10), y1=le.Trace(20, 7), t_epoch=2
)


def _synapses(scene: Scene, *, sparse: bool) -> Any:
    """Weights as `set` takes them."""
    if sparse:
        return scene.plastic.weights.T[scene.plastic.mask.T]
    return scene.plastic.weights * scene.plastic.mask


def _values(built: Built, variants: list[Scene], seeds: list[int], *, sparse: bool) -> Any:
    """The variants as values of a sweep."""
    kind = variants[0].cell[0]
    values: dict[Any, Any] = {"seed": seeds}
    for name in ("du", "dv", "bias_mant", "vth_hi" if kind == "ternary" else "vth"):
        values[built.hidden, name] = [float(one.cell[1][name]) for one in variants]
    values[built.plastic, "weights"] = [_synapses(one, sparse=sparse) for one in variants]
    for name in ("x1", "x2", "y1", "y3"):
        traces = [getattr(one.rule, name) for one in variants]
        values[built.plastic, f"{name}_tau"] = [trace.tau for trace in traces]
        values[built.plastic, f"{name}_impulse"] = np.array([trace.impulse for trace in traces])
    return values


def _is_of_a_trace(key: Any) -> bool:
    return key != "seed" and str(key[1]).endswith(("_tau", "_impulse"))


def _assert_same(built: Built, found: Any, reference: dict[str, Any]) -> None:
    for name, series in built.series(found).items():
        np.testing.assert_array_equal(series, reference[name], name)


@settings(max_examples=100)
@given(
    st.data(), st.sampled_from(["fixed_pt", "floating_pt"]), st.sampled_from([LAVA, LOIHI]),
    SOURCES, st.booleans(), st.integers(1, 2), st.booleans(),
)  # fmt: skip
def test_a_variant_is_a_run_with_its_numbers(
    data: Any, mode: str, machine: Any, source: RandomSource, sparse: bool, threads: int,
    whole_rules: bool,
) -> None:  # fmt: skip
    real = mode == "floating_pt"
    scene = data.draw(scenes(machine=machine, modes=(mode,)))
    variants = data.draw(variant_scenes(scene, real))
    seeds = data.draw(st.lists(st.integers(0, 3), min_size=len(variants), max_size=len(variants)))
    built = build(scene, sparse=sparse)
    values = _values(built, variants, seeds, sparse=sparse)
    if whole_rules:
        values = {key: v for key, v in values.items() if not _is_of_a_trace(key)}
        values[built.plastic, "rule"] = [one.rule for one in variants]
    options: Any = {"machine": machine, "mode": mode, "random": source}
    swept = le.Simulator(built.net, **options).sweep(
        scene.n_steps, values, built.probes(), threads=threads
    )
    assert swept.n_variants == len(variants)
    for k, (variant, seed) in enumerate(zip(variants, seeds, strict=True)):
        alone = build(variant, sparse=sparse)
        simulator = le.Simulator(alone.net, seed=seed, **options)
        _assert_same(built, swept.variant(k), alone.run(scene.n_steps, simulator))
        assert swept.variant(k).metadata == simulator.run(0).metadata | {
            "start": 1, "stop": scene.n_steps + 1,
        }  # fmt: skip


@settings(max_examples=30)
@given(st.data(), st.sampled_from([LAVA, LOIHI]), SOURCES, st.booleans())
def test_a_sweep_goes_on_from_where_its_simulator_is(
    data: Any, machine: Any, source: RandomSource, sparse: bool
) -> None:
    scene = data.draw(scenes(machine=machine))
    built = build(scene, sparse=sparse)
    plastic, hidden = built.plastic, built.hidden
    rng, before = np.random.default_rng(5), scene.n_steps // 2
    simulator = le.Simulator(built.net, machine=machine, random=source, seed=3)
    simulator.run(before)
    shape = simulator.get(plastic, "weights").shape
    low, high = machine.weight_range(plastic.sign_mode)
    values: dict[Any, Any] = {
        (plastic, "weights"): rng.integers(low, high + 1, (3, *shape)),
        (plastic, "x1"): rng.integers(0, 128, (3, plastic.pre.n)),
        (hidden, "v"): rng.integers(-500, 500, (3, hidden.n)),
        (plastic, "y1_tau"): [0, 3, 50],
    }
    state = [simulator.get(plastic, name) for name in ("weights", "x1", "y1")]
    swept = simulator.sweep(scene.n_steps - before, values, built.probes())
    for name, old in zip(("weights", "x1", "y1"), state, strict=True):
        np.testing.assert_array_equal(simulator.get(plastic, name), old)
    for k in range(3):
        alone = le.Simulator(built.net, machine=machine, random=source, seed=3)
        alone.run(before)
        for (item, variable), value in values.items():
            alone.set(item, variable, value[k])
        recording = alone.run(scene.n_steps - before, built.probes())
        _assert_same(built, swept.variant(k), built.series(recording))


def _pair(**options: Any) -> tuple[le.Network, Any, Any, Any]:
    """A plastic connection between given spikes and cells that they drive."""
    rng = np.random.default_rng(8)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((50, 5)) < 0.3, repeat=True, name="pre"))
    post = net.add(le.LIF(3, du=4095, dv=400, vth=150, name="post"))
    plastic = net.add(
        le.Dense(pre, post, rng.integers(20, 90, (3, 5)), rule=RULE, name="plastic", **options)
    )
    return net, pre, post, plastic


def test_numbers_of_a_rule_s_text_may_differ() -> None:
    net, _, _, plastic = _pair()
    texts = ["2^-2*x1*y0 - 2^-2*y1*x0", "3*2^-2*x1*y0 - 2^-2*y1*x0", "2^-2*x1*y0 - 7*2^-2*y1*x0"]
    rules = [RULE.with_parameters(dw=text, rng_seed=4) for text in texts]
    probes = [le.Probe(plastic, "weights")]
    swept = le.Simulator(net, seed=1).sweep(100, {(plastic, "rule"): rules}, probes)
    for k, rule in enumerate(rules):
        _, _, _, plastic_k = _pair()
        net_k = le.Network()
        pre_k, post_k = net_k.add(plastic_k.pre), net_k.add(plastic_k.post)
        weights = plastic_k.weights.reshape(5, 3).T
        plastic_k = net_k.add(le.Dense(pre_k, post_k, weights, rule=rule))
        simulator = le.Simulator(net_k, seed=1)
        recording = simulator.run(100, [le.Probe(plastic_k, "weights")])
        np.testing.assert_array_equal(swept[plastic, "weights"][k], recording[plastic_k, "weights"])
    assert len({swept[plastic, "weights"][k, -1].tobytes() for k in range(3)}) == 3


@pytest.mark.parametrize("machine", ["LAVA", "LOIHI"])
def test_seeds_of_rules_are_their_own(machine: str) -> None:
    net, _, _, plastic = _pair()
    probes = [le.Probe(plastic, "weights")]
    simulator = le.Simulator(net, machine=machine, seed=9)
    by_rule = simulator.sweep(60, {(plastic, "rng_seed"): [1, 2, 1]}, probes)[plastic, "weights"]
    by_run = simulator.sweep(60, {"seed": [1, 2, 1]}, probes)[plastic, "weights"]
    np.testing.assert_array_equal(by_rule, by_run)
    np.testing.assert_array_equal(by_rule[0], by_rule[2])
    assert (by_rule[0] != by_rule[1]).any()


@pytest.mark.parametrize("chunk", [1 << 14, 7])
@pytest.mark.parametrize("machine", ["LAVA", "BRIAN2LOIHI"])
def test_draws_of_many_seeds_are_made_in_compiled_code(
    machine: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LONGEST_CHUNK", chunk)
    net, _, post, plastic = _pair()
    cells = net.add(le.LIF(2000, du=4095, dv=4095, vth=2, bias_mant=200))  # fills its buffer
    net.add(le.Dense(post, post, 0, rule=RULE.with_parameters(rng_seed=2**40 + 3)))
    probes = [le.Probe(plastic, name) for name in ("weights", "x1", "y1")]
    probes.append(le.Probe(cells, "spikes"))
    seeds = [*range(9), 2**31, 2**33 + 5, 2**63 - 1]
    swept = le.Simulator(net, machine=machine, random=Pcg64()).sweep(45, {"seed": seeds}, probes)
    for k, seed in enumerate(seeds):
        alone = le.Simulator(net, machine=machine, random=Pcg64(), seed=seed).run(45, probes)
        for name in ("weights", "x1", "y1"):
            np.testing.assert_array_equal(swept[plastic, name][k], alone[plastic, name])
        np.testing.assert_array_equal(swept[cells, "spikes"][k].steps, alone[cells, "spikes"].steps)
    finals = {weights[-1].tobytes() for weights in swept[plastic, "weights"]}
    assert len(finals) > len(seeds) // 2


def test_draws_of_the_user_are_those_of_every_variant() -> None:
    net, _, _, plastic = _pair()
    probes = [le.Probe(plastic, "weights")]
    simulator = le.Simulator(net, random=Constant(0.5))
    swept = simulator.sweep(40, {(plastic, "x1_tau"): [10, 20]}, probes)
    alone = le.Simulator(net, random=Constant(0.5)).run(40, probes)
    np.testing.assert_array_equal(swept[plastic, "weights"][0], alone[plastic, "weights"])


@pytest.mark.parametrize("threads", [1, 2])
def test_more_spikes_than_a_buffer_holds(threads: int) -> None:
    net = le.Network()
    cells = net.add(le.LIF(3000, du=4095, dv=4095, vth=2, bias_mant=200))
    probes = [le.Probe(cells, "spikes"), le.Probe(cells, "v", indices=[7])]
    values = {(cells, "bias_mant"): [100, 200, 300]}
    swept = le.Simulator(net).sweep(9, values, probes, threads=threads)
    assert [len(events) for events in swept[cells, "spikes"]] == [0, 27000, 27000]
    for events in swept[cells, "spikes"][1:]:
        np.testing.assert_array_equal(events.steps, np.repeat(np.arange(1, 10), 3000))
    assert swept[cells, "v"].shape == (3, 9, 1)


def test_a_simulator_of_many_threads_sweeps_too() -> None:
    net, _, _, plastic = _pair()
    probes = [le.Probe(plastic, "weights")]
    values = {(plastic, "x1_tau"): [3, 30, 300], "seed": [1, 2, 3]}
    series = []
    for threads in (1, 2):
        simulator = le.Simulator(net, threads=threads)
        simulator.set(plastic, "y1_tau", 4)
        simulator.run(11)
        series.append(simulator.sweep(30, values, probes)[plastic, "weights"])
    np.testing.assert_array_equal(*series)


def test_an_interrupt_keeps_the_finished_variants() -> None:
    net, _, _, plastic = _pair()
    probes = [le.Probe(plastic, "weights", every=20)]
    taus = {(plastic, "x1_tau"): np.arange(1, 41)}
    simulator = le.Simulator(net)
    whole = simulator.sweep(20, taus, probes)

    def progress(done: int, everything: int) -> None:
        assert everything == 40 * 20
        if done > 32 * 20:  # what runs side by side ends together
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulator.sweep(20, taus, probes, threads=1, progress=progress)
    swept = simulator.swept
    assert swept is not None
    assert 0 < swept.n_variants < 40
    np.testing.assert_array_equal(
        swept[plastic, "weights"], whole[plastic, "weights"][: swept.n_variants]
    )
    with pytest.raises(ParameterError, match="variant is 39; allowed"):
        swept.variant(39)


def test_a_sweep_too_large_is_refused_with_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    net, _, _, plastic = _pair()
    simulator = le.Simulator(net)
    monkeypatch.setattr(free_memory, "free_memory", lambda: 1 << 26)
    with pytest.raises(ParameterError, match=r"a sweep of 1000 variants needs .* free: 64.0 MiB"):
        simulator.sweep(10000, {"seed": np.arange(1000)}, [le.Probe(plastic, "weights")])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "there are no values for any variable"),
        ({("plastic", "x1_tau"): []}, "there are no values for plastic x1_tau"),
        ({("plastic", "x1_tau"): 3}, "plastic x1_tau is one int; allowed: a value for each"),
        (
            {("plastic", "x1_tau"): [1, 2], "seed": [1, 2, 3]},
            "values are for different numbers of variants: plastic x1_tau: 2, seed: 3",
        ),
        ({("plastic", "x1_tau"): [1, -2]}, "variant 1: plastic x1_tau: found -2.0; allowed"),
        ({("plastic", "y1_impulse"): [1, 2, 128]}, "variant 2: plastic y1_impulse: found 128.0; "),
        ({("plastic", "x1_tau"): [[1, 2], [3, 4]]}, r"plastic x1_tau has shape \(2, 2\)"),
        ({"seed": [1, -1]}, "variant 1: seed is -1; allowed: whole numbers 0.."),
        ({("plastic", "weights"): [1, 256]}, r"variant 1: plastic weights .* is 256; allowed"),
        ({("plastic", "weights"): np.zeros((2, 5, 3))}, r"has shape .*; allowed: \(2, 3, 5\)"),
        ({("plastic", "tag_1"): [1, 2]}, "plastic tag_1 is 0: no rule uses it"),
        ({("plastic", "effective_weights"): [1, 2]}, "set weights"),
        ({("plastic", "rule"): [RULE, 3]}, "variant 1: plastic rule is a int; allowed: Learn"),
        (
            {("plastic", "rule"): [RULE, RULE.with_parameters(t_epoch=3)]},
            "variant 1: plastic rule has t_epoch 3; allowed: 2",
        ),
        (
            {("plastic", "rule"): [RULE, RULE.with_parameters(dw="x0*y1*w")]},
            "variant 1: plastic rule has other products",
        ),
        ({("post", "vth"): [1, 2, 1 << 20]}, "variant 2: post vth is 1048576; allowed"),
        ({("post", "du"): [[1, 2], [3, 4]]}, r"post du has shape \(2, 2\); allowed: \(2,\)"),
        ({("post", "bias_mant"): [1, 5000]}, "variant 1: post bias_mant.* is 5000; allowed"),
        ({("post", "v"): [[1, 2], [1]]}, "post v has arrays of different shapes; allowed: one"),
        ({3: [1]}, "values have the key 3; allowed: 'seed' or"),
    ],
)  # fmt: skip
def test_values_that_cannot_be(values: Any, message: str) -> None:
    net, _, post, plastic = _pair()
    items = {"plastic": plastic, "post": post}
    named = {(items[k[0]], k[1]) if isinstance(k, tuple) else k: v for k, v in values.items()}
    with pytest.raises(ParameterError, match=message):
        le.Simulator(net).sweep(5, named)


@pytest.mark.parametrize(
    ("item", "variable", "message"),
    [
        ("post", "vth_lo", "post has no number 'vth_lo'; it has du, dv, bias_mant, bias_exp, vth"),
        ("pre", "vth", "pre has no number 'vth'; it has none"),
        ("post", "w", "post has no variable 'w'"),
        ("plastic", "x3_tau", "plastic has no variable 'x3_tau'"),
        ("other", "vth", "is not in this simulator's network"),
    ],
)
def test_names_that_do_not_exist(item: str, variable: str, message: str) -> None:
    net, pre, post, plastic = _pair()
    items = {"plastic": plastic, "post": post, "pre": pre, "other": le.LIF(2)}
    with pytest.raises(UnknownNameError, match=message):
        le.Simulator(net).sweep(5, {(items[item], variable): [1, 2]})


def test_the_interpreter_does_not_sweep() -> None:
    net, _, _, plastic = _pair()
    cases: list[Any] = [{"backend": "interpreter"}, {"counting": True}]
    for options in cases:
        with pytest.raises(ParameterError, match="a sweep runs compiled kernels"):
            le.Simulator(net, **options).sweep(5, {(plastic, "x1_tau"): [1]})
