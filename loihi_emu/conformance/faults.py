"""Known faults of Lava and Brian2Loihi, each with a case of one or two synapses that shows it.

The machine of the program gives the faulty value; a machine with one field changed does not.
`Fault.value` runs the case. The recorded cases compare the machines with the programs themselves.
Example: `FAULTS[0].value(FAULTS[0].machine)` is what Lava computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, Machine
from loihi_emu.chip.random_bits import Constant
from loihi_emu.compiler import LearningRule
from loihi_emu.description.connections import Connection, Dense
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIF
from loihi_emu.description.sources import CurrentInput, SpikeSource
from loihi_emu.simulator import Simulator


@dataclass(frozen=True)
class Fault:
    """A fault and its case.

    Parameters
    ----------
    program, title, text : str
        Whose, in a line, and why it is one.
    machine : Machine
        The machine that has it, because the program has.
    change : mapping of field to value
        What a machine without it has there.
    rule : mapping
        Of the case: arguments of `LearningRule`; empty for a case of one neuron.
    synapse : mapping
        Arguments of `Dense`, `weights` included; or `currents` and arguments of `LIF`.
    pre, post : tuple of int
        Steps in which the neurons spike, or payloads by step; post empty for a silent neuron.
    steps : int
    read : str
        The variable that is read after `steps`.
    draw : float or None
        The constant draw; None: the machine's own source.
    gives, without : tuple of int
        What the machine gives, and what it gives with `change`; None: unequal numbers.
    """

    program: str
    title: str
    text: str
    machine: Machine
    change: Mapping[str, Any]
    gives: tuple[int, ...]
    without: tuple[int, ...] | None
    read: str = "weights"
    rule: Mapping[str, Any] = field(default_factory=dict)
    synapse: Mapping[str, Any] = field(default_factory=dict)
    pre: Mapping[int, int] = field(default_factory=dict)
    post: tuple[int, ...] = ()
    steps: int = 1
    draw: float | None = None

    @property
    def corrected(self) -> Machine:
        """The machine without the fault."""
        return replace(self.machine, name=f"{self.machine.name} corrected", **self.change)

    @property
    def case(self) -> str:
        """The case on a line: rule, synapses, spikes, draw."""
        parts = [f"{k} = {v}" for k, v in (*self.rule.items(), *self.synapse.items())]
        if self.pre:
            parts.append(f"pre spikes {_spikes(self.pre)}")
        parts.append(f"{self.steps} step{'s' if self.steps > 1 else ''}")
        if self.draw is not None:
            parts.append(f"every draw {self.draw}")
        return "; ".join(parts)

    def value(self, machine: Machine) -> tuple[int, ...]:
        """What the case gives on `machine`."""
        simulator, item = self._simulator(machine)
        simulator.run(self.steps)
        return tuple(int(v) for v in simulator.get(item, self.read).ravel())

    def _simulator(self, machine: Machine) -> tuple[Simulator, Any]:
        """The case ready to run, and what is read."""
        net = Network(warn=False)
        source = None if self.draw is None else Constant(self.draw)
        if not self.rule:
            given = dict(self.synapse)
            currents = given.pop("currents")
            cell = net.add(LIF(1, **given))
            net.add(CurrentInput(cell, np.array(currents)[:, None]))
            return Simulator(net, machine=machine, random=source), cell
        raster = np.zeros((self.steps, 1), int)
        for step, payload in self.pre.items():
            raster[step - 1] = payload
        pre = net.add(SpikeSource(raster))
        columns = np.size(self.synapse["weights"])
        back = np.zeros((self.steps, columns), int)
        for step in self.post:
            back[step - 1] = 1
        post = net.add(SpikeSource(back))
        options = dict(self.synapse)
        weights = np.reshape(options.pop("weights"), (columns, 1))
        rule = LearningRule(**self.rule)
        item = net.add(_dense(pre, post, weights, rule, options))
        return Simulator(net, machine=machine, random=source), item


def _dense(pre: Any, post: Any, weights: Any, rule: LearningRule, options: Any) -> Connection:
    return Dense(pre, post, weights, rule=rule, **options)


def _spikes(pre: Mapping[int, int]) -> str:
    """Steps of spikes, with payloads that are not 1."""
    return ", ".join(str(t) if p == 1 else f"{t} (payload {p})" for t, p in pre.items())


def _trace(impulse: float, tau: float) -> Any:
    from loihi_emu.compiler import Trace

    return Trace(impulse, tau)


_EVERY: Final = dict.fromkeys(range(1, 9), 1)

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        "Lava", "one random number rounds all synapses",
        "Synapses that should differ by chance change together, so that the mean of many synapses "
        "is as uncertain as one synapse. Here six synapses gain one half, eight times. Of the "
        "eight numbers that NumPy's default_rng(2) gives after its first, five lie below one half.",
        LAVA, {"random_source": "counter"}, (5,) * 6, None,
        rule={"dw": "2^-1*x0"}, synapse={"weights": [0] * 6}, pre=_EVERY, steps=8,
    ),
    Fault(
        "Lava", "a half or more of an impulse always rounds up",
        "The fraction has 8 bits and the random number only 7: an impulse of 20.5 always adds 21.",
        LAVA, {"impulse_fraction_bits": 7}, (21,), (20,), read="x1", draw=0.75,
        rule={"dw": "x1*y0", "x1": _trace(20.5, 10)}, synapse={"weights": [0]}, pre={1: 1},
    ),
    Fault(
        "Lava", "a second pre spike in an epoch always rounds up",
        "Its random number is always 0: an impulse of 20.25 adds 21 with any draw.",
        LAVA, {"repeated_pre_impulse": "drawn"}, (21,), (20,), read="x1", draw=0.9, steps=2,
        rule={"dw": "x1*y0", "x1": _trace(20.25, 10), "t_epoch": 4}, synapse={"weights": [0]},
        pre={1: 1, 2: 1},
    ),
    Fault(
        "Lava", "lower limits lie one below two's complement",
        "A tag falls to -257, which a signed number of 9 bits cannot hold.",
        LAVA, {"tag_range": (-256, 255), "accumulator": (-32768, 32767)}, (-257,), (-256,),
        read="tag_1", draw=0.999, rule={"dt": "-2^-1*x0"},
        synapse={"weights": [0], "tag_1": -256}, pre={1: 1},
    ),
    Fault(
        "Lava", "long products wrap at 32 bits",
        "NumPy multiplies in int32 before the shift. 7 * 180^4 becomes negative, and a rule that "
        "should raise the weight lowers it.",
        LAVA, {"product_wraps": False}, (142,), (255,), draw=0.0,
        rule={"dw": "7*x0*w*w*w*w"}, synapse={"weights": [180]}, pre={1: 1},
    ),
    Fault(
        "Lava", "learning ignores the stored bits of a weight",
        "A weight of 4 bits can change in steps of 16 only; here a learned weight is 1.",
        LAVA, {"rounds_at": "stored"}, (1,), (0,), draw=0.5,
        rule={"dw": "x0"}, synapse={"weights": [0], "num_weight_bits": 4,
                                    "sign_mode": "EXCITATORY"}, pre={1: 1},
    ),
    Fault(
        "Lava", "graded addition without saturation subtracts 127",
        "120 + 10 becomes 3. The low 7 bits of the sum are 2; the series published for a chip show "
                "these.",
        LAVA, {"overflow_keeps": "mask"}, (3,), (2,), read="x1", steps=2,
        rule={"dw": "x1*y0", "x1": _trace(0, 10), "t_epoch": 4},
        synapse={"weights": [0], "graded": "ADD_WITHOUT_SATURATION"}, pre={1: 240, 2: 20},
    ),
    Fault(
        "Lava", "a current of 2^23 does not wrap",
        "The test is for more than 2^23, but 2^23 is already too large: u needs 25 bits.",
        LAVA, {"current_overflow": "wrap"}, (1 << 23,), (-(1 << 23),), read="u",
        synapse={"currents": [1 << 17], "du": 4095, "dv": 4095, "vth": 131071},
    ),
    Fault(
        "Brian2Loihi", "a trace's fraction is taken before its impulse",
        "`constant over dt` is evaluated when a step begins. A trace of 10 with tau 4 becomes 7.5 "
        "in the step after its impulse, and is never rounded up.",
        BRIAN2LOIHI, {"trace_fraction": "value"}, (7,), (8,), read="x1", draw=0.0, steps=2,
        rule={"dw": "x1*y0", "x1": _trace(10, 4)}, synapse={"weights": [0]}, pre={1: 1},
    ),
    Fault(
        "Brian2Loihi", "what spikes change is never rounded up to the stored precision",
        "The fraction is taken from a step without spikes, so it is 0. A change of 3, stored in "
        "steps of 4, becomes 0 with any draw.",
        BRIAN2LOIHI, {"update_fraction": "rounded"}, (0,), (4,), draw=0.0,
        rule={"dw": "3*x0"}, synapse={"weights": [0], "num_weight_bits": 6,
                                      "sign_mode": "EXCITATORY"}, pre={1: 1},
    ),
    Fault(
        "Brian2Loihi", "a product with a negative power of two is never rounded up either",
        "Brian2 simplifies the expression of the fraction separately. There 2**-1 is a power of "
        "integers, and becomes 0. A change of 6 halves, stored in steps of 4, becomes 0 with any "
        "draw.",
        BRIAN2LOIHI, {"update_fraction": "without_spikes"}, (0,), (4,), draw=0.0,
        rule={"dw": "6*2^-1*u0"}, synapse={"weights": [0], "num_weight_bits": 6,
                                           "sign_mode": "EXCITATORY"},
    ),
    Fault(
        "Brian2Loihi", "u1 misses steps after two thousand",
        "Brian2 stores a step as a time in seconds: 2002 * 0.001 / 0.001 is 2002.0000000000002, "
        "which is not a multiple of 2. Its steps count from 0, so its step 2002 is our step 2003.",
        BRIAN2LOIHI, {"decimation_counts": "epochs"}, (0,), (1,), draw=0.0, steps=2003,
        rule={"dw": "u1*x0"}, synapse={"weights": [0], "sign_mode": "EXCITATORY"}, pre={2003: 1},
    ),
    Fault(
        "Brian2Loihi", "the least change is a whole unit",
        "A change is rounded away from zero before it is rounded at random: 2^-7 changes the "
        "weight by 1 in every step.",
        BRIAN2LOIHI, {"product_arithmetic": "shifted"}, (8,), (0,), draw=0.999, steps=8,
        rule={"dw": "2^-7*x0"}, synapse={"weights": [0], "sign_mode": "EXCITATORY"}, pre=_EVERY,
    ),
    Fault(
        "Brian2Loihi", "constants of an equation have 15 digits",
        "23/24 becomes 0.958333333333333, so 23/24 of 48 is cut to 45. The fraction is computed "
        "elsewhere with all digits, and is 0.",
        BRIAN2LOIHI, {"decay_digits": None}, (45,), (46,), read="x1", draw=0.0, steps=2,
        rule={"dw": "x1*y0", "x1": _trace(48, 24)}, synapse={"weights": [0]}, pre={1: 1},
    ),
    Fault(
        "Brian2Loihi", "a weight delivers bits that its format lacks once a rule has run",
        "Without a rule, what a spike delivers is truncated to the format. After the first step of "
        "a rule it is not, even if the rule changed nothing.",
        BRIAN2LOIHI, {"truncated": "stored"}, (77,), (64,), read="effective_weights", draw=0.5,
        rule={"dw": "0*x0"}, synapse={"weights": [77], "num_weight_bits": 4,
                                      "sign_mode": "EXCITATORY"}, steps=1,
    ),
    Fault(
        "Brian2Loihi", "a learned weight saturates at a value that its format lacks",
        "The limit is 255 for any number of bits. In steps of 64, the largest weight is 192.",
        BRIAN2LOIHI, {"weight_ends": "stored"}, (255,), (192,), draw=0.0,
        rule={"dw": "2^7*x0"}, synapse={"weights": [192], "num_weight_bits": 2,
                                        "sign_mode": "EXCITATORY"}, pre={1: 1},
    ),
    Fault(
        "Brian2Loihi", "a current has no bounds",
        "A current of 2^23 stays as it is; in 24 bits it would be -2^23.",
        BRIAN2LOIHI, {"current_overflow": "wrap"}, (1 << 23,), (-(1 << 23),), read="u",
        synapse={"currents": [1 << 17], "du": 4096, "dv": 4096, "vth": 131071},
    ),
)  # fmt: skip
"""Faults that a case of one neuron, or of the synapses of one pre neuron, shows."""
