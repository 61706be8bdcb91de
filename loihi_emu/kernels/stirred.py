"""Rows of which few synapses can change: those are listed, and learn together with other rows'.

Where every product of a pre spike has a y trace as a factor, only synapses change whose post neuron
had a trace in the epoch, or spiked: those in the set of stirred neurons. In a quiet network they
are a small part of a row, and of the draws, inputs and updates of the whole row. The result is the
same bit for bit, as 0 would be added to the others. Shared by fixed point and float, see
kernels/learning.py; all other rows: kernels/rows.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from loihi_emu.kernels.ahead import make_ahead
from loihi_emu.kernels.chunks import next_chunk, run_of
from loihi_emu.kernels.gathered import make_gathered
from loihi_emu.kernels.gathering import (
    LISTED,
    copy_indexed,
    fill,
    fill_run,
    piece,
    post_place,
    spike_list,
)
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.marks import add_nonzero, empty, list_found, which
from loihi_emu.kernels.parallel import share
from loihi_emu.kernels.rows import make_row_input
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import (
    AT_X0,
    AT_Y0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
    STIRRED,
    WORD,
)
from loihi_emu.kernels.vectors import lowest_bit

_ONE: Final = np.uint64(1)
_WORD: Final = WORD


def make_stirred(family: ModuleType) -> tuple[Callable[..., None], Callable[..., None]]:
    """What can change, and the update of the rows that spiked, where that are few synapses."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of, wide_of = memory.traces_of, memory.times_of, memory.wide_of
    structure_of, near_of, inputs_of = memory.structure_of, memory.near_of, memory.inputs_of
    index_of, fired_of, spiked_pre_of = memory.index_of, memory.fired_of, memory.spiked_pre_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    number_of, slot_of, moment_of = memory.number_of, memory.slot_of, memory.moment_of
    draw_late, ahead, gathered = family.draw_late, make_ahead(family).row, make_gathered(family)
    point_to_block, update = gathered.point_to_block, gathered.update
    row_input = make_row_input(family)

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
    def fill_pre(c: Any, m: Any, i: Any, first: Any, n: Any) -> None:
        """Inputs that hold for all of row i, of n listed synapses from the first on.

        X traces at a post spike among them: as if there was none, see `mend_x`.
        """
        structure, inputs = structure_of(m), inputs_of(m)
        for slot in range(c.n_slots):
            code = structure[c.slots + slot]
            if code == SLOT_X0 or (code < SLOT_X0 and code % N_TRACES < N_X):
                fill_run(inputs[slot * BLOCK :], row_input(c, m, code, i), first, n)

    @jit_here
    def fill_inputs(c: Any, m: Any, n: Any) -> None:
        """The other inputs of n listed synapses."""
        structure, inputs, post_times = structure_of(m), inputs_of(m), moment_of(m)
        copy_indexed(post_times, times_of(m)[c.ty :], column_of(m), n)
        for slot in range(c.n_slots):
            code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
            if code == SLOT_Y0:
                fill_y0(c, m, post_times, out, n)
            elif code < SLOT_X0 and code % N_TRACES >= N_X:
                fill_y(c, m, code // N_TRACES, code % N_TRACES, out, n)
            elif code // N_TRACES == AT_Y0 and c.epoch > 1:
                mend_x(c, m, code % N_TRACES, post_times, out, n)

    @jit_here
    def fill_y0(c: Any, m: Any, post_times: Any, out: Any, n: Any) -> None:
        """Whether the post neuron of each synapse spiked, or how often where that counts."""
        if c.count_spikes:
            copy_indexed(out, times_of(m)[c.ny :], column_of(m), n)
        else:
            for q in range(n):
                out[q] = np.uint8(post_times[q] != 0)

    @jit_here
    def mend_x(c: Any, m: Any, trace: Any, post_times: Any, out: Any, n: Any) -> None:
        """An x trace in the step of a post spike, of those of n listed synapses that had one.

        They are few, and without one nothing is made of this input.
        """
        rows, n_pre = row_of(m), c.n_pre
        own = traces_of(m)[c.hx + trace * (c.epoch + 1) * n_pre :]
        for start in range(0, n, _WORD):
            bits = which(post_times, start, min(_WORD, n - start))
            while bits:
                q = start + lowest_bit(bits)
                out[q] = own[np.int64(post_times[q]) * n_pre + rows[q]]
                bits &= bits - _ONE

    @jit_here
    def fill_y(c: Any, m: Any, moment: Any, trace: Any, out: Any, n: Any) -> None:
        """A y trace of each synapse at the moment of a dependency."""
        columns, pre_times, n_post = column_of(m), slot_of(m), c.n_post
        own = traces_of(m)[post_place(c, moment, trace, 0) :]
        if moment == AT_X0:
            for q in range(n):
                out[q] = own[np.int64(pre_times[q]) * n_post + columns[q]]
        else:
            for q in range(n):
                out[q] = own[columns[q]]

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
    def list_piece(c: Any, m: Any, i: Any, k: Any, count: Any) -> Any:
        """Add to a block of `count` the stirred synapses of a piece of row i; how many there are.

        What is in the block learns where it would not hold the piece.
        """
        low, high, base = piece(c, m, i, k)
        stirred = fired_of(m)[c.stirred + base // _WORD :]
        place, row, column, pre_times = place_of(m), row_of(m), column_of(m), slot_of(m)
        time = np.int32(times_of(m)[c.tx + i])
        for start in range(low, high, LISTED):
            n = min(LISTED, high - start)
            if count + n > LISTED:
                learn_listed(c, m, count)
                count = 0
            near = near_of(m)[c.near + start :]
            found = list_found(stirred, near, n, start, base, place, column, count)
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
            for k in range(c.pages):
                count = list_piece(c, m, i, k, count)
        return count

    return stir, touch_stirred
