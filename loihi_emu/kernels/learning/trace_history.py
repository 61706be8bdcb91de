"""Trace histories of an epoch before its synapses learn, and the stored traces after.

Every thread does its own neurons. Shared by fixed point and float, see learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.spike_log import Notes
from loihi_emu.kernels.gather.loops import copy, spike_list
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.memory.records import N_TRACES, N_X
from loihi_emu.kernels.threads.partition import share, stretch_end, stretches


def make_histories(
    family: ModuleType, notes: Notes
) -> tuple[Callable[..., None], Callable[..., None]]:
    """Histories of all traces, and what is kept of them, in one family of kernels."""
    jit, memory = jit_for(family), family.memory
    traces_of, times_of, wide_of = memory.traces_of, memory.times_of, memory.wide_of
    spiked_post_of = memory.spiked_post_of
    history, keep_x = family.history, notes.keep_x

    @jit
    def histories(c: Any, m: Any, step: Any, s: Any, impulse_x: Any, impulse_y: Any) -> None:
        """Every live trace at every step of the epoch; `s` numbers the step in shared draws."""
        wide, decays, rows = wide_of(m), memory.decay_of(m), c.epoch + 1
        for trace in range(N_TRACES):
            if not wide[c.live + trace]:
                continue
            decay = decays[((N_TRACES + 1) * c.draws + trace) * m.chunk + s]
            if trace < N_X:
                n, stored = c.n_pre, c.x + trace * c.n_pre
                out = c.hx + trace * rows * n
                for first in stretches(c, m):
                    last = stretch_end(c, first)
                    history(c, m, trace, stored, c.tx, out, n, first, last, step, decay, impulse_x)
            else:
                y, n = trace - N_X, c.n_post
                stored, out = c.y + y * n, c.hy + y * rows * n
                first, last = share(m, n)
                history(c, m, trace, stored, c.ty, out, n, first, last, step, decay, impulse_y)
                if c.has_y0:
                    at_own_spike(c, m, y, out)
        if c.late:
            keep_x(c, m, step // c.epoch)

    @jit
    def at_own_spike(c: Any, m: Any, y: Any, history: Any) -> None:
        """A y trace of this thread's neurons that spiked, in the step of their spike."""
        times, traces, n = times_of(m)[c.ty :], traces_of(m), c.n_post
        own, spiked = traces[c.at_own_spike + y * n :], spiked_post_of(m)
        first, last = share(m, n)
        for k in range(spike_list(times, first, last, spiked)):
            j = spiked[k]
            own[j] = traces[history + np.int64(times[j]) * n + j]

    @jit
    def keep_last(c: Any, m: Any) -> None:
        """Stored traces become those of the epoch's last step; spike times are forgotten."""
        wide, times, traces = wide_of(m), times_of(m), traces_of(m)
        rows = c.epoch + 1
        for trace in range(N_TRACES):
            if wide[c.live + trace] and trace < N_X:
                stored = c.x + trace * c.n_pre
                latest = c.hx + (trace * rows + c.epoch) * c.n_pre
                for first in stretches(c, m):
                    n = stretch_end(c, first) - first
                    copy(traces[stored + first :], traces[latest + first :], n)
            elif wide[c.live + trace] and c.third < 0 and c.third_population < 0:
                y, (first, last) = trace - N_X, share(m, c.n_post)
                stored = c.y + y * c.n_post
                latest = c.hy + (y * rows + c.epoch) * c.n_post
                copy(traces[stored + first :], traces[latest + first :], last - first)
        for first in stretches(c, m):
            forget(c, times, c.tx, c.nx, first, stretch_end(c, first))
        first, last = share(m, c.n_post)
        forget(c, times, c.ty, c.ny, first, last)

    @jit
    def forget(c: Any, times: Any, spiked: Any, counts: Any, first: Any, last: Any) -> None:
        """None of neurons first .. last - 1 has spiked."""
        times[spiked + first : spiked + last] = 0
        if c.count_spikes:
            times[counts + first : counts + last] = 0

    return histories, keep_last
