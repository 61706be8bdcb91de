"""One learning epoch: histories of all traces, then every synapse by the rule's microcode.

Authority: spec "Learning phase" and "One synaptic variable".
Example: `dw = 2^-2*x1*y0` reads x1 at y0: as it was in the step of the post neuron's last spike.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.chip import counter
from loihi_emu.chip.decimation import is_due
from loihi_emu.compiler.microcode import BEFORE, FORMAT_FIELDS, Microcode
from loihi_emu.kernels.memory.records import N_X, SHARED_DRAWS, TRACES
from loihi_emu.kernels.reference.interpreter import interpret
from loihi_emu.kernels.reference.memory import Memory
from loihi_emu.kernels.reference.synapses import synapses_of
from loihi_emu.kernels.reference.traces import history, place

_X, _Y_REPEATED, _Y = range(3)
"""Rows of shared impulse draws."""

_REWARDS = ("r0", "r1")

Histories = dict[str, list[list[int]]]
"""Of each trace, neuron by neuron, h[0..t_epoch]."""


def learn(c: Any, memory: Memory, t: int, s: int) -> None:
    """The epoch of connection `c` that ends with step t, the s-th of this call."""
    histories = _histories(c, memory, t, s)
    number = t // c.epoch
    count, in_seconds = number - 1 + c.first_epoch, bool(c.in_seconds)
    u = int(c.decimation >= 0 and is_due(count, c.decimation, in_seconds=in_seconds))
    if memory.state.wide[c.enabled]:
        memory.state.wide[c.written] = 1
        for i in range(c.n_pre):
            for k, j in synapses_of(c, memory, i):
                _update(c, memory, histories, (k, i, j), u, _draw(c, memory, number, i, j, s))
    for trace, name in enumerate(TRACES):
        received = trace >= N_X and (c.third >= 0 or c.third_population >= 0)
        for neuron, h in enumerate(histories[name]):
            if not received:
                memory.state.traces[place(c, trace, neuron)] = h[c.epoch]
    _forget_spikes(c, memory)


def _histories(c: Any, memory: Memory, t: int, s: int) -> Histories:
    """What every trace was in every step of the epoch."""
    decay, impulse = memory.draws.decay[c.draws], memory.draws.impulse[c.draws]
    return {
        name: [
            history(
                c, memory, trace, neuron, t, decay[trace][s], impulse[_X if trace < N_X else _Y][s]
            )
            for neuron in range(c.n_pre if trace < N_X else c.n_post)
        ]
        for trace, name in enumerate(TRACES)
    }


def _update(
    c: Any, memory: Memory, histories: Histories, synapse: tuple[int, int, int], u: int, draw: int
) -> None:
    """Variables of synapse number k from neuron i to neuron j after the rule."""
    k, i, j = synapse
    code: Microcode = memory.codes[c.draws]
    synaptic = memory.state.synaptic
    places = {"w": c.w, "d": c.d, "t": c.t}
    variables = {v: synaptic[at + k] if at >= 0 else 0 for v, at in places.items()}
    inputs = {slot: _input(c, memory, histories, slot, i, j) for slot in code.slots} | {"u": u}
    counts: dict[tuple[str, int], int] = {}
    new = interpret(code, variables, inputs, _formats(c, memory, code), draw, counts)
    for variable, value in new.items():
        synaptic[places[variable] + k] = value
    first = c.counts
    for program in code.programs:
        for address in range(len(program.instructions)):
            memory.state.wide[first + address] += counts.get((program.variable, address), 0)
        first += len(program.instructions)


def _input(c: Any, memory: Memory, histories: Histories, slot: str, i: int, j: int) -> int:
    """A slot's value: x0 or y0, a reward, or a trace at the moment of a dependency."""
    times, rewards = memory.state.times, memory.state.neural[c.rewards : c.rewards + 2]
    if slot == "x0":
        return int(times[c.nx + i] if c.count_spikes else times[c.tx + i] > 0)
    if slot == "y0":
        return int(times[c.ny + j] if c.count_spikes else times[c.ty + j] > 0)
    if slot in _REWARDS:
        return int(rewards[_REWARDS.index(slot)])
    trace, moment = slot.split("@")
    step: int = {"x0": times[c.tx + i], "y0": times[c.ty + j], "u": c.epoch, BEFORE: 0}[moment]
    neuron: int = i if trace in TRACES[:N_X] else j
    return histories[trace][neuron][step]


def _formats(c: Any, memory: Memory, code: Microcode) -> dict[str, list[int]]:
    """What each variable's format tells its program."""
    n = len(FORMAT_FIELDS)
    starts = range(c.form, c.form + n * len(code.programs), n)
    return {
        program.variable: memory.state.literal[start : start + n]
        for program, start in zip(code.programs, starts, strict=True)
    }


def _draw(c: Any, memory: Memory, number: int, i: int, j: int, s: int) -> int:
    """16 bits for a synapse's rounding: shared by the connection, or its own."""
    if c.draw_kind == SHARED_DRAWS:
        return int(memory.draws.synaptic[c.draws][s])
    return counter.draw(c.synaptic_key, number, i, j)


def _forget_spikes(c: Any, memory: Memory) -> None:
    """No neuron has spiked in the epoch that begins."""
    for first, n in ((c.tx, c.n_pre), (c.ty, c.n_post)):
        memory.state.times[first : first + n] = [0] * n
    if c.count_spikes:
        for first, n in ((c.nx, c.n_pre), (c.ny, c.n_post)):
            memory.state.times[first : first + n] = [0] * n
