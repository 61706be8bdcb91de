"""Post spikes of sparse connections, learned from late: when a row is next read.

A post spike changes one synapse in each of many rows, far apart in memory. So it is only noted
(deferred/spike_log.py). A row is brought up to date before anyone reads it (a pre spike, a probe,
the end of a run, a rule or machine that looks at every synapse), and at the latest before the
oldest note it needs is overwritten. The result is the same bit for bit: an update reads its
synapse, these notes, and a draw that is a function of (epoch, pre, post) or of the epoch alone, and
a synapse's epochs are taken in their order. Where every product of a post spike has an x trace as a
factor, epochs in which the pre neuron's are 0 change nothing and are passed over, and a row learns
when its trace has died: what it waits for is then what came since some epoch, of which there is a
set. When rows learn is here and in deferred/scheduled_refresh.py, how in
deferred/pending_updates.py. Shared by fixed point and float, see learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.kernels.deferred.pending_updates import log_rotation, make_waiting, oldest_epoch
from loihi_emu.kernels.deferred.spike_log import since_set_number
from loihi_emu.kernels.gather.loops import copy
from loihi_emu.kernels.gather.prefetch_rows import make_prefetch
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.llvm.prefetch import prefetch, prefetch_to_read
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.threads.partition import owns_row

_ROWS_AHEAD: Final = 12
_NOTES_AHEAD: Final = 8


class Late(NamedTuple):
    """The functions of one family of kernels."""

    catch_up: Callable[..., None]
    flush: Callable[..., None]
    flush_selected: Callable[..., None]
    gather_rows: Callable[..., Any]
    drain: Callable[..., None]


def make_late(family: ModuleType) -> Late:
    """When rows learn from what was noted of post spikes, in one family of kernels."""
    jit_here, memory = jit_for(family), family.memory
    pointer_of, index_of, bitsets_of = memory.pointer_of, memory.index_of, memory.bitsets_of
    spiked_pre_of, out_indices_of = memory.spiked_pre_of, memory.out_indices_of
    slot_of, moment_of, number_of = memory.slot_of, memory.moment_of, memory.number_of
    prefetch_row, waits = make_prefetch(family).prefetch_row, make_waiting(family)
    pending_window, prefetch_x_log = waits.pending_window, waits.prefetch_x_log
    gather_pending, update_pending = waits.gather_pending, waits.update_pending

    @jit_here
    def catch_up(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> None:
        """Of n listed rows, those of this thread learn from post spikes noted up to `number`."""
        own = spiked_pre_of(m)
        drain(c, m, epoch, gather_rows(c, m, own, filter_own(c, m, rows, n, own), epoch, 0))

    @jit_here
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

    @jit_here
    def drain(c: Any, m: Any, epoch: Any, count: Any) -> None:
        """What is in a block of `count` learns all it waits for."""
        while count:
            count = update_pending(c, m, epoch, count)

    @jit_here
    def filter_own(c: Any, m: Any, rows: Any, n: Any, out: Any) -> Any:
        """In which of n listed rows this thread learns; how many. `out` may be `rows`."""
        count: Any = 0
        for k in range(n):
            i = rows[k]
            out[count] = i
            count += np.int64(owns_row(c, m, np.int64(i)))
        return count

    @jit_here
    def filter_pending(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> Any:
        """Keep those of up to BLOCK listed rows that may have something to learn; how many.

        Which set of post neurons each will ask is noted besides, see `sort_by_set`.
        """
        seen, lively = (
            index_of(m)[c.last_learned_epoch :],
            bitsets_of(m)[max(c.pre_active_epochs, 0) :],
        )
        sets = slot_of(m)
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

    @jit_here
    def group_by_bitset(c: Any, m: Any, rows: Any, n: Any) -> None:
        """Bring rows together that ask the same set: one set fits into the first cache, not all."""
        sets, places, sorted_rows = slot_of(m), moment_of(m), number_of(m)
        for one in range(c.n_since_sets):
            places[one] = 0
        for k in range(n):
            places[sets[k]] += np.uint64(1)
        end = np.uint64(0)
        for one in range(c.n_since_sets):
            places[one], end = end, end + places[one]
        for k in range(n):
            place = places[sets[k]]
            sorted_rows[place] = rows[k]
            places[sets[k]] = place + np.uint64(1)
        copy(rows, sorted_rows, n)

    @jit_here
    def flush(c: Any, m: Any, epoch: Any) -> None:
        """All of this thread's rows learn from all that was noted up to `number`."""
        rows = spiked_pre_of(m)
        for i in range(c.n_pre):
            rows[i] = i
        catch_up(c, m, rows, c.n_pre, epoch)

    @jit_here
    def flush_selected(c: Any, m: Any, probe: Any, epoch: Any) -> None:
        """As `settle`, of the rows of a probe's chosen synapses."""
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

    return Late(catch_up, flush, flush_selected, gather_rows, drain)
