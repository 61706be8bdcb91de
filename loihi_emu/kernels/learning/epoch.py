"""One learning epoch: every synapse that can change.

Authority: spec "Learning phase". A synapse whose products' dependencies are all 0 does not change,
so only rows of pre neurons and columns of post neurons that spiked are given to the rule's kernel;
a `u` product touches all. So does a variable that lies below what the accumulator can hold: adding
0 moves it (Lava's tag_1 of -257 becomes -256). Rows lie together in memory and are updated where
they are, in blocks (learning/row_update.py); columns of dense connections are gathered into a block
and scattered back (learning/column_update.py); those of sparse ones wait until their rows are read
(deferred/catch_up.py). Fixed point and float share this text: `make_learn` closes it over one
family's functions.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.catch_up import Late
from loihi_emu.kernels.deferred.scheduled_refresh import make_turns
from loihi_emu.kernels.deferred.spike_log import Notes
from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.gather.sparse_index import piece
from loihi_emu.kernels.learning.active_row_update import make_stirred
from loihi_emu.kernels.learning.column_update import make_columns
from loihi_emu.kernels.learning.decimation import is_due
from loihi_emu.kernels.learning.row_update import make_rows
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.memory.records import ALWAYS_AT_REST, SHARED_DRAWS
from loihi_emu.kernels.threads.barrier import agreed, wait, wait_to_help
from loihi_emu.kernels.threads.partition import learns_row, pieces_of, share


def make_learn(family: ModuleType, late: Late, notes: Notes) -> Callable[..., None]:
    """The learning epoch of one family (kernels.fixed or kernels.ideal).

    Every thread does its own synapses, between barriers: all histories are complete before, and
    what is noted of post neurons before rows of a sparse connection learn.
    """
    jit, memory = jit_for(family), family.memory
    synaptic_of, times_of, wide_of = memory.synaptic_of, memory.times_of, memory.wide_of
    draws_of = memory.draws_of
    settle, note, take_turns = late.settle, notes.note, make_turns(family, late)
    touch_row, touch_rows = make_rows(family)
    touch_columns, (stir, touch_stirred) = make_columns(family), make_stirred(family)

    @jit
    def restless(c: Any, m: Any) -> Any:
        """Whether some synapse would change although 0 is added to it."""
        if c.rest_w == ALWAYS_AT_REST and c.rest_t == ALWAYS_AT_REST and not c.loose_bits:
            return False
        return agreed(m, any_moves(c, m))

    @jit
    def any_moves(c: Any, m: Any) -> Any:
        """Whether adding 0 changes some synapse that this thread learns."""
        if m.threads == 1:
            return moves(c, m, 0, c.n_synapses)
        first, last = pieces_of(c, m)
        for k in range(first, last):
            for i in range(c.n_pre):
                if learns_row(c, m, i):
                    low, high, _ = piece(c, m, i, k)
                    if moves(c, m, low, high):
                        return True
        return False

    @jit
    def moves(c: Any, m: Any, low: Any, high: Any) -> Any:
        """Whether adding 0 changes some synapse of low .. high - 1."""
        if low == high:
            return False
        return (
            below(m, c.w, c.rest_w, low, high)
            or below(m, c.t, c.rest_t, low, high)
            or loose(c, m, low, high)
        )

    @jit
    def loose(c: Any, m: Any, low: Any, high: Any) -> Any:
        """Whether some weight has bits that its next update rounds away, if any can."""
        if c.loose_bits:
            for w in synaptic_of(m)[c.w + low : c.w + high]:
                if np.int64(w) & c.loose_bits:
                    return True
        return False

    @jit
    def below(m: Any, start: Any, rest: Any, low: Any, high: Any) -> Any:
        """Whether some value of a variable lies below `rest`, if any can."""
        if start < 0 or rest == ALWAYS_AT_REST:
            return False
        values = synaptic_of(m)[start + low : start + high]
        lowest = values[0]
        for value in values:
            if value < lowest:
                lowest = value
        return lowest < rest

    @jit
    def touch_all(c: Any, m: Any, number: Any, u: Any) -> None:
        """Every synapse of this thread."""
        first, last = pieces_of(c, m)
        for k in range(first, last):
            for i in range(c.n_pre):
                if learns_row(c, m, i):
                    touch_row(c, m, number, k, i, u)

    @jit
    def update(c: Any, m: Any, number: Any, synaptic: Any) -> Any:
        """The epoch of the synapses that it may change; whether threads helped one another."""
        wide = wide_of(m)
        wide[c.written] = 1
        if not c.count_spikes:
            times, flags = times_of(m)[c.ty :], times_of(m)[c.ny :]
            first, last = share(m, c.n_post)
            for j in range(first, last):
                flags[j] = np.uint8(times[j] > 0)
        u = c.has_u and is_due(c, number)
        if c.late and u:
            settle(c, m, number - 1)
        everything = u or restless(c, m)
        if c.late:
            note(c, m, number, synaptic, not everything)
        if c.draw_kind == SHARED_DRAWS:
            fill(draws_of(m), synaptic, BLOCK)
        stirs = c.has_x0 and c.stirred >= 0 and not everything
        if stirs:
            stir(c, m)
        if c.sparse:
            wait_to_help(m)
        if everything:
            touch_all(c, m, number, np.int64(u))
            return False
        helps = stirs and m.threads > 1 and not c.at_once
        if stirs:
            touch_stirred(c, m, number, helps)
        elif c.has_x0:
            touch_rows(c, m, number)
        if c.has_y0 and not c.late:
            touch_columns(c, m, number)
        return helps

    @jit
    def learn(c: Any, m: Any, step: Any, synaptic: Any) -> None:
        """One epoch of connection `c`, which ends with `step`; the draw is the one it shares."""
        number, helps = step // c.epoch, False
        if wide_of(m)[c.enabled]:
            helps = update(c, m, number, synaptic)
        elif c.late:
            note(c, m, number, synaptic, False)
            wait(m)
        if c.late:
            take_turns(c, m, number, helps)

    return learn  # type: ignore[no-any-return]
