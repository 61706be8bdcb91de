"""The same bits whichever way a network is run.

Event-driven (dense) = late (sparse) = the definition = any number of threads = any cut of the run
= any probes = revised and replayed: on generated webs, and in cases made for one thing each.
More examples, and another seed: `python -m tests.network.same_bits 2000 7`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from dataclasses import replace
from threading import Timer
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loihi_emu import (
    BRIAN2LOIHI,
    LAVA,
    LIF,
    LOIHI,
    CurrentInput,
    Dense,
    Drawn,
    LearningRule,
    Network,
    Pcg64,
    Probe,
    RewardSource,
    Simulator,
    Sparse,
    SpikeSource,
    Trace,
)
from loihi_emu.kernels.llvm.sizes import PANEL
from loihi_emu.kernels.memory.records import RECIPROCAL_BITS
from loihi_emu.plan.plan import Plan
from tests import webs
from tests.scenes import Array
from tests.strategies import pairs_of_ways
from tests.webs import Way

PAIR = LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=Trace(16.5, 10), y1=Trace(20.25, 7))

Case = tuple[webs.Web, Way, Way]


def check(case: Case) -> None:
    """Both ways show the same."""
    web, plain, other = case
    whole = webs.run(web, plain)
    webs.assert_same(webs.run(web, other), webs.expected(whole, other.watched))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(pairs_of_ways(("fixed_pt",), backend="interpreter"))
def test_any_way_is_the_definition(case: Case) -> None:
    check(case)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pairs_of_ways(("floating_pt",), backend="interpreter"))
def test_any_way_of_real_numbers_is_the_definition(case: Case) -> None:
    check(case)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pairs_of_ways(("fixed_pt", "floating_pt"), wide=True), st.integers(1, 40))
def test_a_run_goes_on_compiled_from_any_step_of_the_definition(case: Case, steps: int) -> None:
    web, plain, other = case
    check((web, plain, replace(other, defined=steps)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pairs_of_ways(("floating_pt",)))
def test_any_way_of_real_numbers_is_the_plain_one(case: Case) -> None:
    check(case)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pairs_of_ways(("fixed_pt", "floating_pt"), wide=True))
def test_any_number_of_threads_is_one(case: Case) -> None:
    check(case)


# -- one thing each


def _sparse(
    n_pre: int, n_post: int, per_row: int, *, rule: LearningRule = PAIR, steps: int = 64,
    rate: float = 0.05,
) -> tuple[Network, Any]:  # fmt: skip
    """A sparse learning connection between given spikes."""
    rng = np.random.default_rng(3)
    net = Network()
    pre = net.add(SpikeSource(rng.random((steps, n_pre)) < rate, repeat=True))
    post = net.add(SpikeSource(rng.random((steps, n_post)) < rate, repeat=True))
    ends = np.concatenate([rng.choice(n_post, per_row, replace=False) for _ in range(n_pre)])
    starts = np.repeat(np.arange(n_pre), per_row)
    weights = rng.integers(-100, 100, ends.size)
    return net, net.add(Sparse(pre, post, (ends, starts, weights), rule=rule))


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_panels_of_post_neurons(threads: int) -> None:
    """70,000 post neurons need two panels of 16-bit offsets; segments end at threads and panels."""
    net, plastic = _sparse(3, 70_000, 400, steps=20)
    probes = [Probe(plastic, "weights", every=5), Probe(plastic, "a_out", every=7)]
    whole = Simulator(net).run(40, probes)
    post, _ = plastic.pairs()
    assert (post >= 65_536).any()
    assert (post < 65_536).any()
    assert (np.diff(whole[plastic, "weights"], axis=0)[:, post >= 65_536] != 0).any()
    shared = Simulator(net, threads=threads).run(40, probes)
    for probe in probes:
        key = plastic, probe.variable
        np.testing.assert_array_equal(shared[key], whole[key])


@pytest.mark.parametrize("edge", [PANEL, 2 * PANEL])
def test_a_page_is_what_the_definition_says(edge: int) -> None:
    """Only the few post neurons that have synapses matter, on either side of the edge.

    Where that is two panels from the first neuron, a panel has none beside it.
    """
    net = Network()
    pre = net.add(SpikeSource([[1, 1], [0, 1], [0, 0]], repeat=True))
    raster = np.eye(2, edge + 4, edge - 2, int) + np.eye(2, edge + 4, edge + 1, int)
    post = net.add(SpikeSource(raster))
    ends, starts = [edge - 2, edge - 1, edge, edge + 2], [0, 1, 0, 1]
    plastic = net.add(Sparse(pre, post, (ends, starts, [50, 60, 70, 80]), rule=PAIR))
    series = [
        Simulator(net, backend=backend).run(3, [Probe(plastic, "weights")])[plastic, "weights"]
        for backend in ("kernels", "interpreter")
    ]
    np.testing.assert_array_equal(*series)
    assert (series[0][-1] != [50, 60, 70, 80]).any()


_Y1, _Y2, _Y3 = Trace(20.25, 7), Trace(16.5, 2), Trace(9, 4)
_SOME_OF_A_ROW = [
    {"dw": "2^-2*x1*y0 - 2^-2*y1*x0", "y1": _Y1},
    {"dw": "x1*y0 - x0*(y1 + 3)", "y1": _Y1},
    {"dw": "2^-1*y2*x0 - 2^-1*x0*y3 + x1*y0", "y2": _Y2, "y3": _Y3},
    {"dw": "2*y0 - y1*x0"},
    {"dw": "y0*x2 + x0*y0 - x0*x1*y2", "dt": "x0*y1 - y0*x1", "y1": Trace(9, 1), "y2": _Y2},
    {"dw": "x0*y1 - x0*x2*w", "dd": "x0*y3*x1", "y1": _Y1, "y3": _Y3},
    {"dw": "x1*y0 - y1*x0*x1 - 2^-3*u1*w", "y1": _Y1},
]
"""Rules of which a pre spike changes all synapses of a row, or only those of some post neurons."""


@pytest.mark.parametrize("rule", _SOME_OF_A_ROW, ids=lambda rule: str(rule["dw"]))
@pytest.mark.parametrize(("t_epoch", "rate"), [(1, 0.05), (3, 0.02), (4, 0.1)])
def test_which_of_a_row_learn(rule: dict[str, Any], t_epoch: int, rate: float) -> None:
    """Traces die and come back, rows rest for longer than notes are kept, and spike again."""
    made = LearningRule(x1=Trace(16.5, 6), x2=Trace(16.5, 3), **rule, t_epoch=t_epoch)
    net, plastic = _sparse(4, 70, 12, rule=made, steps=150, rate=rate)
    probes = [Probe(plastic, "weights", every=75), Probe(plastic, "y1", every=150)]
    whole = Simulator(net, backend="interpreter").run(300, probes)
    assert (whole[plastic, "weights"][-1] != whole[plastic, "weights"][0]).any()
    for threads in (1, 2):
        shown = Simulator(net, threads=threads).run(300, probes)
        for probe in probes:
            key = plastic, probe.variable
            np.testing.assert_array_equal(shown[key], whole[key])
    unseen = Simulator(net)
    for _ in range(3):
        unseen.run(100)
    np.testing.assert_array_equal(unseen.get(plastic, "weights"), whole[plastic, "weights"][-1])


def test_rows_whose_trace_outlives_the_notes() -> None:
    """A trace lives for longer than notes are kept, and no spike reads its row meanwhile."""
    rng = np.random.default_rng(1)
    net = Network()
    pre = net.add(SpikeSource(np.eye(3, 200, dtype=int)))
    post = net.add(SpikeSource(rng.random((200, 5)) < 0.1))
    rule = LearningRule(dw="2^-4*x1*y0", x1=Trace(120, 200))
    ends, starts = np.tile(np.arange(5), 3), np.repeat(np.arange(3), 5)
    plastic = net.add(Sparse(pre, post, (ends, starts, np.zeros(15)), rule=rule))
    series = [
        Simulator(net, backend=backend).run(200, [Probe(plastic, "weights", 200)])
        for backend in ("kernels", "interpreter")
    ]
    np.testing.assert_array_equal(*(one[plastic, "weights"] for one in series))


def test_rows_at_rest_while_others_note() -> None:
    """A thread that is ahead notes an epoch in the place of the oldest, which no row reads."""
    net, plastic = _sparse(4096, 4096, 16, rule=PAIR, steps=300, rate=0.01)
    series = [
        Simulator(net, threads=threads).run(600, [Probe(plastic, "weights", 300)])[
            plastic, "weights"
        ]
        for threads in (1, 2, 3)
    ]
    for one in series[1:]:
        np.testing.assert_array_equal(one, series[0])


def test_threads_agree_that_some_synapse_moves_by_itself() -> None:
    """Adding 0 lifts LAVA's tag of -257: then all threads look at all synapses, or none does."""
    rng = np.random.default_rng(2)
    net = Network()
    pre, post = (net.add(SpikeSource(rng.random((40, 200)) < 0.2)) for _ in range(2))
    pairs = (*np.divmod(np.arange(200 * 200), 200), rng.integers(-50, 50, 200 * 200))
    rule = LearningRule(dw="2^-2*x1*y0", dt="2^-4*x1*y0", x1=Trace(16, 10))
    plastic = net.add(Sparse(pre, post, pairs, rule=rule))
    series = []
    for threads in (1, 2, 3):
        simulator = Simulator(net, machine=LAVA, threads=threads)
        simulator.run(20)
        tags = simulator.get(plastic, "tag_1")
        tags[0] = -257  # of one row, which one thread learns
        simulator.set(plastic, "tag_1", tags)
        simulator.run(20)
        series.append([simulator.get(plastic, name) for name in ("weights", "tag_1")])
    for one in series[1:]:
        np.testing.assert_array_equal(one, series[0])


@pytest.mark.parametrize("n", [1, 63, 64, 65, 127, 128, 129])
def test_fewer_neurons_than_threads_share_out(n: int) -> None:
    """Shares end at multiples of 64 neurons: some threads have none."""
    net, plastic = _sparse(2, n, min(n, 5), rate=0.2)
    series = [
        Simulator(net, threads=threads).run(100, [Probe(plastic, "weights")])[plastic, "weights"]
        for threads in (1, 5)
    ]
    np.testing.assert_array_equal(*series)


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
@pytest.mark.parametrize("weight_exp", [-2, 0, 3])
def test_what_was_sent_last_is_there_without_a_probe(mode: str, weight_exp: int) -> None:
    """Where no one looks it is not kept but in the last step that was asked for."""
    rng = np.random.default_rng(5)
    net = Network()
    pre = net.add(SpikeSource(rng.random((40, 6)) < 0.5))
    decay = 4095 if mode == "fixed_pt" else 1
    post = net.add(LIF(3000, du=decay, dv=decay, vth=100_000))
    weights = rng.integers(-100, 100, (3000, 6))
    plain = net.add(Dense(pre, post, weights, weight_exp=weight_exp))
    late = net.add(Dense(pre, post, weights, delays=rng.integers(0, 4, weights.shape)))
    sent = [Probe(plain, "a_out"), Probe(late, "a_out")]
    whole = Simulator(net, machine=LAVA, mode=mode).run(12, sent)
    for threads, record in ((1, []), (2, []), (1, [Probe(post, "v"), sent[1]])):
        sim, done = Simulator(net, machine=LAVA, mode=mode, threads=threads), 0
        for steps in (1, 4, 1, 6):
            sim.run(steps, record)
            done += steps
            for probe in sent:
                now = sim.get(probe.item, "a_out")
                np.testing.assert_array_equal(now, whole[probe.item, "a_out"][done - 1])


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
@pytest.mark.parametrize("learns", [False, True])
@pytest.mark.parametrize(("largest", "weight_exp"), [(1, -2), (1, 3), (200, 0)])
def test_one_synapse_a_neuron_to_the_same_number(
    largest: int, weight_exp: int, learns: bool, mode: str
) -> None:
    """Rows of one synapse need no look-up; with a silent neuron more, which ends it, they have one.

    Spikes are binary, or carry payloads. No one looks at weights, which wait to learn until read.
    """
    rng = np.random.default_rng(2)
    payloads = rng.integers(1, largest + 1, (40, 150)) * (rng.random((40, 150)) < 0.2)
    weights, found = rng.integers(-100, 100, 151), []
    ways = [(1, "kernels", 1), (0, "kernels", 1), (0, "kernels", 2), (0, "kernels", 3)]
    if mode == "fixed_pt":
        ways.append((0, "interpreter", 1))
    decay = 1000 if mode == "fixed_pt" else 0.25
    for more, backend, threads in ways:
        net = Network()
        pre = net.add(SpikeSource(np.pad(payloads, ((0, 0), (0, more)))))
        post = net.add(LIF(200, du=decay, dv=decay, vth=40))
        ends = np.arange(150 + more) % 150
        synapses = ends, np.arange(ends.size), weights[: ends.size]
        rule = PAIR if learns else None
        wires = net.add(Sparse(
            pre, post, synapses, weight_exp=weight_exp, rule=rule,
            num_message_bits=8 if largest > 1 else 0,
        ))  # fmt: skip
        assert Plan(net, LAVA, mode).connections["one_to_one"].tolist() == [1 - more]
        probes = [Probe(post, "v"), Probe(wires, "a_out")]
        sim = Simulator(net, machine=LAVA, mode=mode, backend=backend, threads=threads)
        sim.run(1)
        before = sim.get(wires, "weights").copy()
        recording = sim.run(39, probes)
        assert (sim.get(wires, "weights") != before).any() == learns
        found.append([recording[probe.item, probe.variable] for probe in probes])
        found[-1].append(sim.get(wires, "weights")[:150])
    assert np.unique(found[0][0]).size > 100
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_thread_with_less_to_do_does_not_run_ahead() -> None:
    """All synapses end on the last thread's neurons; the first lists its next spikes meanwhile."""
    rng = np.random.default_rng(0)
    net = Network()
    cells = net.add(LIF(256, du=4095, dv=4095, vth=1))
    net.add(CurrentInput(cells, 3 * rng.integers(0, 2, (64, 256)), repeat=True))
    many = net.add(LIF(1024, du=4095, dv=4095, vth=100_000))
    post, pre = np.nonzero(np.ones((500, 256)))
    wires = net.add(Sparse(cells, many, (post + 524, pre, rng.integers(-100, 100, post.size))))
    series = [
        Simulator(net, machine=LAVA, threads=threads)
        .run(400, [Probe(wires, "a_out", every=97)])[wires, "a_out"]
        for threads in (1, 2)
    ]  # fmt: skip
    np.testing.assert_array_equal(*series)


def test_no_thread_delivers_what_another_has_yet_to_learn() -> None:
    """All rows that spike are the second thread's to learn, and long; both deliver from them."""
    rng = np.random.default_rng(3)
    net = Network()
    spikes = np.zeros((60, 128), int)
    spikes[:, 64:] = rng.random((60, 64)) < 0.2
    pre = net.add(SpikeSource(spikes))
    post = net.add(SpikeSource(rng.random((60, 2048)) < 0.2))
    ends, starts = np.nonzero(rng.random((2048, 128)) < 0.9)
    weights = rng.integers(-50, 50, ends.size)
    plastic = net.add(Sparse(pre, post, (ends, starts, weights), rule=PAIR))
    series = [
        Simulator(net, threads=threads).run(60, [Probe(plastic, "a_out")])[plastic, "a_out"]
        for threads in (1, 2)
    ]
    np.testing.assert_array_equal(*series)


def test_no_thread_learns_what_another_has_yet_to_note() -> None:
    """All post spikes are the first thread's to note, and many; the second learns from them."""
    rng = np.random.default_rng(4)
    n_post, spikes = 32768, np.zeros((40, 128), int)
    spikes[:, 64:] = rng.random((40, 64)) < 0.3
    raster = np.zeros((40, n_post), int)
    raster[:, : n_post // 2] = rng.random((40, n_post // 2)) < 0.5
    starts = np.repeat(np.arange(64, 128), 100)
    ends = np.concatenate([rng.choice(n_post // 2, 100, replace=False) for _ in range(64)])
    series = []
    for threads in (1, 2):
        net = Network()
        pre, post = net.add(SpikeSource(spikes)), net.add(SpikeSource(raster))
        plastic = net.add(Sparse(pre, post, (ends, starts, np.zeros(ends.size, int)), rule=PAIR))
        simulator = Simulator(net, threads=threads)
        simulator.run(40)
        series.append(simulator.get(plastic, "weights"))
    alone, together = series
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_that_are_free_learn_rows_of_others(threads: int) -> None:
    """Of two, all pre spikes are the first one's, in every stretch it has."""
    rng = np.random.default_rng(threads)
    n_pre, n_post, stretch = 4096, 4096, 256
    firsts = [neuron for neuron in range(n_pre) if neuron // stretch % 2 == 0]
    active = np.sort(rng.choice(firsts, 128, replace=False))
    spikes = np.zeros((48, n_pre), int)
    spikes[:, active] = rng.random((48, 128)) < 0.4
    raster = (rng.random((48, n_post)) < 0.3).astype(int)
    starts = np.repeat(active, 500)
    ends = np.concatenate([rng.choice(n_post, 500, replace=False) for _ in active])
    series = []
    for n_threads in (1, threads):
        net = Network()
        pre, post = net.add(SpikeSource(spikes)), net.add(SpikeSource(raster))
        weights = np.zeros(ends.size, int)
        plastic = net.add(Sparse(pre, post, (ends, starts, weights), rule=PAIR))
        simulator = Simulator(net, machine=LOIHI, threads=n_threads)
        simulator.run(48)
        series.append(simulator.get(plastic, "weights"))
    alone, together = series
    assert np.unique(alone).size > 20
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("t_epoch", [1, 3, 4, 63])
def test_rows_wait_for_long(t_epoch: int) -> None:
    """Pre neurons that spike once, each in another epoch: no note is overwritten unread."""
    rng = np.random.default_rng(t_epoch)
    post = (rng.random((40 * t_epoch, 3)) < 0.5).astype(int)
    rule = replace(PAIR, dw="2^-4*y0*w - y0*y1*2^-1 + y0*(x1+3)", t_epoch=t_epoch)
    series = []
    for kind in (Dense, Sparse):
        net = Network()
        pre = net.add(SpikeSource(np.repeat(np.eye(12, dtype=int), t_epoch, axis=0)))
        target = net.add(SpikeSource(post, repeat=True))
        place = np.divmod(np.arange(36), 12)
        weights = np.arange(36) - 18
        given = (*place, weights) if kind is Sparse else weights.reshape(3, 12)
        plastic = net.add(kind(pre, target, given, rule=rule))
        simulator = Simulator(net)
        simulator.run(150 * t_epoch)
        series.append(simulator.get(plastic, "weights"))
    dense, sparse = series
    np.testing.assert_array_equal(sparse, dense.T.ravel())


def test_division_by_the_bits_of_a_step_is_exact() -> None:
    for bits in range(1, 9):
        inverse = (1 << RECIPROCAL_BITS) // bits + 1
        assert [n * inverse >> RECIPROCAL_BITS for n in range(64)] == [n // bits for n in range(64)]


def test_a_revised_network_keeps_its_rewards() -> None:
    def build() -> tuple[Network, Any]:
        net = Network()
        source = net.add(SpikeSource([[1], [0], [1]], repeat=True))
        rule = LearningRule(dw="2^-2*u0*r1", r1=Trace(40, 10))
        reward = RewardSource([0, 3, 0, 0, 0, 0, 0, 0])
        return net, net.add(Dense(source, source, 0, rule=rule, reward=reward))

    net, plastic = build()
    expected = Simulator(net).run(8, [Probe(plastic, "r1")])[plastic, "r1"]
    assert expected[4] > 0
    simulator = Simulator(net)
    simulator.run(4)
    net, plastic = build()
    simulator.revise(net)
    found = simulator.run(4, [Probe(plastic, "r1")])[plastic, "r1"]
    np.testing.assert_array_equal(found, expected[4:])


def test_no_draws_are_asked_for_where_no_step_is_done() -> None:
    asked = []

    def draw(_: int, steps: Array) -> Array:
        asked.append(steps[-1])
        return np.zeros((steps.size, 10))

    net, plastic = _sparse(2, 3, 2)
    Simulator(net, random=Drawn(draw)).run(5, [Probe(plastic, "weights")])
    assert asked


def test_an_exact_machine_holds_weights_at_stored_ends_without_a_spike() -> None:
    """253 of 7 bits and a sign: steps of 4 end at 252, for a synapse that no spike reaches too."""
    machine = replace(BRIAN2LOIHI, name="mine", weight_ends="stored")
    net = Network()
    pre, post = net.add(SpikeSource([[0]])), net.add(SpikeSource([[0]]))
    weights = []
    for kind, synapses in ((Dense, 253), (Sparse, ([0], [0], [253]))):
        plastic = net.add(kind(pre, post, synapses, rule=PAIR, num_weight_bits=7))
        for backend in ("kernels", "interpreter"):
            simulator = Simulator(net, machine=machine, backend=backend)
            simulator.run(2)
            weights.append(simulator.get(plastic, "weights").item())
    assert weights == [252] * 4


# -- interrupts and processes


def _interrupted(simulator: Simulator, n_steps: int, probes: list[Probe], seconds: float) -> None:
    """A run that Ctrl-C ends."""
    timer = Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            simulator.run(n_steps, probes)
    finally:
        timer.cancel()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize("source", [None, Pcg64()], ids=["own draws", "shared draws"])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_goes_on_where_an_interrupt_left_it(threads: int, source: Any) -> None:
    """No step is lost or done twice, no draw is; what is recorded holds all updates."""
    net, plastic = _sparse(40, 300, 20, rate=0.1)
    probes = [Probe(plastic, "weights", every=9999), Probe(plastic.pre, "spikes", every=500)]
    simulator = Simulator(net, machine=LOIHI, random=source, threads=threads)
    _interrupted(simulator, 1 << 23, probes, 0.3)
    done, recorded = simulator.step, simulator.recorded
    assert done > 0
    assert recorded is not None
    assert recorded[plastic, "weights"].shape[0] == done // 9999
    at_interrupt = simulator.get(plastic, "weights")
    simulator.run(500)
    after = simulator.get(plastic, "weights")
    whole = Simulator(net, machine=LOIHI, random=source)
    expected = whole.run(done, probes)
    np.testing.assert_array_equal(at_interrupt, whole.get(plastic, "weights"))
    np.testing.assert_array_equal(recorded[plastic, "weights"], expected[plastic, "weights"])
    whole.run(500)
    np.testing.assert_array_equal(after, whole.get(plastic, "weights"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_the_definition_goes_on_as_well() -> None:
    net, plastic = _sparse(3, 5, 3, rate=0.3)
    simulator = Simulator(net, backend="interpreter")
    _interrupted(simulator, 1 << 40, [Probe(plastic, "weights", every=1 << 20)], 0.3)
    whole = Simulator(net)
    whole.run(simulator.step)
    assert simulator.step > 0
    np.testing.assert_array_equal(simulator.get(plastic, "weights"), whole.get(plastic, "weights"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_handler_of_ones_own_need_not_end_a_run() -> None:
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    try:
        net, _ = _sparse(3, 5, 3)
        simulator = Simulator(net)
        os.kill(os.getpid(), signal.SIGINT)
        simulator.run(5000, progress=lambda *_: os.kill(os.getpid(), signal.SIGINT))
        assert simulator.step == 5000
        assert len(noted) >= 2
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_exception_from_progress_leaves_whole_steps() -> None:
    net, plastic = _sparse(40, 300, 20, rate=0.1)
    simulator = Simulator(net, threads=2)

    def stop(done: int, _: int) -> None:
        raise RuntimeError(str(done))

    with pytest.raises(RuntimeError):
        simulator.run(1 << 20, progress=stop)
    assert 0 < simulator.step < 1 << 20
    whole = Simulator(net)
    whole.run(simulator.step)
    np.testing.assert_array_equal(simulator.get(plastic, "weights"), whole.get(plastic, "weights"))


_FORKED: list[tuple[Simulator, Any]] = []


def _go_on(_: int) -> Array:
    simulator, plastic = _FORKED[0]
    simulator.run(50)
    return simulator.get(plastic, "weights")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    net, plastic = _sparse(4, 200, 20, rate=0.1)
    simulator = Simulator(net, threads=2)
    simulator.run(50)
    _FORKED[:] = [(simulator, plastic)]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        found = pool.map_async(_go_on, [0]).get(timeout=60)[0]
    whole = Simulator(net)
    whole.run(100)
    np.testing.assert_array_equal(found, whole.get(plastic, "weights"))
