"""When rows of a sparse connection learn from post spikes: deferred, until a row is next read.

A post spike changes one synapse in each of many rows, far apart in memory. So it is only logged
(deferred/spike_log.py). A row learns from the log before anyone reads it: before a pre spike, a
probe, the end of a run, or an epoch that changes every synapse. At the latest it learns before the
oldest log entry that it needs is overwritten.

The bits are those of an immediate update. An update reads only its synapse, the log, and a draw
that depends on (epoch, pre, post) or on the epoch alone; and a synapse takes its epochs in order.

If every product of a post spike has an x trace as a factor, epochs without an x trace change
nothing and are left out, and a row learns when its trace has died. What it then has to learn came
since some epoch; a bitset holds the post neurons that spiked since then.

This module and deferred/scheduled_refresh.py say when rows learn; deferred/pending_updates.py says
how. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.deferred.pending_updates import (
    gather_pending,
    log_rotation,
    oldest_epoch,
    pending_window,
    prefetch_x_log,
    update_pending,
)
from loihi_emu.kernels.deferred.spike_log import since_set_number
from loihi_emu.kernels.gather.loops import copy
from loihi_emu.kernels.gather.prefetch_rows import prefetch_row
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.prefetch import prefetch, prefetch_to_read
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.memory.views import (
    bitset_number_of,
    bitset_offset_of,
    bitsets_of,
    index_of,
    out_indices_of,
    pointer_of,
    sorted_rows_of,
    spiked_pre_of,
)
from loihi_emu.kernels.threads.partition import owns_row

_ROWS_AHEAD: Final = 12
_LOG_AHEAD: Final = 8


@jit
def catch_up(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> None:
    """Of n listed rows, those of this thread learn from post spikes logged up to `epoch`."""
    own = spiked_pre_of(m)
    drain(c, m, epoch, gather_rows(c, m, own, filter_own(c, m, rows, n, own), epoch, 0))


@jit
def gather_rows(c: Any, m: Any, rows: Any, n: Any, epoch: Any, count: Any) -> Any:
    """Add what n listed rows have to learn to a block of `count` synapses; how many it has then.

    The list of rows is overwritten.
    """
    (right, left), first_slot = log_rotation(c, epoch), (epoch + 1) % c.log_depth
    for start in range(0, n, BLOCK):
        some = rows[start:]
        n_pending = filter_pending(c, m, some, min(BLOCK, n - start), epoch)
        group_by_bitset(c, m, some, n_pending)
        for k in range(n_pending):
            prefetch_row(c, m, some, k, n_pending)
            later = np.int64(some[min(k + _LOG_AHEAD, n_pending - 1)])
            prefetch_x_log(c, m, later, epoch, right, left, first_slot)
            count = gather_pending(c, m, np.int64(some[k]), epoch, right, left, count)
    return count


@jit
def drain(c: Any, m: Any, epoch: Any, count: Any) -> None:
    """The `count` synapses of a block learn all that is pending."""
    while count:
        count = update_pending(c, m, epoch, count)


@jit
def filter_own(c: Any, m: Any, rows: Any, n: Any, out: Any) -> Any:
    """List those of n rows that this thread updates; how many. `out` may be `rows`."""
    count: Any = 0
    for k in range(n):
        i = rows[k]
        out[count] = i
        count += np.int64(owns_row(c, m, np.int64(i)))
    return count


@jit
def filter_pending(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> Any:
    """Keep those of up to BLOCK listed rows that may have something to learn; how many.

    Stored beside each is the bitset of post neurons that it will be looked up in, see
    `group_by_bitset`.
    """
    learned, active_epochs = (
        index_of(m)[c.last_learned_epoch :],
        bitsets_of(m)[max(c.pre_active_epochs, 0) :],
    )
    numbers = bitset_number_of(m)
    right, left = log_rotation(c, epoch)
    count: Any = 0
    for k in range(n):
        i, later = np.int64(rows[k]), np.int64(rows[min(k + _ROWS_AHEAD, n - 1)])
        prefetch(learned, later)
        prefetch_to_read(active_epochs, later)
        n_epochs = min(epoch - learned[i], c.log_depth - 1)
        window = pending_window(c, m, i, max(n_epochs, 1), right, left)
        is_pending = n_epochs > 0 and window != 0
        learned[i] = learned[i] if is_pending else np.int32(max(epoch, np.int64(learned[i])))
        rows[count], numbers[count] = i, since_set_number(c, oldest_epoch(c, window, epoch))
        count += np.int64(is_pending)
    return count


@jit
def group_by_bitset(c: Any, m: Any, rows: Any, n: Any) -> None:
    """Sort rows by the bitset they need: one bitset fits into the first-level cache, not all."""
    numbers, offsets, sorted_rows = bitset_number_of(m), bitset_offset_of(m), sorted_rows_of(m)
    for one in range(c.n_since_sets):
        offsets[one] = 0
    for k in range(n):
        offsets[numbers[k]] += np.uint64(1)
    end = np.uint64(0)
    for one in range(c.n_since_sets):
        offsets[one], end = end, end + offsets[one]
    for k in range(n):
        place = offsets[numbers[k]]
        sorted_rows[place] = rows[k]
        offsets[numbers[k]] = place + np.uint64(1)
    copy(rows, sorted_rows, n)


@jit
def flush(c: Any, m: Any, epoch: Any) -> None:
    """All of this thread's rows learn from all that was logged up to `epoch`."""
    rows = spiked_pre_of(m)
    for i in range(c.n_pre):
        rows[i] = i
    catch_up(c, m, rows, c.n_pre, epoch)


@jit
def flush_selected(c: Any, m: Any, probe: Any, epoch: Any) -> None:
    """As `flush`, of the rows of a probe's chosen synapses."""
    chosen, pointer = out_indices_of(m)[probe.indices :], pointer_of(m)[c.row_ptr :]
    (right, left), count = log_rotation(c, epoch), 0
    for k in range(probe.length):
        low, high = 0, c.n_pre
        while high - low > 1:
            middle = (low + high) // 2
            if pointer[middle * c.n_segments] <= chosen[k]:
                low = middle
            else:
                high = middle
        if owns_row(c, m, low):
            count = gather_pending(c, m, low, epoch, right, left, count)
    drain(c, m, epoch, count)
