"""Series files recorded from the simulator itself: one synapse, random spikes, any rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.chip.machines import Machine
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.description.connections import GRADED_MODES, Dense
from loihi_emu.description.network import Network
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import SpikeSource
from loihi_emu.simulator import Simulator

GRADED = dict(
    zip(("default", "overwrite", "add_saturation", "add_no_saturation"), GRADED_MODES, strict=True)
)
SYNAPTIC = {"weights": "weights", "tags": "tag_1", "delays": "tag_2"}
TRACES = ("x1", "x2", "y1", "y2", "y3")


def generate(
    machine: Machine, run: dict[str, Any], n_epochs: int, *, seed: int, rate: float = 0.15,
    record: tuple[str, ...] = ("weights", "x1", "x2"),
) -> dict[str, Any]:  # fmt: skip
    """A series file with one run of `n_epochs`, recorded from the simulator on `machine`.

    `run` holds keys of a series file's run: dw, t_epoch, x1, graded, sign_mode, w0, ...
    """
    spikes = np.random.default_rng(seed)
    steps = n_epochs * run.get("t_epoch", 1)
    pre = spikes.random((steps, 1)) < rate
    post = spikes.random((steps, 1)) < rate
    payloads = spikes.integers(1, 256, (steps, 1))
    graded = run.get("graded", "default")
    net = Network(warn=False)
    source = net.add(SpikeSource(np.where(pre, payloads, 0) if graded != "default" else pre))
    target = net.add(SpikeSource(post))
    parts: dict[str, Any] = {name: Trace(**run.get(name, {})) for name in TRACES}
    parts |= {key: run[key] for key in ("dw", "dd", "dt") if key in run}
    rule = LearningRule(**parts, t_epoch=run.get("t_epoch", 1), rng_seed=seed)
    plastic = net.add(Dense(
        source, target, [[run.get("w0", 0)]], rule=rule, graded=GRADED[graded],
        sign_mode=run.get("sign_mode", "MIXED"), num_weight_bits=run.get("num_weight_bits", 8),
        num_message_bits=8 if graded != "default" else 0, tag_1=run.get("t0", 0),
        tag_2=run.get("d0", 0),
    ))  # fmt: skip
    names = {key: SYNAPTIC.get(key, key) for key in record}
    recording = Simulator(net, machine=machine, seed=seed).run(
        steps, [Probe(plastic, name) for name in names.values()]
    )
    series = {
        key if key in SYNAPTIC else f"series_{key}": recording[plastic, name].ravel().tolist()
        for key, name in names.items()
    }
    at_pre = np.flatnonzero(pre)
    given = {
        "pre_spike_steps": (at_pre + 1).tolist(),
        "post_spike_steps": (np.flatnonzero(post) + 1).tolist(),
    }
    if graded != "default":
        given["payloads"] = payloads.ravel()[at_pre].tolist()
    return {
        "setup": {"synapses": 1, "steps": steps, "t_epoch": run.get("t_epoch", 1)},
        "runs": [{"name": "generated", **run, **given, **series}],
    }
