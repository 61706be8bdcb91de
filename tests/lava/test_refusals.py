"""What is not mirrored fails at import, construction or the first run, with advice."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loihi_emu.errors import LoihiEmuError
from loihi_emu.lava import NotMirroredError
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import (
    Loihi2FLearningRule,
    Loihi3FLearningRule,
)
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import (
    Loihi1HwCfg,
    Loihi1SimCfg,
    Loihi2HwCfg,
    Loihi2SimCfg,
)
from loihi_emu.lava.proc.dense.process import DelayDense, Dense, LearningDense
from loihi_emu.lava.proc.io.sink import RingBuffer as Sink
from loihi_emu.lava.proc.io.source import RingBuffer as Source
from loihi_emu.lava.proc.lif.process import LIF, LearningLIF, LIFRefractory, LIFReset, TernaryLIF
from loihi_emu.lava.proc.monitor.process import Monitor
from loihi_emu.lava.utils.weightutils import SignMode, optimize_weight_bits

FIXED = Loihi2SimCfg(select_tag="fixed_pt")
ONE = np.ones((1, 1))


@pytest.mark.parametrize(
    ("module", "advice"),
    [
        ("proc.s4d.process", "lava.proc.s4d is not mirrored; write the process and its model"),
        ("proc.io.encoder", "RingBuffer"),
        ("magma.core.model.c.model", "run in Python"),
        ("magma.runtime.node", r"call run\(\) on a process"),
        ("magma.core.learning.symbolic_equation", "parse_series"),
        ("utils.slurm", "run this part under Lava"),
        ("lib.dl.slayer", "run this part under Lava"),
    ],
)
def test_unknown_modules_are_refused_with_advice(module: str, advice: str) -> None:
    with pytest.raises(NotMirroredError, match=advice):
        importlib.import_module(f"loihi_emu.lava.{module}")


@pytest.mark.parametrize(
    ("module", "name", "advice"),
    [
        ("magma.core.run_configs", "Loihi3HwCfg", "use Loihi1SimCfg or Loihi2SimCfg"),
        ("magma.core.process.ports.ports", "GraphPort", "a class of your own"),
        ("proc.io.sink", "Write", "Monitor"),
        ("proc.sparse.process", "ConvSparse", "write the process and its model"),
        ("magma.core.learning.constants", "W_TRACE", "parse_series"),
        ("magma.core.learning.utils", "apply_mask", "parse_series"),
    ],
)
def test_unknown_names_are_refused_with_advice(module: str, name: str, advice: str) -> None:
    held = importlib.import_module(f"loihi_emu.lava.{module}")
    with pytest.raises(NotMirroredError, match=advice):
        getattr(held, name)
    with pytest.raises(ImportError):
        exec(f"from loihi_emu.lava.{module} import {name}")
    assert not hasattr(held, "pytest_plugins")


RULE_2F = Loihi2FLearningRule(dw="x0*y1", y1_impulse=4, y1_tau=4, rng_seed=0)
RULE_3F = Loihi3FLearningRule(dw="x0*y1", rng_seed=0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RunSteps(-1), "num_steps is -1"),
        (Loihi2HwCfg, "there is none here: use Loihi2SimCfg"),
        (lambda: Loihi1HwCfg(select_tag="fixed_pt"), "there is none here: use Loihi1SimCfg"),
        (lambda: Loihi1SimCfg(custom_sync_domains=[1]), "custom_sync_domains hold 1"),
        (lambda: LIFReset(shape=(1,), reset_interval=0), "reset_interval is 0"),
        (lambda: LIFRefractory(shape=(1,), refractory_period=0), "refractory_period is 0"),
        (lambda: TernaryLIF(shape=(1,), vth_hi=1, vth_lo=2), "vth_lo is 2"),
        (lambda: TernaryLIF(shape=(1,), vth=3), "TernaryLIF takes no vth"),
        (lambda: LIFReset(shape=(1,), intervall=3), "LIFReset takes no intervall"),
        (lambda: LIF(shape=[1]), "allowed: a tuple"),  # type: ignore[arg-type]
        (lambda: Dense(weights=np.ones(3)), "a .post, pre. array"),
        (lambda: DelayDense(weights=ONE, delays=-1), "delays hold -1"),
        (lambda: DelayDense(weights=ONE, delays=np.ones((1, 2), int)), "shape"),
        (lambda: DelayDense(weights=ONE, delays=ONE), "type float64"),
        (lambda: LearningDense(weights=ONE), "learning_rule is None"),
        (
            lambda: LearningDense(weights=ONE, learning_rule=RULE_2F, sign_mode=SignMode.NULL),
            "NULL",
        ),
        (lambda: Loihi2FLearningRule(), "at least one"),
        (lambda: Loihi2FLearningRule(dw="x1*y1"), "spike dependency"),
        (lambda: Loihi2FLearningRule(dw="x0", y1_tau=-1), "y1_tau is -1"),
        (lambda: setattr(RULE_2F, "x1_impulse", -3), "x1_impulse is -3"),
        (lambda: setattr(RULE_2F, "dw_str", "x0 * * y1"), "dw ="),
        (lambda: Monitor().probe(LIF(shape=(1,)).a_in, 3), "probe target is InPort"),  # type: ignore[arg-type]
        (lambda: optimize_weight_bits(np.array([[300]]), SignMode.MIXED), "300"),
    ],
)
def test_construction_refuses(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(LoihiEmuError, match=message):
        make()
    assert RULE_2F.dw_str == "x0*y1"
    assert RULE_2F.x1_impulse == 0


@pytest.mark.parametrize(
    ("connect", "message"),
    [
        (lambda a, _: a.s_out.connect(Dense(weights=np.ones((2, 2))).s_in), "flatten"),
        (lambda a, b: (a.s_out.connect(b.a_in), a.s_out.connect(b.a_in)), "already connected"),
        (lambda a, b: a.a_in.connect(b.s_out), "connected to OutPort; allowed: InPort"),
        (lambda a, b: a.s_out.connect(b), "connected to LIF; allowed: AbstractIOPort"),
        (lambda a, _: a.s_out.reshape((3,)), "new_shape is"),
        (lambda a, _: a.s_out.transpose((1, 0)), "axes are"),
        (lambda a, _: a.s_out.transpose((4,)), "axes are"),
        (lambda a, b: a.s_out.concat_with(b.a_in, 0), "is concatenated with InPort"),
        (lambda a, b: a.v.alias(b), "allowed: a Var"),
        (lambda a, _: a.v.alias(LIF(shape=(2,)).v), "has shape"),
        (lambda a, b: (a.v.alias(b.v), a.v.validate_alias()), "allowed: a sub-process's"),
        (lambda a, _: a.v.set(np.zeros(1)), "set variables after the first run"),
        (lambda a, _: a.run(RunSteps(1)), "give run_cfg"),
        (lambda a, _: a.run(3, FIXED), "allowed: RunSteps, RunContinuous"),
    ],
)
def test_use_refuses(connect: Callable[[Any, Any], Any], message: str) -> None:
    with pytest.raises(LoihiEmuError, match=message):
        connect(LIF(shape=(1,)), LIF(shape=(1,)))


def _learning(rule: Any = RULE_2F, **given: Any) -> LearningDense:
    return LearningDense(weights=ONE, learning_rule=rule, **given)


def _unsent_port() -> Any:
    lif, plastic = LearningLIF(shape=(1,)), _learning()
    lif.s_out_bap.connect(plastic.s_in_bap)  # type: ignore[attr-defined]
    return lif


def _unread_port() -> Any:
    source, lif = Source(data=ONE), LearningLIF(shape=(1,))
    source.s_out.connect(lif.a_third_factor_in)
    return lif


def _unread_trace() -> Any:
    source, plastic = Source(data=ONE), _learning()
    source.s_out.connect(plastic.s_in_y1)  # type: ignore[attr-defined]
    return plastic


def _concatenated() -> Any:
    one, other, dense = LIF(shape=(1,)), LIF(shape=(1,)), Dense(weights=np.ones((1, 2)))
    one.s_out.concat_with(other.s_out, 0).connect(dense.s_in)
    return one


def _probed(target: Callable[[Any], Any], process: Any, steps: int = 3) -> Any:
    Monitor().probe(target(process), steps)
    return process


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (_unsent_port, "never sends it, and a run waits for ever"),
        (_unread_port, "never receives it, and a run waits for ever"),
        (_unread_trace, "use a Loihi3FLearningRule"),
        (_concatenated, "does not run in Lava 0.10 either"),
        (lambda: LIFRefractory(shape=(1,)), "no model for 'fixed_pt'"),
        (lambda: _probed(lambda p: p.s_out_y1, LearningLIF(shape=(1,))), "Lava 0.10 sends nothing"),
        (lambda: _probed(lambda p: p.a_buff, DelayDense(weights=ONE, delays=2)), "monitor a_out"),
        (lambda: _probed(lambda p: p.v, LIF(shape=(1,)), 2), "would end at step 3"),
        (lambda: LIF(shape=(1,), du=0.5), "du is 0.5; allowed: whole numbers 0..4095"),
    ],
)
def test_first_run_refuses(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(LoihiEmuError, match=message):
        build().run(RunSteps(3), FIXED)


def test_tags_without_models_are_refused() -> None:
    for process, tag in ((Source(data=ONE), "bit_accurate_loihi"), (LIF(shape=(1,)), "nonsense")):
        with pytest.raises(LoihiEmuError, match="has no model for"):
            process.run(RunSteps(1), Loihi2SimCfg(select_tag=tag))


def test_a_stopped_process_answers_no_more() -> None:
    lif, monitor = LIF(shape=(1,)), Monitor()
    monitor.probe(lif.v, 2)
    with lif as entered:
        entered.run(RunSteps(1), FIXED)
    lif.stop()
    for use in (lif.v.get, monitor.get_data, lambda: lif.run(RunSteps(1)), lambda: lif.v.set(ONE)):
        with pytest.raises(RuntimeError, match="have stopped"):
            use()


@pytest.mark.parametrize("name", ["vth", "du", "num_message_bits", "a_buff", "tx"])
def test_what_cannot_be_set_names_what_can(name: str) -> None:
    lif, plastic = LIF(shape=(1,)), _learning()
    lif.s_out.connect(plastic.s_in)
    lif.run(RunSteps(1), FIXED)
    owner: Any = lif if hasattr(lif, name) else plastic
    with pytest.raises(LoihiEmuError, match=f"{name} cannot be set; .*(bias_mant|weights)"):
        getattr(owner, name).set(np.array([1]))
    with pytest.raises(LoihiEmuError, match="idx is not mirrored"):
        lif.v.set(np.array([1]), idx=np.array([0]))
    monitor = Monitor()
    monitor.runtime = lif.runtime
    with pytest.raises(LoihiEmuError, match="probe before the first run"):
        monitor.probe(lif.v, 3)


def test_a_sink_cannot_be_set() -> None:
    source, sink = Source(data=ONE), Sink(shape=(1,), buffer=2)
    source.s_out.connect(sink.a_in)
    source.run(RunSteps(1), FIXED)
    with pytest.raises(LoihiEmuError, match=r"data cannot be set"):
        sink.data.set(np.zeros((1, 2)))


def test_graded_modes_take_the_x1_impulse_away() -> None:
    rule = Loihi2FLearningRule(dw="x1*y0", x1_impulse=9, x1_tau=3, rng_seed=0)
    _learning(rule, graded_spike_cfg=GradedSpikeCfg.OVERWRITE)
    assert rule.x1_impulse == 0
    assert rule.native.x1.impulse == 0
