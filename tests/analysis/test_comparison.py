from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loihi_emu.analysis import compare, one_run
from loihi_emu.chip.machines import LAVA, LOIHI
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.errors import LoihiEmuError


def test_the_tutorial_ends_where_lava_ends() -> None:
    # Lava 0.10.0, tutorial08_stdp with rng_seed 0: its notebook's two final weights
    found = compare("stdp-loihi", machine=LAVA)
    assert found.fixed.final["weights"].tolist() == [[60]]
    assert found.ideal.final["weights"].tolist() == [[57.03185067389606]]


def test_the_same_rule_as_text_gives_the_same_run() -> None:
    named = compare("stdp-loihi", machine=LAVA)
    text = compare("-x0*y1 + y0*x1", machine=LAVA, epoch=4)
    assert np.array_equal(named.fixed.series["weights"], text.fixed.series["weights"])
    assert np.array_equal(named.ideal.series["y1"], text.ideal.series["y1"])


def test_series_end_in_the_final_values() -> None:
    found = compare("stdp-loihi", machine=LAVA, neurons=3, steps=120, probability=0.1)
    post, pre = found.synapses
    for run in (found.fixed, found.ideal):
        assert run.series["weights"].shape == (120, 9)
        assert np.array_equal(run.series["weights"][-1], run.final["weights"][post, pre])
    assert found.fixed.series["x1"].shape == (120, 3)


def test_differences_are_those_of_the_series() -> None:
    found = compare("stdp-loihi", machine=LAVA)
    weight = found.differences[-1]
    apart = np.abs(found.fixed.series["weights"] - found.ideal.series["weights"]).ravel()
    assert weight.variable == "weights"
    assert weight.largest == apart.max()
    assert weight.first_step == np.flatnonzero(apart)[0] + 1


def test_saturations_are_counted_where_they_happen() -> None:
    # 100, then +128 at each of the train's four pre spikes: 228, then three times beyond 255;
    # the sum stops at 32767/128 = 255.99, which rounds to 256 and is cut to 255
    found = compare("4*2^5*x0", machine=LAVA, weight=100)
    assert found.activities[0].spikes == 4
    hit = {(one.op, one.kind): one.times for one in found.counts if one.times}
    assert hit == {("ADD", "saturation"): 3, ("CLIP", "saturation"): 3}
    assert found.to_dict()["saturations"] == 6
    assert found.fixed.final["weights"].tolist() == [[255]]


def test_a_third_factor_that_nothing_drives_gets_a_square_wave() -> None:
    found = compare("2^-4*u0*y2", machine=LAVA, traces={"y2": Trace()}, probability=0)
    on = np.flatnonzero(found.ideal.series["y2"].ravel()) + 1
    # what is sent in step 51 arrives in step 52
    assert on.tolist() == [*range(52, 102), *range(152, 201)]
    assert set(found.ideal.series["y2"].ravel()) == {0.0, 16.0}
    assert np.array_equal(found.fixed.series["y2"], found.ideal.series["y2"])
    # a received trace decays with tau 65535 in the step that reads it
    assert found.ideal.final["weights"].item() == pytest.approx(50 + 99 * np.exp(-1 / 65535))
    assert found.notes[0] == (
        "y2: no impulse, so it is a third factor here: 16 in the second and the fourth quarter "
        "of the run, else 0"
    )


def test_rewards_are_a_third_train() -> None:
    rule = LearningRule(dw="2^-2*u0*r1", r1=Trace(8, 0))
    found = compare(rule, machine=LOIHI, probability=0.1, weight=0)
    rewards = np.flatnonzero(found.setting.trains()[2]) + 1
    assert rewards.size > 10
    assert (np.flatnonzero(found.ideal.series["r1"]) + 1).tolist() == rewards.tolist()
    assert found.fixed.final["weights"].item() == 2 * rewards.size
    assert found.notes[0].startswith("rewards are a third frozen train")
    assert not found.windows["dw"].pairs


def test_a_pre_trace_without_impulse_is_pointed_out() -> None:
    found = compare(LearningRule(dw="x2*y0"), machine=LAVA, steps=20)
    assert found.notes[0] == ("x2: no impulse, so it stays 0; --trace NAME=IMPULSE,TAU gives one")


def test_delay_and_tag_are_compared_too() -> None:
    found = compare("lava-three-targets", machine=LAVA, steps=60)
    names = [one.variable for one in found.differences]
    assert names == [
        "pre spikes", "post spikes", "x1", "x2", "y1", "y2", "y3", "weights", "tag_2", "tag_1"
    ]  # fmt: skip


def test_of_a_large_circuit_some_synapses_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_run, "_SAMPLES", 100)
    monkeypatch.setattr(one_run, "_SHOWN_SYNAPSES", 5)
    found = compare("stdp-loihi", machine=LAVA, neurons=4, steps=40, probability=0.2)
    post, pre = found.synapses
    assert found.fixed.series["weights"].shape == (40, 5)
    assert np.array_equal(
        found.fixed.series["weights"][-1], found.fixed.final["weights"][post, pre]
    )
    assert "series of 5 of 16 synapses were recorded" in found.notes


def test_runs_repeat_and_seeds_matter() -> None:
    settings = {"machine": LAVA, "steps": 150, "probability": 0.1}
    first, again = (compare("stdp-loihi", **settings) for _ in range(2))  # type: ignore[arg-type]
    rounded = compare("stdp-loihi", rng_seed=5, **settings)  # type: ignore[arg-type]
    other = compare("stdp-loihi", seed=5, **settings)  # type: ignore[arg-type]
    assert np.array_equal(first.fixed.series["y1"], again.fixed.series["y1"])
    assert not np.array_equal(first.fixed.series["y1"], rounded.fixed.series["y1"])
    assert np.array_equal(first.ideal.series["y1"], rounded.ideal.series["y1"])
    assert not np.array_equal(first.ideal.series["y1"], other.ideal.series["y1"])


def test_observed_float_changes_lie_on_the_window_of_rare_pairs() -> None:
    found = compare(
        LearningRule(dw="x1*y0 - x0*y1", x1=Trace(16, 2), y1=Trace(16, 2)), machine=LAVA
    )
    lags, changes = found.observed(found.ideal, "dw")
    window = found.windows["dw"]
    expected = np.interp(lags, window.lags, window.change)
    # what earlier spikes have left after several tau
    assert np.abs(changes - expected).max() < 6
    assert np.corrcoef(changes, expected)[0, 1] > 0.9


def test_a_float_run_that_overflows_is_reported_and_drawn(tmp_path: Path) -> None:
    found = compare(
        "2^-1*x0*w*w",
        machine=LAVA,
        steps=300,
        probability=0.1,
        weight=200,
        bounded=False,
    )
    assert not np.isfinite(found.ideal.final["weights"]).any()
    assert found.differences[-1].largest == np.inf
    assert found.differences[-1].first_unit_step is not None
    first = np.flatnonzero(~np.isfinite(found.ideal.series["weights"].ravel()))[0] + 1
    assert f"floating_pt overflows to infinity in step {first}" in found.notes
    assert len(found.save(tmp_path)) == 4
    assert "inf" in str(found)


def test_the_report_prints() -> None:
    lines = str(compare("stdp-loihi", machine=LAVA)).splitlines()
    assert lines[0].startswith("learns: weight w goes from 50 to 60")
    assert lines[2:4] == ["Lava's STDPLoihi, as in its STDP tutorial", "  dw = -x0*y1 + y0*x1"]
    assert "weight w        fixed_pt                    60" in lines
    assert "weight w        floating_pt  57.03185067389606" in lines


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"neurons": 0, "steps": 0, "seed": -1, "rng_seed": -1, "probability": 1.5},
            "circuit has 5 faults\n"
            "  neurons: found 0; allowed: integers 1..4096\n"
            "  steps: found 0; allowed: integers 1..1000000\n"
            "  seed: found -1; allowed: integers 0..4294967295\n"
            "  rng_seed: found -1; allowed: integers 0..9223372036854775807\n"
            "  probability: found 1.5; allowed: finite numbers 0..1",
        ),
        (
            {"neurons": 2.5, "weight": 300},
            "circuit has 2 faults\n"
            "  neurons: found 2.5; allowed: integers 1..4096\n"
            "  weight: found 300; allowed: integers -256..255",
        ),
        ({"epoch": 64}, "learning rule has 1 fault\n  t_epoch: found 64; allowed: integers 1..63"),
        (
            {"traces": {"x7": Trace()}},
            "trace 'x7' does not exist; did you mean x1 or x2?",
        ),
    ],
)
def test_bad_input_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(LoihiEmuError) as caught:
        compare("stdp-loihi", machine=LAVA, **given)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_trace_that_is_full_is_named() -> None:
    """Spikes in nearly every step: 16 a spike at tau 20 is 16/(1 - exp(-1/20)) = 328 in float."""
    traces = {name: Trace(16, 20) for name in ("x1", "y1")}
    found = compare(
        "2^-6*x1*y0 - 2^-6*y1*x0",
        machine=LAVA,
        probability=0.95,
        steps=120,
        traces=traces,
        bounded=False,
    )
    (note,) = (note for note in found.notes if note.startswith("x1 saturates at 127"))
    assert float(note.rpartition(" ")[2]) > 250


@pytest.mark.parametrize(
    ("rule", "given", "said"),
    [
        ("stdp-loihi", {}, "learns: weight w goes from 50 to 60 (float: 57.0319)"),
        (
            "2^-7*x1*x1*x1*y0", {},
            "never moves: weight w stays at 50; every product rounds to 0 (float: 94.0027); "
            "2^-7*y0*x1*x1*x1 counts 1/1024 in fixed point",
        ),
        ("x1*y0", {"probability": 0},
         "never moves: weight w stays at 50; no pre and no post neuron spikes"),
        ("x1*x2*y0", {"traces": {"x2": Trace()}},
         "never moves: weight w stays at 50; it does not move in float either"),
        # 50 + 128 at step 76, and beyond 255 at the second of four pre spikes
        ("4*2^5*x0", {"bounded": False},
         "saturates at step 120: weight w goes from 50 to 255 (float: 562); from then on it is at "
         "an end of its range"),
    ],
    ids=["learns", "rounds-to-0", "silent", "not-even-in-float", "saturates"],
)  # fmt: skip
def test_a_verdict_comes_first(rule: str, given: dict[str, Any], said: str) -> None:
    found = compare(rule, machine=LAVA, **given)
    assert found.verdict == said
    assert str(found).startswith(said)
    assert found.to_dict()["verdict"] == said


def test_float_keeps_to_the_ranges_of_fixed_point_unless_told() -> None:
    options = {"machine": LAVA, "neurons": 2, "steps": 400, "probability": 0.25}
    bounded, free = (compare("triplet-stdp", **options, bounded=b) for b in (True, False))  # type: ignore[arg-type]
    assert bounded.ideal.series["x1"].max() == 127
    assert bounded.ideal.series["weights"].max() == 255
    assert free.ideal.series["weights"].max() > 1000
    assert "x1 saturates at 127, the highest value of a trace" in bounded.notes


def test_each_rule_text_has_a_name_of_its_own() -> None:
    one, same, other = (compare(text, machine=LAVA, steps=5).subject.name
                        for text in ("x1*y0", "y0 * x1", "2*x1*y0"))  # fmt: skip
    assert one == same != other
    assert one.startswith("rule-")
