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
from loihi_emu.kernels.gathered import make_gathered
from loihi_emu.kernels.gathering import fill, post_place, segment, spike_list
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.marks import add_nonzero, empty, list_found
from loihi_emu.kernels.parallel import parts_of, share
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import (
    AT_BEFORE,
    AT_X0,
    AT_Y0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
    WORD,
)

_WORD: Final = WORD


def make_stirred(family: ModuleType) -> Callable[..., None]:
    """The update of the rows that spiked, where few of their synapses can change."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of, wide_of = memory.traces_of, memory.times_of, memory.wide_of
    structure_of, near_of, inputs_of = memory.structure_of, memory.near_of, memory.inputs_of
    index_of, fired_of, spiked_pre_of = memory.index_of, memory.fired_of, memory.spiked_pre_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    number_of, slot_of = memory.number_of, memory.slot_of
    draw_late, ahead, gathered = family.draw_late, make_ahead(family), make_gathered(family)
    point_to_block, update = gathered.point_to_block, gathered.update

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
    def fill_inputs(c: Any, m: Any, n: Any) -> None:
        """Inputs of n synapses of pre neurons that spiked."""
        structure, times, inputs = structure_of(m), times_of(m), inputs_of(m)
        for slot in range(c.n_slots):
            code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
            if code == SLOT_X0:
                counts, rows = times[c.nx :], row_of(m)
                if c.count_spikes:
                    for q in range(n):
                        out[q] = counts[rows[q]]
                else:
                    fill(out, type(inputs[0])(1), n)
            elif code == SLOT_Y0:
                counts, columns = times[c.ny :], column_of(m)
                for q in range(n):
                    out[q] = counts[columns[q]]
            elif code % N_TRACES < N_X:
                fill_x(c, m, code // N_TRACES, code % N_TRACES, out, n)
            else:
                fill_y(c, m, code // N_TRACES, code % N_TRACES, out, n)

    @jit_here
    def fill_x(c: Any, m: Any, moment: Any, trace: Any, out: Any, n: Any) -> None:
        """An x trace of each synapse at the moment of a dependency."""
        rows, columns, pre_times = row_of(m), column_of(m), slot_of(m)
        post_times = times_of(m)[c.ty :]
        own = traces_of(m)[c.hx + trace * (c.epoch + 1) * c.n_pre :]
        if moment == AT_Y0 and c.epoch > 1:
            for q in range(n):
                out[q] = own[np.int64(post_times[columns[q]]) * c.n_pre + rows[q]]
        elif moment == AT_X0:
            for q in range(n):
                out[q] = own[np.int64(pre_times[q]) * c.n_pre + rows[q]]
        else:
            always = own[(0 if moment == AT_BEFORE else c.epoch) * c.n_pre :]
            for q in range(n):
                out[q] = always[rows[q]]

    @jit_here
    def fill_y(c: Any, m: Any, moment: Any, trace: Any, out: Any, n: Any) -> None:
        """A y trace of each synapse at the moment of a dependency."""
        columns, pre_times = column_of(m), slot_of(m)
        own = traces_of(m)[post_place(c, moment, trace, 0) :]
        if moment == AT_X0:
            for q in range(n):
                out[q] = own[np.int64(pre_times[q]) * c.n_post + columns[q]]
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
    def list_row(c: Any, m: Any, i: Any, part: Any, count: Any) -> Any:
        """Add to a block of `count` the stirred synapses of a part of row i; how many there are.

        What is in the block learns where it would not hold the row.
        """
        low, high, base = segment(c, m, i, part)
        stirred = fired_of(m)[c.stirred + base // _WORD :]
        place, row, column, pre_times = place_of(m), row_of(m), column_of(m), slot_of(m)
        time = times_of(m)[c.tx + i]
        for start in range(low, high, BLOCK):
            n = min(BLOCK, high - start)
            if count + n > BLOCK:
                learn_listed(c, m, count)
                count = 0
            near = near_of(m)[c.near + start :]
            found = count + list_found(stirred, near, n, column[count:])
            for q in range(count, found):
                k = column[q]
                place[q] = start + k
                column[q] = base + near[k]
                row[q] = i
                pre_times[q] = time
            count = found
        return count

    @jit_here
    def touch_stirred(c: Any, m: Any, epoch: Any) -> None:
        """Rows of the pre neurons that spiked in the epoch."""
        stir(c, m)
        point_to_block(c, m)
        fill(number_of(m), epoch, BLOCK)
        spiked = spiked_pre_of(m)
        n = spike_list(times_of(m)[c.tx :], 0, c.n_pre, spiked)
        first, last = parts_of(c, m)
        for part in range(first, last):
            seen, count = index_of(m)[max(c.seen, 0) + part * c.n_pre :], 0
            for k in range(n):
                ahead(c, m, spiked, k, n, part)
                if c.late:
                    seen[spiked[k]] = epoch
                count = list_row(c, m, np.int64(spiked[k]), part, count)
            learn_listed(c, m, count)

    return touch_stirred  # type: ignore[no-any-return]
