"""What the mirror adds or decides by itself: names, collections, monitors of several, defaults."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from loihi_emu.lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from loihi_emu.lava.magma.core.process.process import LogConfig
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi1SimCfg, Loihi2SimCfg
from loihi_emu.lava.proc.dense.process import Dense, LearningDense
from loihi_emu.lava.proc.io.sink import RingBuffer as Sink
from loihi_emu.lava.proc.io.source import RingBuffer as Source
from loihi_emu.lava.proc.lif.process import LIF
from loihi_emu.lava.proc.monitor.process import Monitor
from loihi_emu.lava.proc.sparse.process import DelaySparse, LearningSparse

FIXED = Loihi2SimCfg(select_tag="fixed_pt")


def test_processes_are_numbered_in_the_order_of_construction() -> None:
    first, second = LIF(shape=(1,)), Monitor()
    named = LIF(shape=(1,), name="mine", log_config=LogConfig())
    assert second.id == first.id + 1
    assert (first.name, named.name) == (f"Process_{first.id}", "mine")
    assert repr(named.v).startswith("Variable: v\n    shape: (1,)")


def test_members_are_found_by_name() -> None:
    dense = Dense(weights=np.ones((2, 3)), weight_exp=3)
    assert dense.in_ports.member_names == ["s_in"]
    assert dense.out_ports.a_out is dense.a_out
    assert [var.name for var in dense.vars.members] == ["a_buff", "num_message_bits", "weights"]
    assert dense.proc_params["weight_exp"] == 3
    dense.proc_params.overwrite("weight_exp", 1)
    assert dense.proc_params.get("weight_exp") == 1
    with pytest.raises(AttributeError, match="there are s_in"):
        _ = dense.in_ports.nothing
    assert not dense.is_compiled


def test_a_monitor_may_probe_several() -> None:
    lif, monitor = LIF(shape=(2,), bias_mant=[3, 200], vth=1, name="cells"), Monitor()
    for target in (lif.v, lif.u, lif.s_out):
        monitor.probe(target, 5)
    assert monitor.get_data() == {"cells": {"v": 0, "u": 0, "s_out": 0}}
    lif.run(RunSteps(3), FIXED)
    data = monitor.get_data()["cells"]
    assert data["s_out"].tolist() == [[0, 1], [0, 1], [0, 1], [0, 0], [0, 0]]
    assert data["v"][:, 0].tolist() == [3, 6, 9, 0, 0]
    assert data["u"].dtype == np.float64


def test_monitor_plots_into_axes() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    lif, monitor = LIF(shape=(1,), bias_mant=1, name="cells"), Monitor()
    monitor.probe(lif.v, 4)
    lif.run(RunSteps(4), FIXED)
    figure, axes = pyplot.subplots()
    monitor.plot(axes, lif.v, "o")
    assert axes.lines[0].get_ydata().ravel().tolist() == [1, 2, 3, 4]
    assert (axes.get_title(), axes.get_ylabel()) == ("cells", "v")
    pyplot.close(figure)


def test_float_is_the_default_mode() -> None:
    lif = LIF(shape=(1,), bias_mant=0.25)
    lif.run(RunSteps(2), Loihi1SimCfg())
    assert lif.v.get().tolist() == [0.5]


def test_the_tag_of_loihis_bits_is_fixed_point() -> None:
    spikes = []
    for tag in ("fixed_pt", "bit_accurate_loihi"):
        lif, dense = LIF(shape=(2,), bias_mant=[100, 7], vth=5), Dense(weights=np.eye(2) * 90)
        lif.s_out.connect(dense.s_in)
        dense.a_out.connect(lif.a_in)
        lif.run(RunSteps(20), Loihi1SimCfg(select_tag=tag))
        spikes.append([lif.v.get().tolist(), lif.u.get().tolist(), dense.a_buff.get().tolist()])
    assert spikes[0] == spikes[1]


def test_values_set_before_the_first_step_are_the_initial_ones() -> None:
    source, dense = Source(data=np.ones((1, 1))), Dense(weights=np.array([[3]]))
    lif = LIF(shape=(1,), vth=1000)
    source.s_out.connect(dense.s_in)
    dense.a_out.connect(lif.a_in)
    lif.create_runtime(run_cfg=FIXED)
    dense.weights.set(np.array([[-7]]))
    lif.v.set(np.array([90]))
    assert lif.v.get().tolist() == [90]
    lif.run(RunSteps(2))
    assert dense.weights.get().tolist() == [[-7]]
    assert lif.v.get().tolist() == [90 - 7 * 64]


def test_branches_of_a_learning_connection_stay_equal() -> None:
    rule = Loihi2FLearningRule(dw="x0*2", rng_seed=0)
    plastic = LearningDense(weights=np.ones((1, 1)), learning_rule=rule)
    Source(data=np.array([[1, 0]])).s_out.connect(plastic.s_in)
    cells = [LIF(shape=(1,), vth=100000) for _ in range(2)]
    plastic.a_out.connect([cell.a_in for cell in cells])
    plastic.run(RunSteps(6), FIXED)
    plastic.weights.set(np.array([[50]]))
    plastic.run(RunSteps(6))
    assert cells[0].v.get() == cells[1].v.get() > 0
    assert plastic.weights.get().tolist() == [[56]]


def test_sparse_weights_are_monitored_as_a_matrix() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    rule = Loihi2FLearningRule(dw="x0*2", rng_seed=0)
    weights = sparse.csr_matrix(np.array([[0, 8], [6, 0]]))
    plastic, monitor = LearningSparse(weights=weights, learning_rule=rule, name="p"), Monitor()
    Source(data=np.array([[1], [0]])).s_out.connect(plastic.s_in)
    monitor.probe(plastic.weights, 2)
    plastic.run(RunSteps(2), FIXED)
    assert monitor.get_data()["p"]["weights"].tolist() == [[[0, 8], [8, 0]], [[0, 8], [10, 0]]]
    plastic.weights.set(sparse.csr_matrix(np.array([[0, 1], [2, 0]])))
    assert plastic.weights.get().toarray().tolist() == [[0, 1], [2, 0]]


def test_delay_sparse_takes_one_delay_for_all() -> None:
    pytest.importorskip("scipy.sparse")
    late, sink = DelaySparse(weights=np.eye(1) * 5, delays=2), Sink(shape=(1,), buffer=6)
    Source(data=np.array([[1, 0, 0, 0, 0, 0]])).s_out.connect(late.s_in)
    late.a_out.connect(sink.a_in)
    late.run(RunSteps(6), FIXED)
    assert sink.data.get().tolist() == [[0, 0, 0, 5, 0, 0]]


@pytest.mark.parametrize(
    ("make", "defaults"),
    [
        (Loihi1SimCfg, {"select_tag": None, "select_sub_proc_model": False}),
        (Loihi2FLearningRule, {"dw": None, "x1_tau": 0.0, "t_epoch": 1, "rng_seed": None}),
        (Dense, {"num_message_bits": 0}),
        (LearningDense, {"tag_1": None, "tag_2": None, "graded_spike_cfg": 0}),
        (RunSteps, {"blocking": True}),
    ],
)
def test_defaults_are_lavas(make: Any, defaults: dict[str, Any]) -> None:
    parameters = inspect.signature(make).parameters
    assert {name: parameters[name].default for name in defaults} == defaults


def test_a_seed_is_drawn_where_none_is_given() -> None:
    np.random.seed(1)  # noqa: NPY002
    one = Loihi2FLearningRule(dw="x0").rng_seed
    np.random.seed(1)  # noqa: NPY002
    assert Loihi2FLearningRule(dw="x0").rng_seed == one > 0


def test_importing_names_does_not_start_the_compiler() -> None:
    code = (
        "import sys, loihi_emu.lava.proc.lif.process, loihi_emu.lava.proc.dense.process, "
        "loihi_emu.lava.proc.monitor.process; sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
