"""Processes and models of the user's own: source, sink, connection, phases, variables elsewhere."""

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort, PyRefPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.model.sub.model import AbstractSubProcessModel
from lava.magma.core.process.ports.ports import InPort, OutPort, RefPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var
from lava.magma.core.resources import CPU
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from lava.proc.dense.process import Dense
from lava.proc.lif.process import LIF


class Ramp(AbstractProcess):
    """Sends t * slope in step t, of another shape and order than is received."""

    def __init__(self, shape, slope):
        super().__init__(shape=shape, slope=slope)
        self.sent = Var(shape=(1,), init=0)
        self.out = OutPort(shape=shape)


@implements(proc=Ramp, protocol=LoihiProtocol)
@requires(CPU)
class RampModel(PyLoihiProcessModel):
    out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    sent: int = LavaPyType(int, int)

    def run_spk(self):
        n = int(np.prod(self.proc_params["shape"]))
        values = self.time_step * self.proc_params["slope"] * np.arange(n) / 3
        self.out.send(values.reshape(self.proc_params["shape"]))
        self.sent += 1


class Watcher(AbstractProcess):
    """Receives, learns every third step, and then reads and writes a variable of another."""

    def __init__(self, shape):
        super().__init__(shape=shape)
        self.inp = InPort(shape=shape)
        self.other = RefPort(shape=shape)
        self.total = Var(shape=shape, init=0)
        self.phases = Var(shape=(3,), init=0)


@implements(proc=Watcher, protocol=LoihiProtocol)
@requires(CPU)
class WatcherModel(PyLoihiProcessModel):
    inp: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    other: PyRefPort = LavaPyType(PyRefPort.VEC_DENSE, np.int32)
    total: np.ndarray = LavaPyType(np.ndarray, np.int32)
    phases: np.ndarray = LavaPyType(np.ndarray, np.int32)

    def run_spk(self):
        self.total += self.inp.recv().astype(np.int32)

    def pre_guard(self):
        return self.time_step % 2 == 0

    def run_pre_mgmt(self):
        self.phases[0] += 1

    def lrn_guard(self):
        return self.time_step % 3 == 0

    def run_lrn(self):
        self.phases[1] += 1

    def post_guard(self):
        return self.time_step % 4 == 0

    def run_post_mgmt(self):
        self.phases[2] += 1
        self.other.write(self.other.read() // 2 + self.total)
        self.other.wait()


class Scale(AbstractProcess):
    """A connection of the user's own, which sends before it receives."""

    def __init__(self, shape, by):
        super().__init__(shape=shape, by=by)
        self.inp = InPort(shape=shape)
        self.out = OutPort(shape=shape)
        self.held = Var(shape=shape, init=1)


@implements(proc=Scale, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class ScaleModel(PyLoihiProcessModel):
    inp: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    held: np.ndarray = LavaPyType(np.ndarray, float)

    def run_spk(self):
        self.out.send(self.held)
        self.held = self.inp.recv() * self.proc_params["by"]


class Pair(AbstractProcess):
    """A process made of two others."""

    def __init__(self, shape):
        super().__init__(shape=shape)
        self.inp = InPort(shape=shape)
        self.out = OutPort(shape=shape)
        self.v = Var(shape=shape, init=0)


@implements(proc=Pair, protocol=LoihiProtocol)
class PairModel(AbstractSubProcessModel):
    def __init__(self, proc):
        shape = proc.proc_params["shape"]
        self.dense = Dense(weights=np.eye(shape[0]) * 40)
        self.lif = LIF(shape=shape, du=1, dv=0, vth=50)
        proc.inp.connect(self.dense.s_in)
        self.dense.a_out.connect(self.lif.a_in)
        self.lif.s_out.connect(proc.out)
        proc.v.alias(self.lif.v)


def phases(tag):
    ramp, watcher, lif = Ramp((2, 3), 2), Watcher((3, 2)), LIF(shape=(3, 2), du=0, dv=0, vth=10**5)
    ramp.out.transpose().connect(watcher.inp)
    ramp.out.reshape((3, 2)).connect(lif.a_in)
    watcher.other.connect_var(lif.v)
    ramp.run(RunSteps(num_steps=13), Loihi2SimCfg(select_tag=tag))
    held = {
        "total": watcher.total.get(),
        "phases": watcher.phases.get(),
        "v": lif.v.get(),
        "u": lif.u.get(),
        "sent": ramp.sent.get(),
    }
    lif.u.set(np.full((3, 2), 7))
    watcher.total.set(np.array([1.5]))
    ramp.run(RunSteps(num_steps=3))
    held |= {"u again": lif.u.get(), "total again": watcher.total.get()}
    ramp.stop()
    return held


def loop(tag):
    one, other = Scale((2,), 2.5), Scale((2,), -0.5)
    one.out.connect(other.inp)
    other.out.connect(one.inp)
    one.run(RunSteps(num_steps=7), Loihi2SimCfg(select_tag=tag))
    held = {"one": one.held.get(), "other": other.held.get()}
    one.stop()
    return held


def pair(tag):
    ramp, pair, watcher = Ramp((2,), 3), Pair((2,)), Watcher((2,))
    ramp.out.connect(pair.inp)
    pair.out.connect(watcher.inp)
    ramp.run(RunSteps(num_steps=9), Loihi2SimCfg(select_tag=tag, select_sub_proc_model=True))
    held = {"total": watcher.total.get(), "v": pair.v.get()}
    ramp.stop()
    return held


def run(tag):
    return {"phases": phases(tag), "loop": loop(tag), "pair": pair(tag)}
