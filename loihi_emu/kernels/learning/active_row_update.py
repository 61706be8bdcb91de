"""Rows of which few synapses can change: those are listed, and learn together with other rows'.

Where every product of a pre spike has a y trace as a factor, only synapses change whose post neuron
had a trace in the epoch, or spiked: those in the set of stirred neurons. In a quiet network they
are a small part of a row, and of the draws, inputs and updates of the whole row. The result is the
same bit for bit, as 0 would be added to the others. Shared by fixed point and float, see
learning/epoch.py; all other rows: learning/row_update.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.bitset import add_nonzero, empty, list_found
from loihi_emu.kernels.gather.block_update import make_gathered
from loihi_emu.kernels.gather.loops import LISTED, fill, fill_run, spike_list
from loihi_emu.kernels.gather.prefetch_rows import make_ahead
from loihi_emu.kernels.gather.sparse_index import spread, spreads
from loihi_emu.kernels.learning.active_row_inputs import make_stirred_inputs
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.llvm.sizes import BLOCK, WORD
from loihi_emu.kernels.memory.records import N_TRACES, N_X, SHARED_DRAWS
from loihi_emu.kernels.memory.shared_words import STIRRED
from loihi_emu.kernels.threads.partition import share
from loihi_emu.kernels.threads.work_stealing import next_chunk, run_of

_WORD: Final = WORD


def make_stirred(family: ModuleType) -> tuple[Callable[..., None], Callable[..., None]]:
    """What can change, and the update of the rows that spiked, where that are few synapses."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of, wide_of = memory.traces_of, memory.times_of, memory.wide_of
    near_of = memory.near_of
    index_of, fired_of, spiked_pre_of = memory.index_of, memory.fired_of, memory.spiked_pre_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    number_of, slot_of = memory.number_of, memory.slot_of
    draw_late, ahead, gathered = family.draw_late, make_ahead(family).row, make_gathered(family)
    point_to_block, update = gathered.point_to_block, gathered.update
    fill_pre, fill_inputs = make_stirred_inputs(family)

    @jit_here
    def stir(c: Any, m: Any) -> None:
        """The set of this thread's post neurons that had a trace in the epoch, or spiked."""
        stirred, traces = fired_of(m)[c.stirred :], traces_of(m)
        first, last = share(m, c.n_post)
        empty(stirred, first, last)
        add_nonzero(stirred, times_of(m)[c.ty :], first, last)
        for trace in range(N_X, N_TRACES):
            if wide_of(m)[c.live + trace]:
                start = c.hy + (trace - N_X) * (c.epoch + 1) * c.n_post
                for s in range(c.epoch + 1):
                    add_nonzero(stirred, traces[start + s * c.n_post :], first, last)

    @jit_here
    def learn_listed(c: Any, m: Any, n: Any) -> None:
        """The epoch of n listed synapses."""
        if n == 0:
            return
        fill_inputs(c, m, n)
        if c.draw_kind != SHARED_DRAWS:
            draw_late(c, m, n)
        update(c, m, n)

    @jit_here
    def list_spread(c: Any, m: Any, i: Any, k: Any, count: Any) -> Any:
        """Add to a block of `count` the stirred synapses of a spread of row i; how many there are.

        What is in the block learns where it would not hold them all.
        """
        low, middle, high, base = spread(c, m, i, k)
        stirred = fired_of(m)[c.stirred + base // _WORD :]
        place, row, column, pre_times = place_of(m), row_of(m), column_of(m), slot_of(m)
        time = np.int32(times_of(m)[c.tx + i])
        for start in range(low, high, LISTED):
            n = min(LISTED, high - start)
            if count + n > LISTED:
                learn_listed(c, m, count)
                count = 0
            near = near_of(m)[c.near + start :]
            found = list_found(
                stirred, near, n, middle - start, start, base, place, column, count
            )  # fmt: skip
            fill_run(row, np.int32(i), count, found - count)
            fill_run(pre_times, time, count, found - count)
            fill_pre(c, m, i, count, found - count)
            count = found
        return count

    @jit_here
    def touch_stirred(c: Any, m: Any, epoch: Any, helps: Any) -> None:
        """Rows of the pre neurons that spiked in the epoch; all threads have stirred."""
        point_to_block(c, m)
        fill(number_of(m), epoch, BLOCK)
        count: Any = 0
        owner, number, piece, end = next_chunk(c, m, STIRRED, m.thread, -1, helps)
        while piece < end:
            count = list_chunk(c, m, epoch, owner, piece, end, count)
            owner, number, piece, end = next_chunk(c, m, STIRRED, owner, number, helps)
        learn_listed(c, m, count)

    @jit_here
    def list_chunk(
        c: Any, m: Any, epoch: Any, owner: Any, piece: Any, end: Any, count: Any
    ) -> Any:  # fmt: skip
        """Add to a block of `count` the rows of those neurons of a chunk that spiked."""
        spiked, seen, n = spiked_pre_of(m), index_of(m)[max(c.seen, 0) :], 0
        while piece < end:
            first, last, piece = run_of(c, m, owner, piece, end)
            n += spike_list(times_of(m)[c.tx :], first, last, spiked[n:])
        for q in range(n):
            ahead(c, m, spiked, q, n)
            i = np.int64(spiked[q])
            if c.late:
                seen[i] = epoch
            for k in spreads(c):
                count = list_spread(c, m, i, k, count)
        return count

    return stir, touch_stirred
