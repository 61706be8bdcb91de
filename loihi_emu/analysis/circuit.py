"""The circuit of Lava's STDP tutorial with any rule.

Authority: Lava's STDP tutorial: Dense(250 I) from each train to its LIF population (du = dv = 4095,
in float 1; vth = 240), a learning connection from pre to post whose post spikes come back to it.
Example: `build_circuit(rule, Setting(), "fixed_pt").plastic`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.thirds import is_rewarded, receiving_cells, send_third_factor, undriven
from loihi_emu.analysis.trains import frozen_trains, square_wave
from loihi_emu.chip import formats
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.compiler.values import check_integer, check_number
from loihi_emu.description.connections import Connection, Dense, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIF, Neurons
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.errors import RuleError

INPUT_WEIGHT: Final = 250
THRESHOLD: Final = 240
MAX_NEURONS: Final = 4096
MAX_STEPS: Final = 1_000_000
"""All-to-all synapses and their series have to fit into memory."""

FULL_DECAY: Final = {"fixed_pt": 4095, "floating_pt": 1}
"""du and dv that forget everything, by mode."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The parameters of the circuit, except its rule.

    Parameters
    ----------
    neurons : int
        Neurons of each side, 1..4096.
    steps : int
        1..1000000.
    seed : int
        Seed of the two spike trains, 0..2**32 - 1.
    rng_seed : int
        Seed of the random rounding.
    probability : float
        Probability of an input spike in a step, 0..1.
    weight : int
        Initial weight of every synapse.
    synapse : SynapseSetting
        Sign mode, weight bits and tags. The weight exponent is 0, because the float model has none.

    Raises
    ------
    RuleError
        Numbers are out of range; the error lists them all.
    """

    neurons: int = 1
    steps: int = 200
    seed: int = 123
    rng_seed: int = 0
    probability: float = 0.03
    weight: int = 50
    synapse: SynapseSetting = field(default_factory=SynapseSetting)

    def __post_init__(self) -> None:
        problems = [
            *check_integer("neurons", self.neurons, 1, MAX_NEURONS),
            *check_integer("steps", self.steps, 1, MAX_STEPS),
            *check_integer("seed", self.seed, 0, 2**32 - 1),
            *check_integer("rng_seed", self.rng_seed, 0, 2**63 - 1),
            *check_number("probability", self.probability, 0, 1),
            *check_integer("weight", self.weight, formats.WEIGHT.lowest, formats.WEIGHT.highest),
        ]
        if problems:
            raise RuleError("circuit", problems)

    def trains(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The two rasters, [step, neuron], and the rewards, [step]."""
        return frozen_trains(
            neurons=self.neurons, steps=self.steps, probability=self.probability, seed=self.seed
        )


@dataclass(frozen=True)
class Circuit:
    """A network, and its populations and connections by name."""

    network: Network
    pre: Neurons
    post: Neurons
    plastic: Connection


def build_circuit(rule: LearningRule, setting: Setting, mode: str) -> Circuit:
    """Build the circuit for one mode.

    Parameters
    ----------
    rule : LearningRule
    setting : Setting
    mode : {'fixed_pt', 'floating_pt'}

    Returns
    -------
    Circuit

    Raises
    ------
    ParameterError
        A number is out of range.
    """
    net = Network(warn=False)
    n, full = setting.neurons, FULL_DECAY[mode]
    cell: dict[str, Any] = {"du": full, "dv": full, "vth": THRESHOLD}
    missing = undriven(rule)
    pre = LIF(n, **cell, name="pre")
    post = receiving_cells(n, rule, **cell, name="post") if missing else LIF(n, **cell, name="post")
    *rasters, rewards = setting.trains()
    for raster, population in zip(rasters, (pre, post), strict=True):
        source = net.add(SpikeSource(raster, name=f"{population.name} train"))
        net.add(population)
        # the tutorial's 250 I, without its zeros
        net.add(Sparse(source, population, (np.arange(n), np.arange(n), [INPUT_WEIGHT] * n)))
    if missing:
        send_third_factor(net, post, square_wave(setting.steps), repeat=False)
    synapse = setting.synapse
    plastic = net.add(
        Dense(
            pre, post, setting.weight, rule=rule, sign_mode=synapse.sign_mode,
            num_weight_bits=synapse.num_weight_bits, tag_1=synapse.tag_1, tag_2=synapse.tag_2,
            third_factor=post if missing else None,
            reward=RewardSource(rewards) if is_rewarded(rule) else None, name="plastic",
        )
    )  # fmt: skip
    return Circuit(net, pre, post, plastic)
