"""Traces of a learning connection in real numbers: no rounding, no draws, bounds where wanted.

reference/float_traces.py defines them: in each step a trace is multiplied by exp(-1/tau); a spike
adds the impulse.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import (
    OVERWRITE,
    R1,
)
from loihi_emu.kernels.memory.views import (
    currents_of,
    neural_of,
    parameters_of,
    table_of,
    times_of,
    traces_of,
)


@jit
def raised(value: Any, parameters: Any, at: Any) -> Any:
    """A trace after the impulse at `at`, up to the highest value behind it."""
    return min(value + parameters[at], parameters[at + 1])


@jit
def add_repeated_impulse(
    c: Any, m: Any, trace: Any, place: Any, _neuron: Any, _step: Any, _s: Any
) -> None:  # fmt: skip
    """Add the impulse of a spike that is not its epoch's first."""
    traces, at = traces_of(m), c.impulses + 2 * trace
    traces[place] = raised(traces[place], parameters_of(m), at)


@jit
def take_payload(c: Any, m: Any, i: Any, payload: Any) -> Any:
    """x1 of pre neuron i after a graded spike, which always counts as a spike of the epoch."""
    traces, half = traces_of(m), payload / 2.0
    value = half if c.graded_mode == OVERWRITE else traces[c.x + i] + half
    traces[c.x + i] = min(value, parameters_of(m)[c.impulses + 1])
    return True


@jit
def wrap_silent_x1(_c: Any, _source: Any, _m: Any) -> None:
    """Real numbers do not overflow."""


@jit
def take_third_factor(p: Any, m: Any, y: Any, i: Any) -> None:
    """A y trace of neuron i of a learning LIF becomes its third-factor input."""
    traces_of(m)[p.y + y * p.n + i] = neural_of(m)[p.third_input + i]


@jit
def update_own_trace(p: Any, m: Any, y: Any, i: Any, _step: Any) -> None:
    """A y trace of neuron i of a learning LIF: it decays, then takes its impulse."""
    traces, place = traces_of(m), p.y + y * p.n + i
    traces[place] *= table_of(m)[p.tables + y]
    if times_of(m)[p.flags + i]:
        traces[place] = raised(traces[place], parameters_of(m), p.impulses + 2 * y)


@jit
def history(
    c: Any, m: Any, trace: Any, stored: Any, at: Any, out: Any, n: Any, first: Any, last: Any,
    _last_step: Any, _s: Any,
) -> None:  # fmt: skip
    """h[0..epoch] of one trace at `out`, of neurons first .. last - 1 of n."""
    traces = traces_of(m)
    times = times_of(m)
    parameters = parameters_of(m)
    table = table_of(m)

    keep = table[c.tables + trace]
    for i in range(first, last):
        traces[out + i] = traces[stored + i]
    for s in range(1, c.epoch + 1):
        before, after = out + (s - 1) * n, out + s * n
        for i in range(first, last):
            traces[after + i] = traces[before + i] * keep
            if times[at + i] == s:
                at_spike = raised(traces[after + i], parameters, c.impulses + 2 * trace)
                traces[after + i] = at_spike


@jit
def reward(c: Any, m: Any, step: Any, _s: Any) -> None:
    """r0 and r1 after `step`: whether the epoch was rewarded, and a trace of rewards."""
    neural, given = neural_of(m), currents_of(m)
    if (step - 1) % c.epoch == 0:
        neural[c.rewards] = 0.0
    if (step - 1) % c.reward_every == 0:
        neural[c.rewards + 1] *= table_of(m)[c.tables + R1]
    row = (step - 1) % c.reward_steps if c.reward_repeats else step - 1
    if row < c.reward_steps and given[c.reward + row] != 0:
        neural[c.rewards] = 1.0
        neural[c.rewards + 1] += given[c.reward + row] * parameters_of(m)[c.impulses + 2 * R1]
