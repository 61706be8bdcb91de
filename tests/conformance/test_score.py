"""The score of a machine on a series: laws against sampling and by hand, calibration, bad files."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import product
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loihi_emu.chip import decay
from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, MACHINES, Machine
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.conformance import load_series, score
from loihi_emu.conformance.generated_series import generate
from loihi_emu.conformance.law_spikes import strike
from loihi_emu.conformance.law_synapse import SynapseLaw, as_inputs, update
from loihi_emu.conformance.law_traces import Side, Struck, finish
from loihi_emu.conformance.score_scan import fit_decay, scan
from loihi_emu.errors import FileError, LoihiEmuError, RuleError, UnknownNameError
from loihi_emu.kernels.reference.interpreter import interpret
from tests.conformance.calibrate import HIDDEN, LARGEST_Z, own_series, z_of

CHIP = Path(__file__).parent / "cases" / "chip_series_tau10.json"

each_machine = pytest.mark.parametrize("machine", tuple(MACHINES.values()), ids=lambda m: m.name)


@pytest.fixture(scope="module")
def chip() -> dict[str, Any]:
    return load_series(CHIP)


# -- laws


def test_one_step_of_decay_by_hand() -> None:
    # 16 * floor(exp(-1/10) * 128) / 128 = 16 * 115 / 128 = 14.375
    machine = replace(LOIHI, decay_law="exponential", decay_bits=7)
    side = Side(machine, (Trace(16, 10),), 1, True)
    law = finish(side, Struck((16,)), ())
    assert {o.ends: p for o, p in law.items()} == {(14,): 0.625, (15,): 0.375}


@pytest.mark.parametrize("staging", ["step", "epoch"])
def test_a_shared_draw_is_integrated_over_its_breakpoints(staging: Any) -> None:
    """Against a fine grid of the one uniform number that every step and trace uses."""
    machine = replace(LAVA, decay_staging=staging)
    traces = (Trace(16, 10), Trace(24, 5))
    side = Side(machine, traces, 4, True)
    law = finish(side, Struck((37, 22), spike_step=2, n_spikes=1), ((0, 2), (1, 3)))
    n = 4096
    counts: dict[tuple[int, ...], float] = {}
    for k in range(n):
        u = (k + 0.5) / n
        paths = [_path(machine, trace, value, u, spike=2) for trace, value in
                 zip(traces, (37, 22), strict=True)]  # fmt: skip
        reached: tuple[int, ...] = (paths[0][4], paths[1][4], paths[0][2], paths[1][3])
        counts[reached] = counts.get(reached, 0) + 1 / n
    exact = {(*outcome.ends, *outcome.read): p for outcome, p in law.items()}
    assert counts.keys() <= exact.keys()
    for reached, p in exact.items():
        # a grid of n points is at most one point off at each end of an interval of u
        assert counts.get(reached, 0) == pytest.approx(p, abs=4 / n)


def _path(machine: Machine, trace: Trace, start: int, u: float, spike: int) -> list[int]:
    """A trace through an epoch of 4 steps where every rounding uses `u`."""
    path, event_value, event = [start], start, 0
    for step in range(1, 5):
        exact = decay.factor(machine, trace.tau, step - event) * event_value
        value = int(exact) + (u < exact - int(exact))
        if step == spike:
            value = min(127, value + int(trace.impulse))
        if machine.decay_staging == "step" or step == spike:
            event_value, event = value, step
        path.append(value)
    return path


def test_own_draws_against_all_paths() -> None:
    """Three steps with a fraction each: the sum over all eight ways to round."""
    machine = replace(LOIHI, decay_bits=8)
    side = Side(machine, (Trace(0, 7),), 3, True)
    factor = decay.factor(machine, 7)
    expected: dict[int, float] = {}
    for ups in product((0, 1), repeat=3):
        value, p = 90, 1.0
        for up in ups:
            exact = value * factor
            fraction = exact - int(exact)
            value, p = int(exact) + up, p * (fraction if up else 1 - fraction)
        if p:
            expected[value] = expected.get(value, 0) + p
    law = {o.ends[0]: p for o, p in finish(side, Struck((90,)), ()).items()}
    assert law == pytest.approx(expected)


@pytest.mark.parametrize(
    ("graded", "before", "payload", "after", "timed"),
    [
        ("overwrite", 9, 51, 26, True),
        ("add_saturation", 100, 100, 127, True),
        ("add_no_saturation", 7, 246, 2, True),  # 130 keeps its low 7 bits
        ("add_no_saturation", 7, 100, 57, False),
    ],
)
def test_payloads_write_x1(graded: Any, before: int, payload: int, after: int, timed: bool) -> None:
    side = Side(LOIHI, (Trace(0, 10),), 4, True, graded)
    ((p, state),) = strike(side, Struck((before,)), 3, payload)
    assert (p, state.values, state.spike_step) == (1.0, (after,), 3 if timed else 0)


@each_machine
@pytest.mark.parametrize("change", ["2^-3*u0*x1", "-3*2^-5*u0*x1", "2^-7*u0*x1*x1"])
def test_a_synapse_law_counts_every_draw(machine: Machine, change: str) -> None:
    law = SynapseLaw.of(LearningRule(dw=change), machine, "EXCITATORY", 5)
    read = {"u": 1, "x1@u": 29}
    counts: dict[int, int] = {}
    formats = dict(law.formats)
    for leading in range(1 << law.draw_bits):
        draw = leading << (16 - law.draw_bits)
        w = interpret(law.code, {"w": 96, "d": 0, "t": 0}, read, formats, draw)["w"]
        counts[w] = counts.get(w, 0) + 1
    found = {synapse[0]: p for synapse, p in update(law, (96, 0, 0), as_inputs(read))}
    assert found == {w: count / (1 << law.draw_bits) for w, count in counts.items()}


# -- calibration: `python -m tests.conformance.calibrate` is the long form


@each_machine
def test_a_machine_is_calibrated_on_its_own_series(machine: Machine) -> None:
    for rule, series in own_series(machine, 1000, seed=3):
        own = score(series, machine)
        assert own["impossible"] == own["inexact"] == 0, rule
        assert abs(z_of(own)) < LARGEST_Z, rule


@each_machine
def test_on_the_series_of_another_machine_the_score_falls(machine: Machine) -> None:
    _, series = next(own_series(machine, 400, seed=4))
    own = score(series, machine)
    for other in MACHINES.values():
        if other.differences(machine):  # LOIHI2 is LOIHI by another name
            others = score(series, other)
            assert others["impossible"] > 0 or others["log_likelihood"] < own["log_likelihood"]
            assert others["robust"] < own["robust"] - 10


@pytest.mark.parametrize(
    "changes",
    [
        {"decay_staging": "epoch"},
        {"random_source": "pcg64", "repeated_pre_impulse": "drawn", "second_spike": "adds"},
        {"second_spike": "adds", "spike_factor": "count", "spike_factor_bits": 5},
        {"rounds_at": "unit", "overflow_keeps": "excess", "half_payload": "half_even"},
    ],
)
def test_variants_are_calibrated_too(changes: dict[str, Any]) -> None:
    machine = replace(LOIHI, name="variant", **changes)
    for rule, series in own_series(machine, 400, seed=5):
        own = score(series, machine)
        assert own["impossible"] == own["inexact"] == 0, rule
        assert abs(z_of(own)) < LARGEST_Z, rule


def test_a_law_that_is_slightly_wrong_loses() -> None:
    """A factor of one unit in 2^7 more costs likelihood on a long enough series."""
    made_by = replace(LOIHI, name="made by", decay_bits=7)
    _, series = next(own_series(made_by, 3000, seed=6))
    totals = {
        bits: score(series, replace(made_by, decay_bits=bits))["robust"] for bits in (6, 7, 8)
    }
    assert totals[7] > max(totals[6], totals[8]) + 20


def test_hidden_traces_are_filtered() -> None:
    """Weights alone, scored through the traces' law, against traces that were recorded too."""
    run = HIDDEN["hidden x1"]
    both = generate(LOIHI, run, 60, seed=8, record=("weights", "x1"))
    hidden = deepcopy(both)
    hidden["runs"][0].pop("series_x1")
    of_weights = score(both, LOIHI)["variables"]["w"]
    filtered = score(hidden, LOIHI)
    assert filtered["impossible"] == 0
    # to know the trace explains the weights better than to infer it
    assert filtered["log_likelihood"] < of_weights["log_likelihood"]


def test_tags_and_delays_are_scored_where_they_were_recorded() -> None:
    run = {
        "dw": "2^-4*u0*t", "dt": "2^-3*y0*x1 - 2^-2*u0*t", "dd": "2^-3*x0*x1 - 2^-2*u0*d",
        "t_epoch": 2, "x1": {"impulse": 40, "tau": 4},
    }  # fmt: skip
    zs = []
    for seed in range(10):
        series = generate(LOIHI, run, 300, seed=seed, record=("weights", "tags", "delays", "x1"))
        found = score(series, LOIHI)
        assert sorted(found["variables"]) == ["d", "t", "w", "x1"]
        assert found["impossible"] == 0
        zs.append(z_of(found))
    assert abs(np.sum(zs)) / np.sqrt(len(zs)) < LARGEST_Z, zs  # one alone may be far: a long tail


# -- the chip's series


def test_the_chip_series_by_hand(chip: dict[str, Any]) -> None:
    """Epoch 40-44 of x1, 17 to 11, is four roundings of 7 bits: by hand over all their paths."""
    machine = replace(LOIHI, decay_law="exponential", decay_bits=7)
    law = {17: 1.0}
    for _ in range(4):
        after: dict[int, float] = {}
        for value, p in law.items():
            whole, part = divmod(value * 115, 128)
            for one, q in ((whole, 1 - part / 128), (whole + 1, part / 128)):
                if q:
                    after[one] = after.get(one, 0) + p * q
        law = after
    rows = [
        row for row in score(chip, machine)["list"]
        if (row["run"], row["variable"], row["steps"]) == ("default_x0", "x1", [40, 44])
    ]  # fmt: skip
    assert [(row["before"], row["after"]) for row in rows] == [(17, 11)]
    assert rows[0]["probability"] == pytest.approx(law[11])


def test_the_chip_series_has_fifteen_epochs_a_run_and_three_writes(chip: dict[str, Any]) -> None:
    found = score(chip, LOIHI)
    by_kind: dict[tuple[str, str], int] = {}
    for row in found["list"]:
        key = (row["variable"], row["kind"])
        by_kind[key] = by_kind.get(key, 0) + 1
    # 63 steps hold 15 epochs; x1 and x2 in 5 runs, w in 9; pre spikes at 5, 22 and 39 of 2 runs
    # show their payload at once, the one at 56 ends an epoch
    assert by_kind == {
        ("w", "epoch"): 135, ("x1", "epoch"): 75, ("x2", "epoch"): 75, ("x1", "spike"): 6,
    }  # fmt: skip
    assert found["transitions"] == 291
    # three default runs hold one x1; all five hold one x2
    assert found["distinct"]["transitions"] == 291 - 2 * 15 - 4 * 15


def test_the_record_reads_lava_as_refuted(chip: dict[str, Any]) -> None:
    """One draw for all steps cannot make these series; a step's own draws nearly can."""
    assert score(chip, LAVA)["distinct"]["impossible"] >= 3
    own_draws = replace(LAVA, name="own draws", random_source="counter")
    assert score(chip, own_draws)["distinct"]["impossible"] <= 3


def test_the_fitted_factors_are_the_records(chip: dict[str, Any]) -> None:
    """Record 3.4: tau 5 has 0.8115, from 0.803 to 0.822; tau 10 has 0.890..0.901."""
    five, ten = fit_decay(chip, LOIHI)
    assert five["tau"] == 5
    assert five["factor"] == pytest.approx(0.8115, abs=0.001)
    assert (five["low"], five["high"]) == pytest.approx((0.803, 0.822), abs=0.001)
    assert ten["tau"] == 10
    assert (ten["low"], ten["high"]) == pytest.approx((0.890, 0.901), abs=0.002)
    assert ten["high"] < ten["exponential"]


def test_a_scan_ranks_variants(chip: dict[str, Any]) -> None:
    found = scan(chip, LOIHI, ["decay_staging", "decay_bits=7|None"])
    assert len(found) == 4
    assert found[0]["variant"] == {"decay_staging": "step", "decay_bits": 7}
    order = [one["distinct"]["impossible"] for one in found]
    assert order == sorted(order)
    with pytest.raises(UnknownNameError, match="decay_bits"):
        scan(chip, LOIHI, ["decay_bit"])
    with pytest.raises(LoihiEmuError, match="decay_law"):
        scan(chip, LOIHI, ["decay_law=cubic"])


def test_numbers_add_up(chip: dict[str, Any]) -> None:
    found = score(chip, LAVA)
    for parts in (found["runs"], found["variables"].values()):
        for key in ("transitions", "impossible", "exact", "inexact"):
            assert sum(one[key] for one in parts) == found[key]
    possible = [row["probability"] for row in found["list"] if row["probability"] > 0]
    assert found["log_likelihood"] == pytest.approx(sum(map(log, possible)))
    assert found["transitions"] - len(possible) == found["impossible"]


# -- parts of a series


def _minimal(**run: Any) -> dict[str, Any]:
    """One run of two epochs of two steps with a pre spike in step 3."""
    setup = {"steps": 4, "t_epoch": 2, "pre_spike_steps": [3], "payloads": [100]}
    return {"setup": setup, "runs": [{"x1": {"impulse": 16, "tau": 10}, **run}]}


def test_an_epoch_with_an_unknown_payload_is_left_out() -> None:
    given = _minimal(graded="overwrite", series_x1=[0, 0, 60, 48])
    assert score(given, LOIHI)["impossible"] == 1  # 100 writes 50
    given["runs"][0]["unknown_payload_steps"] = [3]
    for payload in (100, None):
        given["setup"]["payloads"] = [payload]
        left = score(given, LOIHI)
        assert (left["transitions"], left["impossible"]) == (1, 0)
    given["runs"][0]["unknown_payload_steps"] = []
    with pytest.raises(RuleError, match=r"setup\.payloads\[0\]: found None"):
        score(given, LOIHI)


def test_after_an_unknown_payload_a_hidden_trace_waits_for_a_known_one() -> None:
    """Epochs of two steps; the second holds an unknown payload, the fifth overwrites x1."""
    made = generate(
        LOIHI, {**HIDDEN["hidden x1"], "t_epoch": 2, "graded": "overwrite"}, 40, seed=10,
        record=("weights",),
    )  # fmt: skip
    every = score(made, LOIHI)
    assert every["transitions"] == 40
    (run,) = made["runs"]
    first, second, *_ = run["pre_spike_steps"]
    run["unknown_payload_steps"] = [first]
    run["payloads"][0] = None
    left = score(made, LOIHI)
    waiting = (second + 1) // 2 - (first + 1) // 2
    assert left["transitions"] == 40 - waiting - 1
    assert left["impossible"] == 0


def test_a_change_where_nothing_happens_is_impossible() -> None:
    for series, expected in (
        ([0, 4, 4, 17], [("epoch", [0, 2])]),
        ([4, 3, 3, 16], [("rest", [0, 1])]),
        ([0, 0, 7, 20], [("rest", [2, 3])]),
    ):
        found = score(_minimal(series_x1=series), LOIHI)
        failing = [(row["kind"], row["steps"]) for row in found["list"] if not row["probability"]]
        assert failing == expected


def test_a_machine_without_epochs_is_scored_step_by_step() -> None:
    found = score(_minimal(series_x1=[0, 0, 16, 14]), BRIAN2LOIHI)
    assert found["transitions"] == 4
    assert found["impossible"] == 0


def test_scoring_does_not_change_the_series(chip: dict[str, Any]) -> None:
    before = json.dumps(chip)
    score(chip, LOIHI)
    assert json.dumps(chip) == before


# -- bad files


def _break(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Set what lies at a path of keys and indices."""

    def apply(series: dict[str, Any]) -> None:
        *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place: Any = series
        for key in parents:
            place = place[key]
        place[last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("setup.t_epoch", 0, r"setup\.t_epoch: found 0"),
        ("setup.synapses", 2, r"setup\.synapses: found 2"),
        ("setup.x2", {"impulse": 24, "tau": -1}, r"setup\.x2: trace has 1 fault"),
        ("setup.x2", {"impuls": 24}, r"setup\.x2\.impuls: unknown key"),
        ("setup.pre_spike_steps", [5, 4], r"setup\.pre_spike_steps\[1\]: found 4 after 5"),
        ("runs.2.weights.7", "x", r"runs\[2\]\.weights\[7\]: found 'x'"),
        ("runs.2.weights", [10], r"runs\[2\]\.weights: has 1 values; allowed: 63"),
        ("runs.0.dw", "x0 *", r"runs\[0\]\.dw: the product ends after"),
        ("runs.0.dw", "x0*r1", r"runs\[0\]\.dw: has r0 or r1"),
        ("runs.3.payloads", [1], r"runs\[3\]\.payloads: has 1 values; allowed: 4"),
        ("runs.3.graded", "half", r"runs\[3\]\.graded: found 'half'"),
        ("runs.1.colour", 3, r"runs\[1\]\.colour: unknown key"),
        ("runs.1.unknown_payload_steps", [6], r"step 6 has no pre spike"),
        ("runs", [], r"runs: needs at least one run"),
        ("runs.0", 7, r"runs\[0\]: found 7; allowed: an object"),
        ("setup", None, r"setup: found None"),
    ],
)
def test_a_fault_names_its_path(chip: dict[str, Any], path: str, value: Any, expected: str) -> None:
    broken = deepcopy(chip)
    _break(path, value)(broken)
    with pytest.raises(RuleError, match=expected) as caught:
        score(broken, LOIHI)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("series", [None, 3, [], "text", {"setup": {}}, {"runs": 1, "setup": []}])
def test_what_is_no_series_is_refused(series: Any) -> None:
    with pytest.raises(RuleError, match="series file"):
        score(series, LOIHI)


def test_damaged_files_never_fail_otherwise(chip: dict[str, Any]) -> None:
    """Values at random places replaced by odd ones: scored, or refused with an error of ours."""
    draws = np.random.default_rng(12)
    odd: list[Any] = [None, -1, 1e400, "", [], {}, True, 10**30, 0.5, [[1]]]
    small = deepcopy(chip)
    small["runs"] = small["runs"][2:5]
    for _ in range(150):
        broken = deepcopy(small)
        place: Any = broken
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            if not keys:
                break
            key = keys[int(draws.integers(len(keys)))]
            if not isinstance(place[key], (dict, list)) or draws.random() < 0.2:
                place[key] = odd[int(draws.integers(len(odd)))]
                break
            place = place[key]
        with suppress(LoihiEmuError):
            score(broken, LOIHI)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        load_series(tmp_path / "absent.json")
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with pytest.raises(LoihiEmuError, match="is not JSON"):
        load_series(bad)
