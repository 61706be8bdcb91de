"""Rows that no one has read for long learn before the log entries that they need are overwritten.

At the end of every epoch two kinds of rows learn: those whose trace has just died, and one in
`refresh_period` of the others. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.catch_up import drain, flush, gather_rows
from loihi_emu.kernels.gather.bitset import bitset_size, list_members
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.shared_words import PHASE_REFRESH
from loihi_emu.kernels.memory.views import bitsets_of, index_of, spiked_pre_of, times_of
from loihi_emu.kernels.threads.work_stealing import next_stolen_range, stripe_part


@jit
def refresh_rows(c: Any, m: Any, epoch: Any, steals: Any) -> None:
    """Rows that no one read for long learn before what they need is overwritten.

    Where threads steal, rows that spiked have just learned, by whichever thread.
    """
    if c.flush_every_epoch:
        flush(c, m, epoch)
        return
    count: Any = 0
    owner, k, unit, end = next_stolen_range(c, m, PHASE_REFRESH, m.thread_index, -1, steals)
    while unit < end:
        count = refresh_range(c, m, epoch, owner, unit, end, steals, count)
        owner, k, unit, end = next_stolen_range(c, m, PHASE_REFRESH, owner, k, steals)
    drain(c, m, epoch, count)


@jit
def refresh_range(
    c: Any, m: Any, epoch: Any, owner: Any, unit: Any, end: Any, skip_spiked: Any, count: Any
) -> Any:  # fmt: skip
    """As `refresh_rows`, of one claimed range; rows that spiked may be skipped."""
    rows = spiked_pre_of(m)
    if c.pre_active_epochs >= 0:
        n = list_active_pre(c, m, c.active_pre + bitset_size(c.n_pre), owner, unit, end, 0, 1)
        count = gather_rows(c, m, rows, drop_spiked(c, m, rows, n, skip_spiked), epoch, count)
        n = list_active_pre(
            c, m, c.active_pre, owner, unit, end, epoch % c.refresh_period, c.refresh_period
        )
    else:
        n = 0
        while unit < end:
            first, last, unit = stripe_part(c, m, owner, unit, end)
            for i in range(first + (epoch - first) % c.refresh_period, last, c.refresh_period):
                rows[n] = i
                n += 1
    n = keep_expiring(c, m, epoch, rows, drop_spiked(c, m, rows, n, skip_spiked))
    return gather_rows(c, m, rows, n, epoch, count)


@jit
def list_active_pre(
    c: Any, m: Any, words: Any, owner: Any, unit: Any, end: Any, word: Any, every: Any
) -> Any:  # fmt: skip
    """List the neurons of a claimed range that are in a bitset; how many.

    Only words of the bitset are read whose number is `word` modulo `every`.
    """
    rows, n, members = spiked_pre_of(m), 0, bitsets_of(m)[words:]
    while unit < end:
        first, last, unit = stripe_part(c, m, owner, unit, end)
        start = bitset_size(first)
        n += list_members(members, start + (word - start) % every, last, every, rows[n:])
    return n


@jit
def drop_spiked(c: Any, m: Any, rows: Any, n: Any, skip_spiked: Any) -> Any:
    """If `skip_spiked`, keep those of n listed rows whose neuron did not spike; how many."""
    if not skip_spiked:
        return n
    times = times_of(m)[c.pre_spike_step :]
    count: Any = 0
    for k in range(n):
        i = rows[k]
        rows[count] = i
        count += np.int64(times[i] == 0)
    return count


@jit
def keep_expiring(c: Any, m: Any, epoch: Any, rows: Any, n: Any) -> Any:
    """Keep those of n listed rows that need what will be overwritten before their next refresh."""
    learned, count = index_of(m)[c.last_learned_epoch :], 0
    for k in range(n):
        i = rows[k]
        rows[count] = i
        count += epoch - learned[i] + c.refresh_period >= c.log_depth
    return count
