"""One step of a population's neurons in all variants: fixed/neurons.py, side by side."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.fixed.neurons import lif_step, overflow_rules, threshold
from loihi_emu.kernels.gather.loops import fill
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
    index_of,
    lif_constants_of,
    neural_of,
    parameters_of,
    times_of,
)

_WIDTH: Final = WIDTH


@jit
def integrate(p: Any, m: Any, step: Any, first: Any, last: Any, at: Any) -> None:
    """As fixed/neurons.py, with every variant's own numbers."""
    neural, times, q = neural_of(m), times_of(m), parameters_of(m)[p.parameters :]
    u, v, n = neural[p.u + first :], neural[p.v + first :], last - first
    bias, given, flags = neural[p.bias + first :], neural[at:], times[p.flags + first :]
    if q[INTERVAL * _WIDTH] > 0 and step % q[INTERVAL * _WIDTH] == q[OFFSET * _WIDTH]:
        fill(u, 0, n)
        fill(v, 0, n)
    numbers = lif_constants_of(m)
    _load_constants(q, numbers)
    rules = overflow_rules(p)
    for k in range(0, n, _WIDTH):
        if q[REFRACTORY * _WIDTH] >= 0:
            until = index_of(m)[p.refractory_until + first + k :]
            _lif_refractory(
                rules, u[k:], v[k:], bias[k:], given[k:], flags[k:], numbers, until, step,
                q[REFRACTORY * _WIDTH],
            )  # fmt: skip
        else:
            _lif(rules, u[k:], v[k:], bias[k:], given[k:], flags[k:], numbers)


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
