"""`loihi_emu.sweep`: each row has the bits of a simulator of its own, wherever it ran."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.description.populations import Neurons
from loihi_emu.exploration import executors
from loihi_emu.exploration.paths import apply
from loihi_emu.exploration.structure import key_of
from tests.exploration import chaos
from tests.scenes import build as build_scene
from tests.strategies import scenes, variant_scenes

METRICS = {"weight": "mean(plastic.weights)"}
GRID = {"plastic.x1_tau": [3, 30], "plastic.t_epoch": [1, 4]}


def _sweep(parameters: Any = GRID, seeds: Any = 2, metrics: Any = METRICS, **options: Any) -> Any:
    given: dict[str, Any] = {"steps": 60, "machine": "LAVA"} | options
    return le.sweep(chaos.build(), parameters, seeds, metrics, **given)


def _assert_same(found: le.SweepTable, wanted: le.SweepTable) -> None:
    assert list(found) == list(wanted)
    for name in wanted:
        for one, other in zip(found[name], wanted[name], strict=True):
            np.testing.assert_array_equal(one, other, name)


# -- bits


def test_every_row_is_a_run_of_its_own() -> None:
    table = le.sweep(
        chaos.build(), chaos.PARAMETERS, [5], chaos.METRICS, steps=200, machine="LOIHI"
    )
    assert table.n_rows == 120
    assert chaos.compare(table) == 0
    assert len({row.tobytes() for row in table["weights"]}) > 60


@settings(max_examples=20)
@given(
    st.data(), st.sampled_from(["fixed_pt", "floating_pt"]), st.sampled_from([le.LAVA, le.LOIHI]),
    st.booleans(),
)  # fmt: skip
def test_generated_variants_run_together_as_alone(
    data: Any, mode: str, machine: le.Machine, sparse: bool
) -> None:
    scene = data.draw(scenes(machine=machine, modes=(mode,)))
    variants = data.draw(variant_scenes(scene, mode == "floating_pt"))
    built = [build_scene(one, sparse=sparse) for one in variants]
    for one in built:
        object.__setattr__(one.plastic, "name", "plastic")  # scenes have no names
    options: Any = {"machine": machine, "mode": mode}
    steps = max(1, scene.n_steps)
    table = le.sweep(
        lambda which: built[which].net, {"which": list(range(len(built)))}, [7],
        {"w": "final(plastic.weights)"}, steps=steps, **options,
    )  # fmt: skip
    for k, one in enumerate(built):
        alone = le.Simulator(one.net, seed=7, backend="kernels", **options)
        weights = alone.run(steps, [le.Probe(one.plastic, "weights", steps)])
        wanted = np.asarray(weights[one.plastic, "weights"][-1], np.float64).ravel()
        np.testing.assert_array_equal(table["w"][k], wanted)


def test_variants_of_one_structure_share_a_call() -> None:
    net = chaos.build()

    def key(**given: Any) -> Any:
        return key_of(
            apply(net, {k.replace("__", "."): v for k, v in given.items()}), le.LAVA, "fixed_pt"
        )

    assert key() == key(plastic__x1_tau=3, cells__vth=7, plastic__weights=5, cells__bias_mant=2)
    assert key() == key(plastic__dw="3*2^-2*x1*y0 - 2^-2*y1*x0")
    assert key() != key(plastic__t_epoch=2)
    assert key() != key(plastic__dw="2^-2*x1*y0")
    assert key() != key(plastic__num_weight_bits=6)
    assert key() != key(cells__refractory_period=3)


def test_paths_leave_the_network_as_it_was() -> None:
    net = chaos.build()
    other = apply(net, {"cells.vth": 7, "plastic.weights": [[1] * 6] * 4})
    cells, plastic = other.find("cells"), other.find("plastic")
    assert isinstance(cells, Neurons)
    assert cells.spike_above == 7
    assert net.find("cells").spike_above == 150  # type: ignore[union-attr]
    assert plastic.post is cells  # type: ignore[union-attr]
    assert set(plastic.weights.tolist()) == {1}  # type: ignore[union-attr]


# -- what there is to run


def test_a_grid_varies_seeds_fastest_then_the_last_name() -> None:
    table = _sweep(seeds=[4, 9])
    assert table["seed"].tolist() == [4, 9] * 4
    assert table["plastic.t_epoch"].tolist() == [1, 1, 4, 4] * 2
    assert table["plastic.x1_tau"].tolist() == [3] * 4 + [30] * 4
    assert table["variant"].tolist() == list(range(8))


def test_listed_variants_and_arguments_of_a_function() -> None:
    def make(vth: int, seed: int, scale: float = 1.0) -> le.Network:
        net = apply(chaos.build(), {"cells.vth": vth})
        return apply(net, {"plastic.weights": int(10 * scale) + seed})

    listed = [{"vth": 100, "scale": 2.0}, {"vth": 150, "scale": 1.0}]
    metrics = {"low": "min(plastic.weights)", "high": "max(plastic.weights)"}
    table = le.sweep(make, listed, [0, 4], metrics, steps=1, machine="LAVA")
    assert table["low"].tolist() == [20.0, 24.0, 10.0, 14.0]
    assert table["vth"].tolist() == [100, 100, 150, 150]


def test_machine_and_mode_are_parameters() -> None:
    table = _sweep({"machine": ["LAVA", le.LOIHI]}, 1)
    alone = [_sweep({}, 1, machine=one)["weight"][0] for one in ("LAVA", "LOIHI")]
    assert table["weight"].tolist() == alone
    assert alone[0] != alone[1]
    real: dict[str, Any] = {"cells.du": [1], "cells.dv": [0.1], "mode": ["floating_pt"]}
    whole: dict[str, Any] = {"cells.du": [4095], "cells.dv": [400], "mode": ["fixed_pt"]}
    listed = [{name: values[0] for name, values in one.items()} for one in (real, whole)]
    both = _sweep(listed, 1)
    assert both["weight"].tolist() == [_sweep(one, 1)["weight"][0] for one in (real, whole)]


def test_random_draws_do_not_depend_on_how_many_there_are() -> None:
    ranges = {"plastic.x1_tau": {"low": 1, "high": 50, "log": True}, "plastic.t_epoch": [1, 2]}
    few = _sweep(ranges, 1, search=le.Search(5, seed=3))
    more = _sweep(ranges, 1, search=le.Search(9, seed=3))
    np.testing.assert_array_equal(few["plastic.x1_tau"], more["plastic.x1_tau"][:5])
    assert ((more["plastic.x1_tau"] >= 1) & (more["plastic.x1_tau"] <= 50)).all()
    whole = _sweep({"cells.vth": {"low": 3, "high": 5, "integer": True}}, 1, search=le.Search(40))
    assert set(whole["cells.vth"].tolist()) == {3, 4, 5}


def test_a_function_reads_what_record_lists() -> None:
    def late(outcome: le.Outcome) -> float:
        return float(outcome["plastic", "weights"][-3:].mean())

    table = _sweep(metrics={"late": late}, record=["plastic.weights every 10"])
    assert np.isfinite(table["late"]).all()
    both = _sweep(
        metrics=lambda outcome: {"a": late(outcome), "b": [1, 2]},
        record=["plastic.weights every 10"],
    )
    np.testing.assert_array_equal(both["a"], table["late"])
    assert both["b"][0].tolist() == [1, 2]


# -- searches


def _loss(outcome: le.Outcome) -> float:
    return float((outcome["plastic", "weights"][-1].mean() - 40) ** 2)


RANGES = {"plastic.x1_tau": {"low": 1, "high": 60}, "cells.vth": [80, 120, 200]}
_SEARCH: dict[str, Any] = {"metrics": {"loss": _loss, "rate": "rate(cells.spikes)"}}
_SEARCH |= {"record": ["plastic.weights every 30"]}


def test_a_search_finds_better_than_its_first_round(tmp_path: Path) -> None:
    wish = le.Search(48, minimize=["loss"], at_once=8)
    table = _sweep(RANGES, 2, search=wish, store=tmp_path / "a", **_SEARCH)
    (best,) = table.best()
    first = table["loss"][table["trial"] < 8].reshape(-1, 2).mean(axis=1).min()
    assert best["loss"] <= first
    assert best["loss"] == table["loss"].reshape(-1, 2).mean(axis=1).min()
    _assert_same(_sweep(RANGES, 2, search=wish, store=tmp_path / "a", **_SEARCH), table)
    _assert_same(_sweep(RANGES, 2, search=wish, **_SEARCH), table)


def test_several_metrics_give_a_pareto_front() -> None:
    wish = le.Search(24, minimize=["loss"], maximize=["rate"], sampler="nsga2", at_once=8)
    best = _sweep(RANGES, 1, search=wish, **_SEARCH).best()
    assert best
    for one in best:
        for other in best:
            beats = other["loss"] <= one["loss"] and other["rate"] >= one["rate"]
            assert not beats or (other["loss"], other["rate"]) == (one["loss"], one["rate"])


def test_a_pruned_trial_stops_at_its_rung() -> None:
    wish = le.Search(40, minimize=["loss"], pruner="median", rungs=[30], at_once=8)
    table = _sweep(RANGES, 1, search=wish, **_SEARCH)
    pruned = table["pruned"]
    assert 0 < pruned.sum() < 40
    assert set(table["steps"][pruned].tolist()) == {30}
    assert set(table["steps"][~pruned].tolist()) == {60}


# -- stores


def test_a_sweep_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    class EndedError(Exception):
        pass

    def end_soon(done: int, total: int) -> None:
        if done >= total // 2:
            raise EndedError

    store = tmp_path / "store"
    with pytest.raises(EndedError):
        _sweep(seeds=8, store=store, variants_per_task=4, progress=end_soon)
    parts = sorted((store / "parts").iterdir())
    assert 0 < len(parts) < 8
    times = [part.stat().st_mtime_ns for part in parts]
    table = _sweep(seeds=8, store=store, variants_per_task=4)
    assert [part.stat().st_mtime_ns for part in parts] == times
    _assert_same(table, _sweep(seeds=8))


def test_a_store_is_plain_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    table = _sweep(store=tmp_path / "s", metrics={"all": "final(plastic.weights)"})
    read = parquet.read_table(tmp_path / "s" / "parts")
    rows = sorted(
        zip(read.column("variant").to_pylist(), read.column("all").to_pylist(), strict=True)
    )
    assert [row for _, row in rows] == [row.tolist() for row in table["all"]]


def test_a_store_of_another_sweep_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "s"
    _sweep(store=store)
    for other in (
        {"steps": 61},
        {"machine": "LOIHI"},
        {"seeds": 3},
        {"metrics": {"w": "std(plastic.weights)"}},
    ):
        with pytest.raises(le.LoihiEmuError, match="holds another sweep"):
            _sweep(store=store, **other)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(le.LoihiEmuError, match="not empty and no store"):
        _sweep(store=tmp_path / "full")
    part = next((store / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(le.LoihiEmuError, match="damaged"):
        _sweep(store=store)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(le.LoihiEmuError, match="cannot be used"):
        _sweep(store=tmp_path / "s")


# -- workers that die


def _kill_once(path: str) -> Any:
    def metric(outcome: le.Outcome) -> float:
        if outcome.seed == 5 and not os.path.exists(path):
            Path(path).write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)
        return float(outcome["plastic", "weights"][-1].sum())

    return metric


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    metrics = {"sum": _kill_once(str(tmp_path / "killed"))}
    options: dict[str, Any] = {"metrics": metrics, "record": ["plastic.weights every 60"]}
    table = _sweep(seeds=8, workers=2, variants_per_task=4, **options)
    assert (tmp_path / "killed").exists()
    _assert_same(table, _sweep(seeds=8, **options))


def test_what_kills_every_worker_ends_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(_: le.Outcome) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(executors, "MOST_DEATHS", 2)
    with pytest.raises(le.LoihiEmuError, match="2 times in a row workers died"):
        _sweep(seeds=1, workers=1, metrics={"never": deadly})


def test_workers_killed_and_a_scheduler_cut_change_no_bit(tmp_path: Path) -> None:
    with chaos.running() as cluster:
        progress = chaos.disturb(cluster, kills=2, cuts=1, seed=4)
        table = chaos.sweep(240, str(tmp_path / "s"), progress, scheduler=cluster.address)
        assert (cluster.kills, cluster.cuts) == (2, 1)
    assert table.n_rows == 240
    assert chaos.compare(table) == 0


# -- errors


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"parameters": {"plastic.x1_tau": [1, -3]}}, r"(?s)plastic.x1_tau=-3.*tau: found -3"),
        ({"parameters": {"plastc.x1_tau": [1]}}, "0 items are named 'plastc'"),
        ({"parameters": {"plastic.x1_tua": [1]}}, "did you mean x1_tau"),
        ({"parameters": {"tau": [1]}}, "no path 'NAME.FIELD'"),
        ({"parameters": {"seed": [1]}}, "Seeds are given by themselves"),
        ({"parameters": {"machine.decay_bit": [8]}}, "did you mean decay_bits"),
        ({"parameters": {"machine": ["LAVAA"]}}, "did you mean LAVA"),
        ({"parameters": {"mode": ["fixed"]}}, "allowed: fixed_pt, floating_pt"),
        ({"parameters": {"cells.du": [5000]}}, "cells du is 5000"),
        ({"parameters": {"cells.vth": 3}}, "cells.vth is 3; allowed: a list"),
        ({"parameters": {"cells.vth": []}}, "cells.vth has no values"),
        ({"parameters": {"cells.vth": {"low": 1, "high": 2}}}, "which a grid cannot list"),
        ({"parameters": {"cells.vth": {"low": 3, "high": 2}}}, "low is 3; allowed: up to"),
        ({"parameters": {"cells.vth": {"low": 0, "high": 2, "log": True}}}, "above 0"),
        ({"parameters": {"cells.vth": {"low": 0, "hihg": 2}}}, "did you mean high"),
        ({"parameters": [{"cells.vth": 3}, {"cells.du": 3}]}, "allowed: the same names"),
        ({"parameters": "cells.vth"}, "allowed: values by name"),
        ({"parameters": {"pre.du": [3]}}, "pre is a source"),
        ({"metrics": {"w": "mean(plastic)"}}, "allowed: text such as"),
        ({"metrics": {"w": "count(plastic.weights)"}}, "reduction of weights 'count'"),
        ({"metrics": {"w": "mean(plastic.wieghts)"}}, "wieghts"),
        ({"metrics": {}}, "allowed: a mapping such as"),
        ({"metrics": {"w": lambda _: "x"}}, r"variant 0 \(.*metric w is 'x'"),
        ({"metrics": {"w": lambda _: 1 / 0}}, "a metric raised ZeroDivisionError"),
        ({"record": ["plastic"]}, "allowed: 'plastic.weights'"),
        ({"record": "plastic.weights"}, "allowed: a list such as"),
        ({"seeds": []}, "seeds is empty"),
        ({"seeds": -1}, "seeds is -1"),
        ({"seeds": [1.5]}, r"seeds\[0\] is 1.5"),
        ({"steps": 0}, "steps is 0"),
        ({"workers": 0}, "workers is 0"),
        ({"workers": 2, "scheduler": "tcp://x:1"}, "allowed: one of them"),
        ({"search": 3}, "allowed: a Search"),
        ({"progress": 3}, "allowed: a function"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_runs(given: dict[str, Any], message: str) -> None:
    with pytest.raises(le.LoihiEmuError, match=message):
        _sweep(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"trials": 0}, "trials is 0"),
        ({"trials": 5, "sampler": "best"}, "sampler"),
        ({"trials": 5, "pruner": "median"}, "0 metrics to judge by"),
        ({"trials": 5, "pruner": "median", "minimize": ["a"]}, "needs rungs"),
        ({"trials": 5, "rungs": [3, 2]}, "allowed: ascending"),
        ({"trials": 5, "minimize": "loss"}, "allowed: a list"),
    ],
)
def test_a_search_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(le.LoihiEmuError, match=message):
        le.Search(**given)


def test_a_search_by_no_metric_is_told() -> None:
    with pytest.raises(le.LoihiEmuError, match=r"judges by 'wieght'.*allowed: weight"):
        _sweep(RANGES, 1, search=le.Search(4, minimize=["wieght"]))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from loihi_emu.exploration import sweep as module

    monkeypatch.setattr(module, "cluster", lambda address: _cluster(address, patience=0.5))
    with pytest.raises(le.LoihiEmuError, match=r"tcp://127\.0\.0\.1:1 is lost: it does not answer"):
        _sweep(scheduler="tcp://127.0.0.1:1")


def _cluster(address: str, patience: float) -> Any:
    from loihi_emu.exploration.cluster import cluster

    return cluster(address, patience)


def test_a_missing_library_is_told_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in ("pyarrow", "optuna", "cloudpickle"):
        monkeypatch.setitem(sys.modules, name, None)
    for options in ({"store": "x"}, {"workers": 2}, {"search": le.Search(2, minimize=["weight"])}):
        with pytest.raises(le.LoihiEmuError, match=r"pip install 'loihi-emu\[sweep\]'"):
            _sweep(**options)
    assert _sweep().n_rows == 8


def test_a_function_s_own_error_names_the_variant() -> None:
    def make(n: int) -> le.Network:
        if n == 3:
            raise RuntimeError("three")
        return chaos.build()

    with pytest.raises(le.LoihiEmuError, match=r"variant 0 \(n=3\).*RuntimeError: three"):
        le.sweep(make, {"n": [1, 3]}, 1, METRICS, steps=3)
    with pytest.raises(le.LoihiEmuError, match="no argument of the function"):
        le.sweep(make, {"m": [1]}, 1, METRICS, steps=3)
