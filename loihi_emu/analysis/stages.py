"""Weight changes of a pair rule on recorded spikes, at the stages of a three-way comparison.

Each function gives the changes [post, pre] at one stage: a mode as it is; real numbers with traces
up to 127; integer traces with weights that are neither rounded nor limited.
Example: `engine_change(rule, (pre, post), "fixed_pt", LAVA, 0)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.epochs import read_sums
from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.description.connections import Dense
from loihi_emu.description.network import Network
from loihi_emu.description.sources import SpikeSource
from loihi_emu.simulator import Simulator

Array = NDArray[np.float64]
Records = tuple[NDArray[np.int64], NDArray[np.int64]]


def engine_change(
    rule: LearningRule,
    spikes: Records,
    mode: str,
    machine: Machine,
    seed: int,
    *,
    weight: int = 0,
    sign_mode: str = "MIXED",
    bits: int = 8,
) -> Array:
    """Change of every weight in a run of an engine on the record."""
    simulator, plastic = _simulator(rule, spikes, mode, machine, seed, weight, sign_mode, bits)
    simulator.run(len(spikes[0]))
    return np.asarray(simulator.get(plastic, "weights"), np.float64) - weight


def _simulator(
    rule: LearningRule,
    spikes: Records,
    mode: str,
    machine: Machine,
    seed: int,
    weight: int = 0,
    sign_mode: str = "MIXED",
    bits: int = 8,
) -> tuple[Simulator, Any]:
    """The record's spikes on both sides of one learning connection."""
    net = Network(warn=False)
    pre, post = (net.add(SpikeSource(raster)) for raster in spikes)
    plastic = net.add(
        Dense(pre, post, weight, rule=rule, sign_mode=sign_mode, num_weight_bits=bits,
              name="plastic")
    )  # fmt: skip
    return Simulator(net, machine=machine, mode=mode, seed=seed), plastic


def bounded_change(
    rule: LearningRule,
    spikes: Records,
    coefficients: dict[str, float],
    machine: Machine,
    highest: float = TRACE.highest,
) -> Array:
    """Stage 3: the machine's epochs in real numbers with traces up to `highest`."""
    pre, post = spikes
    epoch = rule.t_epoch if machine.epochs else 1
    first = machine.second_spike == "lost"
    plus = read_sums(pre, post, rule.x1, epoch, highest, keeps_first=first)
    minus = read_sums(post, pre, rule.y1, epoch, highest, keeps_first=first).T
    return coefficients["x1"] * plus + coefficients["y1"] * minus


def rounded_traces_change(
    rule: LearningRule,
    spikes: Records,
    coefficients: dict[str, float],
    machine: Machine,
    seed: int,
) -> Array:
    """Stage 4: what the fixed engine's traces add up to, epoch by epoch, in whole numbers."""
    total = np.zeros((spikes[1].shape[1], spikes[0].shape[1]))
    epoch = rule.t_epoch if machine.epochs else 1
    for text, trace in (("y0*x1", "x1"), ("x0*y1", "y1")):
        simulator, plastic = _simulator(
            rule.with_parameters(dw=text), spikes, "fixed_pt", replace(machine, rounds_at="unit"),
            seed,
        )  # fmt: skip
        read = np.zeros_like(total)
        for _ in range(len(spikes[0]) // epoch):
            simulator.run(epoch)
            read += simulator.get(plastic, "weights")
            simulator.set(plastic, "weights", 0)
        total += coefficients[trace] * read
    return total
