"""One step of a population's neurons in all variants: kernels/fixed/neurons.py, side by side."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.abreast import WIDTH
from loihi_emu.kernels.fixed.memory import (
    currents_of,
    index_of,
    neural_of,
    parameters_of,
    pointer_of,
    structure_of,
    times_of,
    wide_of,
)
from loihi_emu.kernels.fixed.neurons import one_neuron
from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.tables import (
    INTERVAL,
    KEEP_U,
    KEEP_V,
    OFFSET,
    REFRACTORY,
    SPIKE_ABOVE,
    SPIKE_BELOW,
)

_WIDTH: Final = WIDTH


@jit
def inject(given: Any, target: Any, m: Any, step: Any) -> None:
    """Add one array of currents, the same in all variants, to the input of `target`."""
    row = (step - 1) % given.steps if given.repeats else step - 1
    if row < given.steps:
        total, values = neural_of(m)[target.input :], currents_of(m)
        for i in range(given.n):
            value, at = values[given.values + row * given.n + i], i * _WIDTH
            for v in range(_WIDTH):
                total[at + v] += value


@jit
def emit(p: Any, m: Any, t: Any) -> None:
    """Spikes of a source in step t, the same in all variants."""
    index, structure, pointer = index_of(m), structure_of(m), pointer_of(m)
    row = (t - 1) % p.event_steps if p.repeats else t - 1
    count = 0
    if row < p.event_steps:
        for k in range(pointer[p.event_pointer + row], pointer[p.event_pointer + row + 1]):
            neuron, payload = structure[p.events + 2 * k], structure[p.events + 2 * k + 1]
            for v in range(_WIDTH):
                index[p.spikes + count + v] = neuron * _WIDTH + v
                index[p.payloads + count + v] = payload
            count += _WIDTH
    wide_of(m)[p.count] = count


@jit
def integrate(p: Any, m: Any, step: Any) -> None:
    """u, v and spike flags of all neurons of population `p` after `step`."""
    neural, times, parameters = neural_of(m), times_of(m), parameters_of(m)
    u, v, bias, given = neural[p.u :], neural[p.v :], neural[p.bias :], neural[p.input :]
    flags, q = times[p.flags :], parameters[p.parameters :]
    if q[INTERVAL * _WIDTH] > 0 and step % q[INTERVAL * _WIDTH] == q[OFFSET * _WIDTH]:
        u[: p.n] = 0
        v[: p.n] = 0
    for at in range(0, p.n, _WIDTH):
        if q[REFRACTORY * _WIDTH] >= 0:
            _one_that_rests(p, m, u[at:], v[at:], bias[at:], given[at:], flags[at:], q, at, step)
        else:
            _one(p, u[at:], v[at:], bias[at:], given[at:], flags[at:], q)


@jit
def _one(p: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any) -> None:
    """One neuron in all variants."""
    keep_u, keep_v = q[KEEP_U * _WIDTH :], q[KEEP_V * _WIDTH :]
    above, below = q[SPIKE_ABOVE * _WIDTH :], q[SPIKE_BELOW * _WIDTH :]
    for k in range(_WIDTH):
        current, voltage = one_neuron(
            p, u[k], v[k], bias[k], given[k], keep_u[k], keep_v[k], 0, 0
        )  # fmt: skip
        u[k] = current
        spiked = np.uint8(voltage > above[k]) | np.uint8(voltage < below[k])
        v[k] = 0 if spiked else voltage
        flags[k] = np.uint8(1) if voltage > above[k] else np.uint8(spiked << 1)


@jit
def _one_that_rests(
    p: Any, m: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, q: Any, at: Any, step: Any
) -> None:
    """As `_one`; v rests until the neuron's refractory period has ended."""
    until = index_of(m)[p.until + at :]
    for k in range(_WIDTH):
        keep_u, keep_v = q[KEEP_U * _WIDTH + k], q[KEEP_V * _WIDTH + k]
        current, voltage = one_neuron(p, u[k], v[k], bias[k], given[k], keep_u, keep_v, 0, 0)
        u[k] = current
        if until[k] < step:
            v[k] = voltage
        above, below = v[k] > q[SPIKE_ABOVE * _WIDTH + k], v[k] < q[SPIKE_BELOW * _WIDTH + k]
        flags[k] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[k] = 0
            until[k] = step + q[REFRACTORY * _WIDTH]
