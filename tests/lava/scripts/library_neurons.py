"""Neurons of the library that have no native population, and processes of prototypes."""

from typing import Any

import numpy as np
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.atrlif.process import ATRLIF
from lava.proc.bit_check.process import BitCheck
from lava.proc.clp.novelty_detector.process import NoveltyDetector
from lava.proc.clp.nsm.process import Allocator, Readout
from lava.proc.conv.process import Conv
from lava.proc.dense.process import Dense
from lava.proc.io.dataloader import SpikeDataloader
from lava.proc.io.reset import Reset
from lava.proc.io.sink import Read
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF
from lava.proc.prodneuron.process import ProdNeuron
from lava.proc.rf.process import RF
from lava.proc.rf_iz.process import RF_IZ
from lava.proc.sdn.process import ActivationMode, Delta, Sigma, SigmaDelta

STEPS = 40


def data(n: int, low: int, high: int, seed: int) -> Any:
    return np.random.default_rng(seed).integers(low, high, (n, STEPS))


def driven(tag: str, process: Any, inputs: dict[str, Any], states: tuple[str, ...]) -> Any:
    for port, values in inputs.items():
        Source(data=values).s_out.connect(getattr(process, port))
    sink = Sink(shape=process.s_out.shape, buffer=STEPS)
    process.s_out.connect(sink.a_in)
    held = []
    for steps in (STEPS // 2, STEPS // 2):
        process.run(RunSteps(num_steps=steps), Loihi2SimCfg(select_tag=tag))
        held.append([getattr(process, name).get() for name in states])
    held.append(sink.data.get())
    process.stop()
    return held


def adaptive(tag: str) -> Any:
    spikes = data(3, 0, 2, 1)
    fixed = (
        {"theta_0": 6, "theta_step": 4, "bias_mant": 9, "bias_exp": 2} if tag == "fixed_pt" else {}
    )
    neurons = ATRLIF(shape=(3,), delta_i=0.3, delta_v=0.2, delta_theta=0.1, delta_r=0.15, **fixed)
    dense = Dense(weights=np.array([[5, 9, 0], [-6, 20, 4], [30, -8, 2]]))
    Source(data=spikes).s_out.connect(dense.s_in)
    dense.a_out.connect(neurons.a_in)
    return driven(tag, neurons, {}, ("i", "v", "theta", "r", "s"))


def resonators(tag: str) -> Any:
    bits = {"state_exp": 6, "decay_bits": 12} if tag == "fixed_pt" else {}
    held = []
    for kind in (RF, RF_IZ):
        neurons = kind(shape=(2,), period=7, alpha=0.05, vth=3, **bits)
        inputs = {"a_real_in": data(2, -3, 9, 2), "a_imag_in": data(2, -5, 5, 3)}
        held.append(driven(tag, neurons, inputs, ("real", "imag")))
    return held


def differences(tag: str) -> Any:
    bits = {"spike_exp": 2, "state_exp": 3} if tag == "fixed_pt" else {}
    held = [driven(tag, Sigma(shape=(2,)), {"a_in": data(2, -9, 9, 4)}, ("sigma",))]
    for cum_error in (False, True):
        delta = Delta(shape=(2,), vth=4, cum_error=cum_error, **bits)
        states: tuple[str, ...] = ("act", "residue", "error")
        held.append(driven(tag, delta, {"a_in": data(2, -9, 9, 5)}, states))
        for mode in ActivationMode:
            both = SigmaDelta(shape=(2,), vth=7, bias=3, act_mode=mode, cum_error=cum_error, **bits)
            states = ("sigma", "act", "residue", "error")
            held.append(driven(tag, both, {"a_in": data(2, -90, 90, 6)}, states))
    return held


def products(tag: str) -> Any:
    inputs = {"a_in1": data(4, -99, 99, 7), "a_in2": data(4, -99, 99, 8)}
    return driven(tag, ProdNeuron(shape=(4,), vth=9, exp=4), inputs, ("v",))


def prototypes(tag: str) -> Any:
    readout, allocator = Readout(n_protos=3), Allocator(n_protos=3)
    detector = NoveltyDetector(t_wait=3)
    spikes = (data(3, 0, 9, 9) == 0).astype(int)
    labels = np.where(data(1, 0, 4, 10) == 0, data(1, 1, 3, 11), 0)
    arrivals = (data(1, 0, 6, 12) == 0).astype(int)
    Source(data=spikes).s_out.connect(readout.inference_in)
    Source(data=labels).s_out.connect(readout.label_in)
    Source(data=arrivals).s_out.connect(detector.input_aval_in)
    readout.user_output.connect(detector.output_aval_in)
    readout.trigger_alloc.connect(allocator.trigger_in)
    sinks = {}
    for name, port in (
        ("label", readout.user_output), ("feedback", readout.feedback),
        ("allocated", allocator.allocate_out), ("novel", detector.novelty_detected_out),
    ):  # fmt: skip
        sinks[name] = Sink(shape=(1,), buffer=STEPS)
        port.connect(sinks[name].a_in)
    readout.run(RunSteps(num_steps=STEPS), Loihi2SimCfg(select_tag=tag))
    held = {name: sink.data.get() for name, sink in sinks.items()}
    held["labels"] = readout.proto_labels.get()
    readout.stop()
    return held


def watched(tag: str) -> Any:
    held: list[Any] = []
    for made in (
        Read(buffer=6, interval=3, offset=1),
        Reset(interval=7, offset=2),
        BitCheck(bits=5),
    ):
        lif = LIF(shape=(2,), bias_mant=3, vth=2000, dv=0)
        made.connect_var(lif.v)
        lif.run(RunSteps(num_steps=20), Loihi2SimCfg(select_tag=tag))
        held.append([var.get() for var in made.vars if var.name in ("data", "_overflowed")])
        held.append(lif.v.get())
        lif.stop()
    return held


def convolved(tag: str) -> Any:
    kernels = np.random.default_rng(13).integers(-9, 9, (4, 3, 2, 1))
    held = []
    for bits, given in ((0, {}), (5, {"stride": (2, 1), "padding": 1, "dilation": (1, 2)})):
        conv = Conv(weight=kernels, input_shape=(6, 5, 2), groups=2, num_message_bits=bits, **given)
        images = np.random.default_rng(14).integers(0, 4, (6, 5, 2, STEPS))
        Source(data=images).s_out.connect(conv.s_in)
        sink = Sink(shape=conv.output_shape, buffer=5)
        conv.a_out.connect(sink.a_in)
        conv.run(RunSteps(num_steps=5), Loihi2SimCfg(select_tag=tag))
        held.append(sink.data.get())
        conv.stop()
    return held


class Samples:
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return np.arange(8).reshape(2, 4) * (index + 1), index + 1


def loaded(tag: str) -> Any:
    held = []
    for interval in (3, 6):
        loader = SpikeDataloader(dataset=Samples(), interval=interval, offset=1)
        sinks = Sink(shape=(2,), buffer=20), Sink(shape=(1,), buffer=20)
        loader.s_out.connect(sinks[0].a_in)
        loader.ground_truth.connect(sinks[1].a_in)
        loader.run(RunSteps(num_steps=20), Loihi2SimCfg(select_tag=tag))
        held.append([sink.data.get() for sink in sinks])
        loader.stop()
    return held


def run(tag: str) -> Any:
    held = {
        "adaptive": adaptive(tag), "resonators": resonators(tag), "differences": differences(tag),
        "watched": watched(tag), "convolved": convolved(tag), "loaded": loaded(tag),
    }  # fmt: skip
    if tag == "fixed_pt":
        held |= {"products": products(tag), "prototypes": prototypes(tag)}
    return held
