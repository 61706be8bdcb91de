"""Process models of the user's own: order, waiting, errors, runs without end, and their equals.

What Lava itself gives for such models is recorded: scripts own_processes and own_learning_lif.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loihi_emu.lava import _native_runtime
from loihi_emu.lava._python_runtime import PythonRuntime
from loihi_emu.lava._refusals import ModelError, NotSupportedError, RunError
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from loihi_emu.lava.magma.core.model.py.model import (
    PyAsyncProcessModel,
    PyLoihiModelToPyAsyncModel,
    PyLoihiProcessModel,
)
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.run_conditions import RunContinuous, RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi2SimCfg, RunConfig
from loihi_emu.lava.magma.core.sync.protocols.async_protocol import AsyncProtocol
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.dense.models import PyDenseModelFloat
from loihi_emu.lava.proc.dense.process import Dense, LearningDense
from loihi_emu.lava.proc.io.extractor import Extractor, VarWire
from loihi_emu.lava.proc.io.injector import Injector
from loihi_emu.lava.proc.io.source import RingBuffer
from loihi_emu.lava.proc.io.utils import ChannelConfig, ReceiveEmpty, ReceiveNotEmpty, SendFull
from loihi_emu.lava.proc.lif.process import LIF, LIFRefractory
from loihi_emu.lava.proc.monitor.process import Monitor
from tests.lava import record, runner
from tests.lava.test_against_lava import CASES, disagreements

FIXED = Loihi2SimCfg(select_tag="fixed_pt")
FLOAT = Loihi2SimCfg(select_tag="floating_pt")


class Relay(AbstractProcess):
    """Sends what it has received, plus one."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.inp, self.out = InPort(shape=(1,)), OutPort(shape=(1,))
        self.seen = Var(shape=(1,), init=0)


@implements(proc=Relay, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class RelayModel(PyLoihiProcessModel):
    """Receives before it sends, or the other way round."""

    inp: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    seen: Any = LavaPyType(np.ndarray, np.int32)

    def run_spk(self) -> None:
        """One step; `fails_at` raises, `pauses_at` pauses."""
        if self.proc_params.get("sends_first"):
            self.out.send(self.seen + 1)
            self.seen = self.inp.recv()
        else:
            self.seen = self.inp.recv()
            self.out.send(self.seen + 1)
        if self.time_step == self.proc_params.get("fails_at"):
            raise KeyError("nothing there")
        if self.time_step == self.proc_params.get("pauses_at"):
            self._req_pause = True


def test_a_loop_runs_where_one_model_sends_first() -> None:
    one, other = Relay(sends_first=True), Relay()
    one.out.connect(other.inp)
    other.out.connect(one.inp)
    one.run(RunSteps(5), FIXED)
    # each step the number grows by 2: 0+1 -> 1+1 -> 2+1 ...
    assert (one.seen.get().tolist(), other.seen.get().tolist()) == ([10], [9])
    one.run(RunSteps(1))
    assert one.seen.get().tolist() == [12]


def test_what_waits_for_ever_is_an_error_that_names_the_ports() -> None:
    one, other = Relay(name="one"), Relay(name="other")
    one.out.connect(other.inp)
    other.out.connect(one.inp)
    with pytest.raises(RunError, match=r"one\.inp waits for what other\.out sends"):
        one.run(RunSteps(5), FIXED)
    before = threading.active_count()
    with pytest.raises(RunError, match="wait for ever"):
        one.run(RunSteps(1))
    assert threading.active_count() == before


def test_a_models_exception_names_process_and_method() -> None:
    one = Relay(name="mine", fails_at=2)
    with pytest.raises(
        RunError, match=r"mine: RelayModel.run_spk raised KeyError: 'nothing there'"
    ):
        one.run(RunSteps(5), FIXED)


def test_a_model_may_pause_a_run() -> None:
    one = Relay(pauses_at=3)
    other = Relay()
    one.out.connect(other.inp)
    one.run(RunSteps(9), FIXED)
    monitor_step = one.runtime.step
    assert monitor_step == 3
    one.run(RunSteps(2))
    assert one.runtime.step == 5


@pytest.mark.parametrize("make", [Relay, lambda: LIF(shape=(1,), bias_mant=1, vth=1000, dv=0)])
def test_a_run_without_end_goes_on_until_it_is_paused(make: Callable[[], Any]) -> None:
    process = make()
    process.run(RunContinuous(), FIXED)
    with pytest.raises(RunError, match="run without end"):
        (process.seen if isinstance(process, Relay) else process.v).get()
    time.sleep(0.05)
    process.pause()
    var = process.seen if isinstance(process, Relay) else process.v
    seen = var.get()
    process.run(RunSteps(2, blocking=False))
    process.wait()
    assert var.get() == seen + (0 if isinstance(process, Relay) else 2)
    with process:
        pass
    with pytest.raises(RunError, match="have stopped"):
        var.get()


class Counting(AbstractProcess):
    """Counts beside the steps of others."""

    def __init__(self) -> None:
        super().__init__()
        self.inp, self.total = InPort(shape=(1,)), Var(shape=(1,), init=0)


@implements(proc=Counting, protocol=AsyncProtocol)
@requires(CPU)
class CountingModel(PyAsyncProcessModel):
    """Adds up what arrives."""

    inp: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    total: Any = LavaPyType(np.ndarray, np.int32)

    def run_async(self) -> None:
        """As many arrays as there are steps."""
        for _ in range(self.num_steps):
            self.total = self.total + self.inp.recv()


def test_models_without_phases_run_beside_the_others() -> None:
    relay, counting = Relay(), Counting()
    relay.out.connect(counting.inp)
    relay.run(RunSteps(7), FIXED)
    assert counting.total.get().tolist() == [7]


def test_a_model_of_steps_is_turned_into_one_without() -> None:
    made = PyLoihiModelToPyAsyncModel(RelayModel)
    assert (made.__name__, made.implements_process) == ("RelayModelAsync", Relay)
    assert made.implements_protocol is AsyncProtocol
    assert issubclass(made, PyAsyncProcessModel)


class Unmade(AbstractProcess):
    """Has no model."""


class Twice(AbstractProcess):
    """Has a variable that its model lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = Var(shape=(1,)), Var(shape=(1,))


@implements(proc=Twice, protocol=LoihiProtocol)
class TwiceModel(PyLoihiProcessModel):
    """Declares c for b."""

    a: Any = LavaPyType(int, int)
    c: Any = LavaPyType(int, int)


def test_models_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError, match="Unmade has no process model"):
        Unmade().run(RunSteps(1), FIXED)
    with pytest.raises(ModelError, match="declares c, and Twice has no such variable"):
        Twice().run(RunSteps(1), FIXED)
    with pytest.raises(ModelError, match="implements Relay and inherits Twice"):
        implements(proc=Relay)(TwiceModel)
    with pytest.raises(ModelError, match="tag takes 3"):
        tag(3)  # type: ignore[arg-type]
    with pytest.raises(NotSupportedError, match="VEC_DENSE"):
        PyInPort.SCALAR_DENSE([], None, (1,), int).recv()


def test_exceptions_and_own_run_configurations_choose_models() -> None:
    class Doubling(PyDenseModelFloat):
        def run_spk(self) -> None:
            self.a_out.send(2 * self.a_buff)
            self.a_buff = self.weights[:, self.s_in.recv().astype(bool)].sum(axis=1)

    class Own(RunConfig):
        def select(self, process: Any, proc_models: list[Any]) -> Any:
            chosen = [one for one in proc_models if "floating_pt" in one.tags]
            return Doubling if isinstance(process, Dense) else chosen[0]

    mapped = Loihi2SimCfg(select_tag="floating_pt", exception_proc_model_map={Dense: Doubling})
    for run_cfg in (mapped, Own()):
        dense, lif = Dense(weights=np.eye(1) * 3), LIF(shape=(1,), vth=100, dv=0, du=1)
        RingBuffer(data=np.array([[1, 0]])).s_out.connect(dense.s_in)
        dense.a_out.connect(lif.a_in)
        lif.run(RunSteps(3), run_cfg)
        assert lif.v.get().tolist() == [6]
        assert dense.model_class is Doubling


def test_networks_of_library_processes_stay_native() -> None:
    lif = LIF(shape=(1,))
    lif.run(RunSteps(1), FIXED)
    assert type(lif.runtime._inner).__name__ == "NativeRuntime"
    relay = Relay()
    relay.run(RunSteps(1), FIXED)
    assert isinstance(relay.runtime._inner, PythonRuntime)


@pytest.mark.parametrize(("name", "tag_"), [case for case in CASES if "own" not in case[0]])
def test_python_models_give_what_lava_gives(
    name: str, tag_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_native_runtime, "NATIVE", frozenset())
    given = json.loads(json.dumps(runner.run(name, tag_, mirrored=True)))
    recorded = record.recorded(name)[tag_]
    # sums of some millions in another order
    assert list(disagreements(recorded, given, 0 if tag_ == "fixed_pt" else 1e-8)) == []


def test_data_goes_in_and_out_while_steps_run() -> None:
    injector, extractor = Injector((2,), buffer_size=3), Extractor((2,))
    injector.out_port.connect(extractor.in_port)
    with pytest.raises(AssertionError, match="has no runtime yet"):
        injector.send(np.ones(2))
    injector.run(RunSteps(4, blocking=False), FIXED)
    for k in range(4):
        injector.send(np.array([k, 2 * k]))
        assert extractor.receive().tolist() == [k, 2 * k]
    injector.wait()
    injector.stop()
    with pytest.raises(RunError, match="have stopped"):
        extractor.receive()


def test_full_and_empty_queues_do_as_they_are_told() -> None:
    config = ChannelConfig(
        SendFull.NON_BLOCKING_DROP, ReceiveEmpty.NON_BLOCKING_ZEROS, ReceiveNotEmpty.ACCUMULATE
    )
    injector, extractor = Injector((1,), 2, config), Extractor((1,), 2, config)
    injector.out_port.connect(extractor.in_port)
    injector.create_runtime(FIXED)
    for value in (3, 4):
        injector.send(np.array([value]))
    with pytest.warns(UserWarning, match="Dropping"):
        injector.send(np.array([5]))
    injector.run(RunSteps(2))
    assert extractor.receive().tolist() == [7]
    assert extractor.receive().tolist() == [0]
    injector.stop()


def test_a_wire_taps_a_variable() -> None:
    lif, wire = LIF(shape=(2,), bias_mant=2, vth=1000, dv=0), VarWire()
    wire.connect_var(lif.v)
    lif.run(RunSteps(3), FIXED)
    assert [wire.receive().tolist() for _ in range(3)] == [[2, 2], [4, 4], [6, 6]]


def test_a_compiled_process_is_run_by_a_runtime_made_by_hand() -> None:
    from loihi_emu.lava.magma.runtime.runtime import Runtime

    lif = LIF(shape=(1,), bias_mant=2, vth=1000, dv=0)
    runtime = Runtime(lif.compile(FIXED))
    with pytest.raises(RunError, match="before initialize"):
        runtime.start(RunSteps(1))
    runtime.initialize()
    runtime.start(RunSteps(5))
    assert runtime.get_var(lif.v.id).tolist() == lif.v.get().tolist() == [10]
    runtime.stop()


def test_saved_processes_run_on(tmp_path: Any) -> None:
    from loihi_emu.lava.utils.serialization import load, save

    lif, dense = LIF(shape=(1,), bias_mant=9, vth=0), Dense(weights=np.eye(1) * 4)
    lif.s_out.connect(dense.s_in)
    save([lif, dense], str(tmp_path / "net"), lif.compile(FIXED))
    (again, other), executable = load(str(tmp_path / "net.pickle"))
    again.create_runtime(executable=executable)
    again.run(RunSteps(2))
    assert other.a_buff.get().tolist() == [4]


def test_issue_values_of_first_traces() -> None:
    # Lava 0.10: x1 19, weight 48; a trace that was ignored would leave 0 and 10
    rule = Loihi2FLearningRule(dw="x0*x1", x1_tau=100, rng_seed=0)
    plastic: Any = LearningDense(weights=np.array([[10]]), learning_rule=rule)
    plastic.x1.init = [20]
    RingBuffer(data=np.array([[0, 1, 1]])).s_out.connect(plastic.s_in)
    plastic.run(RunSteps(3), FIXED)
    assert (plastic.x1.get().tolist(), plastic.weights.get().tolist()) == ([19], [[48]])


def test_first_rests_count() -> None:
    lif = LIFRefractory(shape=(2,), bias_mant=1, vth=100, dv=0)
    lif.refractory_period_end.init = np.array([2, 0])
    lif.run(RunSteps(3), FLOAT)
    # the first neuron rests in steps 1 and 2
    assert lif.v.get().tolist() == [1, 3]


def test_sparse_variables_keep_their_places() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    from loihi_emu.lava.proc.sparse.process import Sparse

    synapses = Sparse(weights=sparse.csr_matrix(np.array([[0.0, 8], [6, 0]])))
    RingBuffer(data=np.array([[1], [0]])).s_out.connect(synapses.s_in)
    synapses.run(RunSteps(1), FLOAT)
    for other in (np.array([[1.0, 0], [0, 0]]), np.eye(3)):
        with pytest.raises(ValueError, match="allowed"):
            synapses.weights.set(sparse.csr_matrix(other))
        with pytest.raises(ValueError, match="allowed"):
            synapses.weights.set(other)
    synapses.weights.set(np.array([[0.0, 3], [4, 0]]))
    assert synapses.weights.get().toarray().tolist() == [[0, 3], [4, 0]]


@pytest.mark.parametrize(
    ("do", "kind"),
    [
        (lambda: Monitor().probe(LIF(shape=(1,)).a_in, 3), TypeError),  # type: ignore[arg-type]
        (lambda: LIF(shape=(1,)).v.set(1), ValueError),
        (lambda: LIF(shape=(1,)).proc_params.__setitem__("shape", (2,)), KeyError),
        (lambda: LIF(shape=(1,)).run(RunSteps(1)), ValueError),
    ],
)
def test_errors_are_of_lavas_types(do: Callable[[], Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        do()
