"""How probes record in compiled steps: samples are copied to flat buffers, spikes are appended."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import NEURAL, SYNAPTIC, TRACE
from loihi_emu.kernels.memory.views import (
    index_of,
    neural_of,
    out_events_of,
    out_indices_of,
    out_neural_of,
    out_synaptic_of,
    out_times_of,
    out_traces_of,
    synaptic_of,
    times_of,
    traces_of,
    wide_of,
)


@jit
def _copy(probe: Any, source: Any, target: Any, indices: Any) -> None:
    """Copy a probe's values, all or those of its indices."""
    at, first, length = probe.out + (probe.samples - 1) * probe.length, probe.start, probe.length
    if probe.indices < 0:
        for k in range(length):
            target[at + k] = source[first + k]
    else:
        chosen = indices[probe.indices :]
        for k in range(length):
            target[at + k] = source[first + chosen[k]]


@jit
def record_sample(probe: Any, m: Any) -> None:
    """Copy one sample of a probe; what is not kept is 0 throughout, as the buffer is."""
    probe.samples += 1
    if probe.start < 0:
        return
    indices = out_indices_of(m)
    if probe.arena == NEURAL:
        _copy(probe, neural_of(m), out_neural_of(m), indices)
    elif probe.arena == SYNAPTIC:
        _copy(probe, synaptic_of(m), out_synaptic_of(m), indices)
    elif probe.arena == TRACE:
        _copy(probe, traces_of(m), out_traces_of(m), indices)
    else:
        _copy(probe, times_of(m), out_times_of(m), indices)


@jit
def record_events(e: Any, p: Any, m: Any, t: Any) -> None:
    """Append the spikes of step t: step, neuron, payload."""
    events, index = out_events_of(m), index_of(m)
    for k in range(wide_of(m)[p.count]):
        at = 3 * (e.out + e.count)
        events[at] = t
        events[at + 1] = index[p.spikes + k]
        events[at + 2] = index[p.payloads + k]
        e.count += 1
