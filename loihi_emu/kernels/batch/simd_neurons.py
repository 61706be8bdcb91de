"""One step of a population's neurons in all variants: fixed/neurons.py, side by side."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.fixed.neurons import lif_step, overflow_rules, threshold
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.records import (
    INTERVAL,
    KEEP_U,
    KEEP_V,
    OFFSET,
    REFRACTORY,
    SPIKE_ABOVE,
    SPIKE_BELOW,
)
from loihi_emu.kernels.memory.views import (
    currents_of,
    index_of,
    lif_constants_of,
    neural_of,
    parameters_of,
    pointer_of,
    structure_of,
    times_of,
    wide_of,
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
    numbers = lif_constants_of(m)
    _load_constants(q, numbers)
    ends = overflow_rules(p)
    for at in range(0, p.n, _WIDTH):
        if q[REFRACTORY * _WIDTH] >= 0:
            until = index_of(m)[p.refractory_until + at :]
            _lif_refractory(
                ends, u[at:], v[at:], bias[at:], given[at:], flags[at:], numbers, until, step,
                q[REFRACTORY * _WIDTH],
            )  # fmt: skip
        else:
            _lif(ends, u[at:], v[at:], bias[at:], given[at:], flags[at:], numbers)


@jit
def _load_constants(q: Any, numbers: Any) -> None:
    """keep_u, keep_v and both thresholds of every variant, in 32 bits."""
    for k in range(_WIDTH):
        numbers[k] = q[KEEP_U * _WIDTH + k]
        numbers[_WIDTH + k] = q[KEEP_V * _WIDTH + k]
        numbers[2 * _WIDTH + k] = threshold(q[SPIKE_ABOVE * _WIDTH + k])
        numbers[3 * _WIDTH + k] = threshold(q[SPIKE_BELOW * _WIDTH + k])


@jit
def _lif_step(ends: Any, u: Any, v: Any, bias: Any, given: Any, numbers: Any, k: Any) -> Any:
    """U and v of variant k's neuron before threshold."""
    keep_u, keep_v = np.uint32(numbers[k]), np.uint32(numbers[_WIDTH + k])
    none = np.int32(0)
    return lif_step(ends, u[k], v[k], bias[k], given[k], keep_u, keep_v, none, none)


@jit
def _lif(ends: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, numbers: Any) -> None:
    """One neuron in all variants."""
    for k in range(_WIDTH):
        current, voltage = _lif_step(ends, u, v, bias, given, numbers, k)
        above, below = numbers[2 * _WIDTH + k], numbers[3 * _WIDTH + k]
        u[k] = current
        spiked = np.uint8(voltage > above) | np.uint8(voltage < below)
        v[k] = 0 if spiked else voltage
        flags[k] = np.uint8(1) if voltage > above else np.uint8(spiked << 1)


@jit
def _lif_refractory(
    ends: Any, u: Any, v: Any, bias: Any, given: Any, flags: Any, numbers: Any, until: Any,
    step: Any, period: Any,
) -> None:  # fmt: skip
    """As `_lif`; v stays at rest until the neuron's refractory period has ended."""
    for k in range(_WIDTH):
        current, voltage = _lif_step(ends, u, v, bias, given, numbers, k)
        u[k] = current
        if until[k] < step:
            v[k] = voltage
        above, below = v[k] > numbers[2 * _WIDTH + k], v[k] < numbers[3 * _WIDTH + k]
        flags[k] = np.uint8(above) | np.uint8(below) << 1
        if above or below:
            v[k] = 0
            until[k] = step + period
