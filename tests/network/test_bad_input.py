"""What a user can give wrongly: an error that names the thing, the value and what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import loihi_emu as le

_RULE = le.LearningRule(dw="x1*y0", x1=le.Trace(16, 10))


def _simulator(
    weights: Any = 1, lif: dict[str, Any] | None = None, raster: Any = ((1, 0), (0, 1)),
    mode: str = "fixed_pt", machine: Any = le.LAVA, seed: Any = 0, backend: str = "kernels",
    **connection: Any,
) -> tuple[le.Simulator, Any]:  # fmt: skip
    net = le.Network()
    source = net.add(le.SpikeSource(raster))
    cells = net.add(le.LIF(2, **({"du": 10, "dv": 10} | (lif or {}))))
    dense = net.add(le.Dense(source, cells, weights, **connection))
    return le.Simulator(net, machine=machine, mode=mode, seed=seed, backend=backend), dense


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weights": np.nan}, "Dense weights is nan; allowed: finite numbers"),
        ({"weights": np.ones((3, 3))}, "Dense weights has shape (3, 3); allowed: (2, 2)"),
        ({"weights": [[1, 300], [0, 0]]}, "(MIXED)[0, 1] is 300; allowed: whole numbers -256..255"),
        ({"weights": 1.5}, "is 1.5; allowed: whole numbers"),
        ({"weights": -3, "sign_mode": "EXCITATORY"}, "(EXCITATORY)[0, 0] is -3; allowed"),
        ({"weights": 3, "sign_mode": "INHIBITORY"}, "(INHIBITORY)[0, 0] is 3; allowed"),
        ({"weights": "heavy"}, "Dense weights is 'heavy'; allowed: numbers"),
        ({"sign_mode": "mixed"}, "sign_mode is 'mixed'; allowed: MIXED, EXCITATORY, INHIBITORY"),
        ({"weight_exp": 9}, "weight_exp is 9; allowed: whole numbers -8..7"),
        ({"num_weight_bits": 0}, "num_weight_bits is 0; allowed: whole numbers 1..8"),
        ({"delays": -1}, "delays is -1; allowed: whole numbers 0.."),
        ({"delays": 10**9}, "delays is 1000000000; allowed: whole numbers 0.."),
        ({"lif": {"du": 5000}}, "LIF du is 5000; allowed: whole numbers 0..4095"),
        ({"lif": {"vth": 200_000}}, "LIF vth is 200000; allowed: whole numbers 0..131071"),
        ({"lif": {"bias_mant": 5000}}, "LIF bias_mant[0] is 5000; allowed"),
        ({"lif": {"u": 2**24}}, "LIF u[0] is 16777216; allowed"),
        ({"mode": "floating_pt"}, "LIF du is 10; allowed in floating_pt: 0..1"),
        ({"mode": "float"}, "mode is 'float'; allowed: fixed_pt, floating_pt"),
        ({"machine": 3}, "machine is a int; allowed: a Machine or a name"),
        ({"seed": -1}, "seed is -1; allowed: whole numbers 0.."),
        ({"raster": [1, 0, 1]}, "SpikeSource raster has shape (3,); allowed: [step, neuron]"),
        ({"raster": [[1], [1, 2]]}, "SpikeSource raster is"),
        ({"rule": "x1*y0"}, "Dense rule is a str; allowed: LearningRule"),
        ({"graded": "ADD"}, "graded is 'ADD'; allowed: USE_REGULAR_IMPULSE"),
        (
            {"raster": [[300, 0]], "graded": "OVERWRITE", "num_message_bits": 8, "rule": _RULE},
            "gets a payload of 300 in mode OVERWRITE; allowed: 0..255",
        ),
        (
            {"rule": _RULE, "third_factor": le.TraceSource(y1=[[200, 0]])},
            "TraceSource y1[0, 0] is 200; allowed: whole numbers 0..127",
        ),
        ({"third_factor": le.TraceSource(y1=[[0, 0]])}, "has a third_factor and no rule to use it"),
    ],
)
def test_a_network_names_what_is_wrong(given: dict[str, Any], message: str) -> None:
    with pytest.raises(le.LoihiEmuError) as raised:
        _simulator(**given)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("steps", "message"),
    [(-1, "n_steps is -1"), (1.5, "n_steps is 1.5"), (True, "n_steps is True"), ("a", "n_steps")],
)
def test_a_run_names_its_wrong_number_of_steps(steps: Any, message: str) -> None:
    simulator, _ = _simulator()
    with pytest.raises(le.LoihiEmuError, match=message):
        simulator.run(steps)
    assert simulator.step == 0


@pytest.mark.parametrize("backend", ["kernels", "interpreter"])
def test_a_run_ends_at_the_last_step_that_32_bits_hold(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done by then is kept; a sweep that would go on beyond is not begun."""
    monkeypatch.setattr("loihi_emu.simulator._LAST_STEP", 12)
    simulator, dense = _simulator(backend=backend)
    simulator.run(3)
    message = "step 12 is the last that 32 bits hold, and the run was to go on for 91"
    with pytest.raises(le.LoihiEmuError, match=message):
        simulator.run(100, [le.Probe(dense, "a_out")])
    assert simulator.step == 12
    assert simulator.recorded is not None
    assert simulator.recorded[dense, "a_out"].shape == (9, 2)
    simulator.run(0)
    simulator.reset()
    simulator.run(3)
    with pytest.raises(le.LoihiEmuError, match="n_steps is 13; allowed: whole numbers 0"):
        _simulator()[0].sweep(13, {"seed": [1, 2]}, [])


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"variable": "foo"}, "has no variable 'foo'; it has a_"),
        ({"variable": "spikes"}, "has no variable 'spikes'"),
        ({"variable": "weights", "every": 0}, "every is 0; allowed"),
        ({"variable": "weights", "indices": [99]}, "indices[0] is 99; allowed: whole numbers 0..3"),
    ],
)
def test_a_probe_names_what_it_cannot_record(probe: dict[str, Any], message: str) -> None:
    simulator, dense = _simulator(rule=_RULE)
    with pytest.raises(le.LoihiEmuError) as raised:
        simulator.run(3, [le.Probe(dense, **probe)])
    assert message in str(raised.value)
    assert simulator.step == 0


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("weights", 1000, "is 1000; allowed: whole numbers -256..255"),
        ("weights", np.ones(3), "weights has shape (3,); allowed: (2, 2)"),
        ("x1", 200, "x1 is 200; allowed: whole numbers 0..127"),
        ("x1", np.nan, "x1 is nan; allowed: finite numbers"),
        ("x1_tau", -2, "found -2"),
        ("x1_foo", 1, "has no variable 'x1_foo'"),
        ("nothing", 1, "has no variable 'nothing'"),
        ("a_out", 1, "a_out cannot be set"),
    ],
)
def test_setting_names_what_is_wrong_and_changes_nothing(
    variable: str, value: Any, message: str
) -> None:
    simulator, dense = _simulator(rule=_RULE)
    before = simulator.get(dense, "weights")
    with pytest.raises(le.LoihiEmuError) as raised:
        simulator.set(dense, variable, value)
    assert message in str(raised.value)
    assert np.array_equal(simulator.get(dense, "weights"), before)


def test_a_network_larger_than_memory_is_refused_with_the_sum() -> None:
    many = le.LIF(10**7)
    with pytest.raises(le.LoihiEmuError, match=r"needs 909\.5 TiB of memory; free: "):
        le.Dense(many, many, 1)


def test_sparse_synapses_out_of_place_are_named() -> None:
    source, cells = le.SpikeSource([[1, 0]]), le.LIF(3)
    for listed, message in (
        (([5], [0], [1]), r"post indices\[0\] is 5; allowed: whole numbers 0\.\.2"),
        (([0, 0], [1, 1], [2, 3]), r"lists synapse \(post 0, pre 1\) twice"),
        (([0], [0, 1], [1]), "lists 1 post, 2 pre and 1 values"),
        (np.ones((3, 2)), "weights are ndarray; allowed: a scipy sparse array or"),
    ):
        with pytest.raises(le.LoihiEmuError, match=message):
            le.Sparse(source, cells, listed)


def test_spike_events_out_of_place_are_named() -> None:
    for steps, neurons, message in (
        ([0], [0], r"steps\[0\] is 0; allowed: whole numbers 1\.\."),
        ([1], [5], r"neurons\[0\] is 5; allowed: whole numbers 0\.\.1"),
        ([1, 1], [0, 0], "neuron 0 spikes twice in step 1"),
    ):
        with pytest.raises(le.LoihiEmuError, match=message):
            le.SpikeSource.from_events(steps, neurons, n=2)


_LAST = 2**31 - 1


@pytest.mark.parametrize(
    "make",
    [
        lambda last: le.SpikeSource.from_events([last], [0], n=1),
        lambda last: le.SpikeSource.from_events([1], [0], n=1, length=last),
        lambda last: le.SpikeSource.from_events([1], [0], n=last),
        lambda last: le.LIFReset(1, reset_interval=last),
        lambda last: le.LIFReset(1, reset_interval=5, reset_offset=last),
        lambda last: le.LIFRefractory(1, refractory_period=last),
    ],
)
def test_steps_and_neurons_go_to_the_last_that_32_bits_hold(make: Any) -> None:
    assert make(_LAST).n >= 1
    with pytest.raises(le.LoihiEmuError, match=rf"{2**31}; allowed: .*{_LAST}"):
        make(2**31)
