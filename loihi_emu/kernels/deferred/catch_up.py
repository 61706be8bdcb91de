"""When rows of a sparse connection learn from post spikes: deferred, until a row is next read.

A post spike changes one synapse in each of many rows, far apart in memory. So it is only logged
(deferred/spike_log.py). A row is brought up to date before anyone reads it (a pre spike, a probe,
the end of a run, a rule or machine that looks at every synapse), and at the latest before the
oldest log entry it needs is overwritten. The result is the same bit for bit: an update reads its
synapse, the log, and a draw that is a function of (epoch, pre, post) or of the epoch alone, and
a synapse's epochs are taken in their order. Where every product of a post spike has an x trace as a
factor, epochs in which the pre neuron's are 0 change nothing and are passed over, and a row learns
when its trace has died: what it waits for is then what came since some epoch, of which there is a
set. When rows learn is here and in deferred/scheduled_refresh.py, how in
deferred/pending_updates.py. Fixed and floating point share it (kernels/mode).
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
_NOTES_AHEAD: Final = 8


@jit
def catch_up(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> None:
    """Of n listed rows, those of this thread learn from post spikes logged up to `epoch`."""
    own = spiked_pre_of(m)
    drain(c, m, epoch, gather_rows(c, m, own, filter_own(c, m, rows, n, own), epoch, 0))


@jit
def gather_rows(c: Any, m: Any, rows: Any, n: Any, epoch: Any, count: Any) -> Any:
    """Of n listed rows add to a block of `count` what they have to learn; how many then.

    The list does not outlast it.
    """
    (right, left), first_slot = log_rotation(c, epoch), (epoch + 1) % c.log_depth
    for start in range(0, n, BLOCK):
        some = rows[start:]
        n_waiting = filter_pending(c, m, some, min(BLOCK, n - start), epoch)
        group_by_bitset(c, m, some, n_waiting)
        for k in range(n_waiting):
            prefetch_row(c, m, some, k, n_waiting)
            later = np.int64(some[min(k + _NOTES_AHEAD, n_waiting - 1)])
            prefetch_x_log(c, m, later, epoch, right, left, first_slot)
            count = gather_pending(c, m, np.int64(some[k]), epoch, right, left, count)
    return count


@jit
def drain(c: Any, m: Any, epoch: Any, count: Any) -> None:
    """What is in a block of `count` learns all it waits for."""
    while count:
        count = update_pending(c, m, epoch, count)


@jit
def filter_own(c: Any, m: Any, rows: Any, n: Any, out: Any) -> Any:
    """In which of n listed rows this thread learns; how many. `out` may be `rows`."""
    count: Any = 0
    for k in range(n):
        i = rows[k]
        out[count] = i
        count += np.int64(owns_row(c, m, np.int64(i)))
    return count


@jit
def filter_pending(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> Any:
    """Keep those of up to BLOCK listed rows that may have something to learn; how many.

    Which bitset of post neurons each will ask is stored beside them, see `group_by_bitset`.
    """
    seen, lively = (
        index_of(m)[c.last_learned_epoch :],
        bitsets_of(m)[max(c.pre_active_epochs, 0) :],
    )
    sets = bitset_number_of(m)
    right, left = log_rotation(c, epoch)
    count: Any = 0
    for k in range(n):
        i, later = np.int64(rows[k]), np.int64(rows[min(k + _ROWS_AHEAD, n - 1)])
        prefetch(seen, later)
        prefetch_to_read(lively, later)
        behind = min(epoch - seen[i], c.log_depth - 1)
        window = pending_window(c, m, i, max(behind, 1), right, left)
        waits = behind > 0 and window != 0
        seen[i] = seen[i] if waits else np.int32(max(epoch, np.int64(seen[i])))
        rows[count], sets[count] = i, since_set_number(c, oldest_epoch(c, window, epoch))
        count += np.int64(waits)
    return count


@jit
def group_by_bitset(c: Any, m: Any, rows: Any, n: Any) -> None:
    """Bring rows together that ask the same set: one set fits into the first cache, not all."""
    sets, offsets, sorted_rows = bitset_number_of(m), bitset_offset_of(m), sorted_rows_of(m)
    for one in range(c.n_since_sets):
        offsets[one] = 0
    for k in range(n):
        offsets[sets[k]] += np.uint64(1)
    end = np.uint64(0)
    for one in range(c.n_since_sets):
        offsets[one], end = end, end + offsets[one]
    for k in range(n):
        place = offsets[sets[k]]
        sorted_rows[place] = rows[k]
        offsets[sets[k]] = place + np.uint64(1)
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
