"""What a sparse connection notes of an epoch, for rows that learn from it late (late.py).

By post neuron: a word with a few bits for each of the last epochs, the step of its spike or 0; and
where products read them, its spike count and its y traces at the spike. By pre neuron: its x traces
step by step, and a word that says in which epochs they were not 0. By epoch: the draw that synapses
share. Each thread notes its own neurons. Shared by fixed point and float, see kernels/learning.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numba import types

from loihi_emu.kernels.gathering import spike_list
from loihi_emu.kernels.jit import jit, jit_for
from loihi_emu.kernels.parallel import share
from loihi_emu.kernels.pointers import address, row_of
from loihi_emu.kernels.tables import N_TRACES, N_X, SHARED_DRAWS

_ONE: Final = np.uint64(1)

row_of_words = row_of(types.uint32)


class Notes(NamedTuple):
    """The functions of one family of kernels."""

    keep_x: Callable[..., None]
    note: Callable[..., None]


def make_notes(family: ModuleType) -> Notes:
    """The notes of one family (kernels.fixed or kernels.ideal)."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of, wide_of = memory.traces_of, memory.times_of, memory.wide_of
    pointer_of, fired_of = memory.pointer_of, memory.fired_of
    spiked_post_of = memory.spiked_post_of
    keep_draw, bytes_in_place = family.keep_draw, family.BYTES_IN_PLACE

    @jit_here
    def keep_x(c: Any, m: Any, number: Any) -> None:
        """Note the x traces of this thread's pre neurons, step by step, as epoch `number` saw them.

        And in which epochs some of them was not 0.
        """
        lively = fired_of(m)[max(c.lively, 0) :]
        first, last = share(m, c.n_pre)
        slot = number % c.epochs_kept
        mark = ((_ONE << np.uint64(c.step_bits)) - _ONE) << np.uint64(slot * c.step_bits)
        if c.lively >= 0:
            for i in range(first, last):
                lively[i] &= ~mark
        for trace in range(N_X):
            kept = pointer_of(m)[c.late_traces + trace]
            if kept >= 0 and wide_of(m)[c.live + trace]:
                place = kept + slot * c.n_pre * c.epoch
                history = c.hx + (trace * (c.epoch + 1) + 1) * c.n_pre
                if bytes_in_place and c.epoch == 4:
                    keep_four(c, m, history, place, mark)
                else:
                    keep_steps(c, m, history, place, mark)

    @jit_here
    def keep_steps(c: Any, m: Any, history: Any, place: Any, mark: Any) -> None:
        """Put the steps of each neuron side by side, and mark those that are not 0 throughout."""
        traces, lively, epoch = traces_of(m), fired_of(m)[max(c.lively, 0) :], c.epoch
        first, last = share(m, c.n_pre)
        for i in range(first, last):
            some = False
            for s in range(epoch):
                value = traces[history + s * c.n_pre + i]
                traces[place + i * epoch + s] = value
                some |= value != 0
            if c.lively >= 0 and some:
                lively[i] |= mark

    @jit_here
    def keep_four(c: Any, m: Any, history: Any, place: Any, mark: Any) -> None:
        """As `keep_steps` of epochs of four steps in bytes: a word a neuron, many at once."""
        traces, lively = traces_of(m), fired_of(m)[max(c.lively, 0) :]
        words = row_of_words(address(traces, place))
        one, two = traces[history:], traces[history + c.n_pre :]
        three, four = traces[history + 2 * c.n_pre :], traces[history + 3 * c.n_pre :]
        first, last = share(m, c.n_pre)
        for i in range(first, last):
            low = np.uint32(one[i]) | (np.uint32(two[i]) << np.uint32(8))
            high = np.uint32(three[i]) | (np.uint32(four[i]) << np.uint32(8))
            words[i] = low | (high << np.uint32(16))
        if c.lively >= 0:
            for i in range(first, last):
                lively[i] |= mark if words[i] != 0 else np.uint64(0)

    @jit_here
    def note(c: Any, m: Any, number: Any, synaptic: Any, learns: Any) -> None:
        """Note which of this thread's post neurons spiked in epoch `number`, and how."""
        fired, times = fired_of(m)[c.fired :], times_of(m)
        first, last = share(m, c.n_post)
        slot = number % c.epochs_kept
        place = np.uint64(slot * c.step_bits)
        others = ~(((_ONE << np.uint64(c.step_bits)) - _ONE) << place)
        for j in range(first, last):
            fired[j] &= others
        if not learns:
            return
        spiked = spiked_post_of(m)
        count = spike_list(times[c.ty :], first, last, spiked)
        for k in range(count):
            fired[spiked[k]] |= np.uint64(times[c.ty + spiked[k]]) << place
        if c.late_counts >= 0:
            _keep(times[c.late_counts + slot * c.n_post :], times[c.ny :], spiked, count)
        traces, kept = traces_of(m), pointer_of(m)[c.late_traces :]
        for y in range(N_TRACES - N_X):
            if kept[N_X + y] >= 0:
                own = traces[c.at_own_spike + y * c.n_post :]
                _keep(traces[kept[N_X + y] + slot * c.n_post :], own, spiked, count)
        if c.draw_kind == SHARED_DRAWS:
            keep_draw(c, m, slot, synaptic)

    return Notes(keep_x, note)


@jit
def _keep(out: Any, values: Any, which: Any, n: Any) -> None:
    """Copy chosen values to the same places of a note."""
    for k in range(n):
        out[which[k]] = values[which[k]]
