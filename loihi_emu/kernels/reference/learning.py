"""One learning epoch: histories of all traces, then every synapse by its rule.

Example: `dw = 2^-2*x1*y0` reads x1 at y0: as it was in the step of the post neuron's last spike.
"""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from loihi_emu.chip.decimation import is_due
from loihi_emu.compiler.microcode import BEFORE
from loihi_emu.kernels.memory.records import N_X, TRACES
from loihi_emu.kernels.reference.memory import Memory, Moment, Synapse
from loihi_emu.kernels.reference.synapses import synapses_of
from loihi_emu.kernels.reference.traces import place

_X, _Y_REPEATED, _Y = range(3)
"""Rows of shared impulse draws."""

_REWARDS = ("r0", "r1")

Histories = dict[str, list[list[Any]]]
"""Of each trace, neuron by neuron, h[0..t_epoch]."""


def learn(mode: ModuleType, c: Any, memory: Memory, t: int, s: int) -> None:
    """The epoch of connection `c` that ends with step t, the s-th of this call."""
    histories = _histories(mode, c, memory, t, s)
    if memory.watch is not None and memory.watch.connection == c.draws:
        memory.watch.histories = histories
    number = t // c.epoch
    count, in_seconds = number - 1 + c.first_epoch, bool(c.in_seconds)
    u = int(c.decimation >= 0 and is_due(count, c.decimation, in_seconds=in_seconds))
    if memory.state.wide[c.enabled]:
        memory.state.wide[c.weights_written_by_rule] = 1
        for i in range(c.n_pre):
            for k, j in synapses_of(c, memory, i):
                value_of = partial(_input, c, memory, histories, (i, j))
                mode.update(c, memory, Synapse(k, i, j), value_of, u, Moment(number, s))
    for trace, name in enumerate(TRACES):
        received = trace >= N_X and (c.third >= 0 or c.third_population >= 0)
        for neuron, h in enumerate(histories[name]):
            if not received:
                memory.state.traces[place(c, trace, neuron)] = h[c.epoch]
    _forget_spikes(c, memory)


def _histories(mode: ModuleType, c: Any, memory: Memory, t: int, s: int) -> Histories:
    """What every trace was in every step of the epoch."""
    decay, impulse = memory.draws.decay[c.draws], memory.draws.impulse[c.draws]
    return {
        name: [
            mode.history(
                c, memory, trace, neuron, t, decay[trace][s], impulse[_X if trace < N_X else _Y][s]
            )
            for neuron in range(c.n_pre if trace < N_X else c.n_post)
        ]
        for trace, name in enumerate(TRACES)
    }


def _input(
    c: Any, memory: Memory, histories: Histories, neurons: tuple[int, int], slot: str
) -> Any:  # fmt: skip
    """A slot's value: x0 or y0, a reward, or a trace at the moment of a dependency."""
    times, (i, j) = memory.state.times, neurons
    if slot == "x0":
        return int(
            times[c.pre_spike_count + i]
            if c.spike_factor_is_count
            else times[c.pre_spike_step + i] > 0
        )
    if slot == "y0":
        return int(
            times[c.post_spike_count + j]
            if c.spike_factor_is_count
            else times[c.post_spike_step + j] > 0
        )
    if slot in _REWARDS:
        return memory.state.neural[c.rewards + _REWARDS.index(slot)]
    trace, moment = slot.split("@")
    step: int = {
        "x0": times[c.pre_spike_step + i],
        "y0": times[c.post_spike_step + j],
        "u": c.epoch,
        BEFORE: 0,
    }[moment]
    neuron: int = i if trace in TRACES[:N_X] else j
    return histories[trace][neuron][step]


def _forget_spikes(c: Any, memory: Memory) -> None:
    """No neuron has spiked in the epoch that begins."""
    for first, n in ((c.pre_spike_step, c.n_pre), (c.post_spike_step, c.n_post)):
        memory.state.times[first : first + n] = [0] * n
    if c.spike_factor_is_count:
        for first, n in ((c.pre_spike_count, c.n_pre), (c.post_spike_count, c.n_post)):
            memory.state.times[first : first + n] = [0] * n
