"""Samples of probes: when they are due, and what must be up to date before they are taken.

Rows of sparse connections first learn what is pending. Fixed and floating point share it
(kernels/mode). step/record_sample.py says how a sample is copied.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.deferred import by_address
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.by_mode import in_batch
from loihi_emu.kernels.memory.records import NEURAL
from loihi_emu.kernels.memory.views import wide_of
from loihi_emu.kernels.step.record_sample import record_sample
from loihi_emu.kernels.threads.barrier import barrier

flush, flush_selected = in_batch(by_address.flush), in_batch(by_address.flush_selected)


@jit
def mark_probed_inputs(connections: Any, probes: Any, m: Any) -> None:
    """Note which connections' `a_out` a probe samples: of others only the last is kept."""
    for k in range(m.n_connections):
        c = connections[k]
        probed = False
        for j in range(m.n_probes):
            probe = probes[j]
            probed |= probe.arena == NEURAL and probe.start == c.last_input
        wide_of(m)[c.input_is_probed] = probed


@jit
def sample(probes: Any, connections: Any, m: Any, t: Any) -> None:
    """Samples of step t, when what they read is up to date."""
    due = False
    for k in range(m.n_probes):
        probe = probes[k]
        due |= t % probe.every == 0
    if not due:
        return
    barrier(m)
    for k in range(m.n_probes):
        probe = probes[k]
        if t % probe.every == 0 and probe.connection >= 0:
            c = connections[probe.connection]
            if c.defers_post_updates and probe.indices < 0:
                flush(c, m, t // c.epoch)
            elif c.defers_post_updates:
                flush_selected(c, m, probe, t // c.epoch)
    barrier(m)
    if m.thread_index == 0:
        for k in range(m.n_probes):
            probe = probes[k]
            if t % probe.every == 0:
                record_sample(probe, m)
    barrier(m)
