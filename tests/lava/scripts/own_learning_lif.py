"""A LIF of the user's own that sends post spikes, a trace and a reward to a three-factor rule."""

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.py.neuron import LearningNeuronModelFixed, LearningNeuronModelFloat
from lava.magma.core.model.py.ports import PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.resources import CPU
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer
from lava.proc.learning_rules.r_stdp_learning_rule import RewardModulatedSTDP
from lava.proc.lif.models import AbstractPyLifModelFixed, AbstractPyLifModelFloat
from lava.proc.lif.process import LIF, LearningLIF
from lava.proc.monitor.process import Monitor

N_STEPS = 200


class RewardedLIF(LearningLIF):
    """Sends y1, a trace of its spikes, and y2, the reward that arrives."""


class Rewarded:
    """What both models share; the trace sent is that of the spikes up to the step before."""

    def run_spk(self):
        self.y1 = self.y1 * np.exp(-1 / 10) + 16 * self.s_out_buff
        super().run_spk()
        self.y2 = self.a_third_factor_in.recv()
        self.s_out_bap.send(self.s_out_buff)
        self.s_out_y1.send(self.y1)
        self.s_out_y2.send(self.y2)
        self.s_out_y3.send(self.y3)


@implements(proc=RewardedLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class RewardedFloat(Rewarded, LearningNeuronModelFloat, AbstractPyLifModelFloat):
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    vth: float = LavaPyType(float, float)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.s_out_buff = np.zeros(proc_params["shape"])

    def spiking_activation(self):
        return self.v > self.vth


@implements(proc=RewardedLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_accurate_loihi", "fixed_pt")
class RewardedFixed(Rewarded, LearningNeuronModelFixed, AbstractPyLifModelFixed):
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    vth: int = LavaPyType(int, np.int32, precision=17)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.s_out_buff = np.zeros(proc_params["shape"])
        self.effective_vth = 0

    def scale_threshold(self):
        self.effective_vth = np.left_shift(self.vth, self.vth_shift)
        self.isthrscaled = True

    def spiking_activation(self):
        return self.v > self.effective_vth


def run(tag):
    rng = np.random.default_rng(156)
    pre = (rng.random((1, N_STEPS)) < 0.1).astype(int)
    post = (rng.random((2, N_STEPS)) < 0.1).astype(int)
    reward = np.zeros((2, N_STEPS))
    reward[0, 50:70], reward[1, 150:170] = 6, 8

    rule = RewardModulatedSTDP(
        learning_rate=1,
        A_plus=2,
        A_minus=-2,
        pre_trace_decay_tau=10,
        post_trace_decay_tau=10,
        pre_trace_kernel_magnitude=16,
        post_trace_kernel_magnitude=16,
        eligibility_trace_decay_tau=0.5,
        t_epoch=1,
        rng_seed=5,
    )
    full = 4095 if tag == "fixed_pt" else 1
    cells_pre = LIF(shape=(1,), du=full, dv=full, vth=240, name="pre")
    cells_post = RewardedLIF(shape=(2,), du=full, dv=full, vth=240, name="post", learning_rule=rule)
    plastic = LearningDense(weights=np.full((2, 1), 50), learning_rule=rule, name="plastic")
    for raster, cells in ((pre, cells_pre), (post, cells_post)):
        into = Dense(weights=np.eye(len(raster)) * 250)
        RingBuffer(data=raster).s_out.connect(into.s_in)
        into.a_out.connect(cells.a_in)
    rewards = Dense(weights=np.eye(2) * 100, num_message_bits=5)
    RingBuffer(data=reward).s_out.connect(rewards.s_in)
    rewards.a_out.connect(cells_post.a_third_factor_in)
    cells_pre.s_out.connect(plastic.s_in)
    plastic.a_out.connect(cells_post.a_in)
    cells_post.s_out_bap.connect(plastic.s_in_bap)
    cells_post.s_out_y1.connect(plastic.s_in_y1)
    cells_post.s_out_y2.connect(plastic.s_in_y2)

    watched = {
        "x1": plastic.x1,
        "y1": plastic.y1,
        "y2": cells_post.s_out_y2,
        "weights": plastic.weights,
        "tag": plastic.tag_1,
        "v": cells_post.v,
        "spikes": cells_post.s_out,
    }
    monitors = {name: Monitor() for name in watched}
    for name, target in watched.items():
        monitors[name].probe(target, N_STEPS)
    cells_pre.run(RunSteps(num_steps=N_STEPS), Loihi2SimCfg(select_tag=tag))
    held = {
        name: monitors[name].get_data()[target.process.name][target.name]
        for name, target in watched.items()
    }
    held["own y1"] = cells_post.y1.get()
    cells_pre.stop()
    return held
