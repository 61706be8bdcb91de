"""The traces of an epoch: their history before synapses learn, and the stored values after.

Every thread does its own neurons. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.gather.loops import copy, fill, nonzero_indices
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.by_mode import variants_of
from loihi_emu.kernels.memory.records import N_TRACES, N_X
from loihi_emu.kernels.memory.views import spiked_post_of, times_of, traces_of, wide_of
from loihi_emu.kernels.mode.traces import history
from loihi_emu.kernels.threads.partition import stripe_end, thread_range, thread_stripes


@jit
def update_histories(c: Any, m: Any, step: Any, s: Any) -> None:
    """Every live trace at every step of the epoch; `s` numbers the last step in shared draws."""
    wide, rows = wide_of(m), c.epoch + 1
    for trace in range(N_TRACES):
        if not wide[c.trace_is_live + trace * variants_of(m)]:
            continue
        if trace < N_X:
            n, stored, times = c.n_pre, c.x + trace * c.n_pre, c.pre_spike_step
            out = c.x_history + trace * rows * n
            for first in thread_stripes(c, m):
                last = stripe_end(c, first)
                history(c, m, trace, stored, times, out, n, first, last, step, s)
        else:
            y, n, times = trace - N_X, c.n_post, c.post_spike_step
            stored, out = c.y + y * n, c.y_history + y * rows * n
            first, last = thread_range(m, n)
            history(c, m, trace, stored, times, out, n, first, last, step, s)
            if c.has_y0:
                record_y_at_post_spike(c, m, y, out)


@jit
def record_y_at_post_spike(c: Any, m: Any, y: Any, history: Any) -> None:
    """A y trace of this thread's neurons that spiked, in the step of their spike."""
    times, traces, n = times_of(m)[c.post_spike_step :], traces_of(m), c.n_post
    own, spiked = traces[c.y_at_post_spike + y * n :], spiked_post_of(m)
    first, last = thread_range(m, n)
    for k in range(nonzero_indices(times, first, last, spiked)):
        j = spiked[k]
        own[j] = traces[history + np.int64(times[j]) * n + j]


@jit
def commit_traces(c: Any, m: Any) -> None:
    """Stored traces become those of the epoch's last step; spike times are forgotten."""
    wide, times, traces = wide_of(m), times_of(m), traces_of(m)
    rows = c.epoch + 1
    for trace in range(N_TRACES):
        is_live = wide[c.trace_is_live + trace * variants_of(m)]
        if is_live and trace < N_X:
            stored = c.x + trace * c.n_pre
            latest = c.x_history + (trace * rows + c.epoch) * c.n_pre
            for first in thread_stripes(c, m):
                n = stripe_end(c, first) - first
                copy(traces[stored + first :], traces[latest + first :], n)
        elif is_live and c.third < 0 and c.third_population < 0:
            y, (first, last) = trace - N_X, thread_range(m, c.n_post)
            stored = c.y + y * c.n_post
            latest = c.y_history + (y * rows + c.epoch) * c.n_post
            copy(traces[stored + first :], traces[latest + first :], last - first)
    for first in thread_stripes(c, m):
        clear_spike_steps(
            c, times, c.pre_spike_step, c.pre_spike_count, first, stripe_end(c, first)
        )
    first, last = thread_range(m, c.n_post)
    clear_spike_steps(c, times, c.post_spike_step, c.post_spike_count, first, last)


@jit
def clear_spike_steps(c: Any, times: Any, spiked: Any, counts: Any, first: Any, last: Any) -> None:
    """None of neurons first .. last - 1 has spiked."""
    fill(times[spiked + first :], 0, last - first)
    if c.spike_factor_is_count:
        fill(times[counts + first :], 0, last - first)
