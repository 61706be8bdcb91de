"""Probes' samples: when they are due, and what has to be up to date before.

Weights of sparse connections learn first from what was noted. Shared by fixed point and float, see
step/time_step.py; how a sample is copied: step/record_sample.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from loihi_emu.kernels.deferred.catch_up import Late
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.memory.records import NEURAL
from loihi_emu.kernels.step.record_sample import make_record
from loihi_emu.kernels.threads.barrier import wait


def make_sampling(
    family: ModuleType, late: Late
) -> tuple[Callable[..., None], Callable[..., None]]:
    """What is noted of probes before a call, and the samples of a step, in one family."""
    jit, wide_of, record = jit_for(family), family.memory.wide_of, make_record(family)
    settle, settle_chosen = late.settle, late.settle_chosen

    @jit
    def mark_sampled(connections: Any, probes: Any, m: Any) -> None:
        """Note which connections' `a_out` a probe samples: of others only the last is kept."""
        for c in connections:
            sampled = False
            for probe in probes:
                sampled |= probe.arena == NEURAL and probe.start == c.sent
            wide_of(m)[c.sampled] = sampled

    @jit
    def sample(probes: Any, connections: Any, m: Any, t: Any) -> None:
        """Samples of step t, when what they read is up to date."""
        due = False
        for probe in probes:
            due |= t % probe.every == 0
        if not due:
            return
        wait(m)
        for probe in probes:
            if t % probe.every == 0 and probe.connection >= 0:
                c = connections[probe.connection]
                if c.late and probe.indices < 0:
                    settle(c, m, t // c.epoch)
                elif c.late:
                    settle_chosen(c, m, probe, t // c.epoch)
        wait(m)
        if m.thread == 0:
            for probe in probes:
                if t % probe.every == 0:
                    record(probe, m)
        wait(m)

    return mark_sampled, sample
