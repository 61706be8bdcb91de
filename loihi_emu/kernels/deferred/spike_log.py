"""The spike log of a sparse connection: what rows that learn late need to know of past epochs.

By post neuron: a word with a few bits for each of the last epochs, the step of its spike or 0; and
where products read them, its spike count and its y traces at the spike. Of post neurons: sets of
those that spiked since some epoch, of every few epochs one. By pre neuron: its x traces step by
step, and a word that says in which epochs they were not 0. Of pre neurons: the set of those that
have a trace, and of those that have just lost theirs. By epoch: the draw that synapses share. Each
thread notes its own neurons. Shared by fixed point and float, see learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.kernels.gather.bitset import add_all, add_nonzero, empty, split, words_of
from loihi_emu.kernels.gather.loops import spike_list
from loihi_emu.kernels.llvm.bit_vectors import join_four
from loihi_emu.kernels.llvm.jit import jit, jit_for, jit_inlined
from loihi_emu.kernels.llvm.prefetch import prefetch
from loihi_emu.kernels.llvm.sizes import NEIGHBOURS, WORD
from loihi_emu.kernels.memory.records import N_TRACES, N_X, SHARED_DRAWS
from loihi_emu.kernels.threads.partition import share, stretch_end, stretches

_ONE: Final = np.uint64(1)
_WORD: Final = WORD


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
        for first in stretches(c, m):
            keep_stretch(c, m, number % c.epochs_kept, first, stretch_end(c, first))

    @jit_here
    def keep_stretch(c: Any, m: Any, slot: Any, first: Any, last: Any) -> None:
        """Note them of neurons first .. last - 1, in the slot of an epoch."""
        words = words_of(c.n_pre)
        alive, now = fired_of(m)[max(c.alive, 0) :], fired_of(m)[max(c.alive, 0) + words :]
        if c.lively >= 0:
            empty(now, first, last)
        for trace in range(N_X):
            kept = pointer_of(m)[c.late_traces + trace]
            if kept >= 0 and wide_of(m)[c.live + trace]:
                history = c.hx + (trace * (c.epoch + 1) + 1) * c.n_pre
                if bytes_in_place and c.epoch == 4:
                    keep_four(c, m, history, kept, slot, first, last)
                else:
                    keep_steps(c, m, history, kept, slot, first, last)
                for s in range(c.epoch if c.lively >= 0 else 0):
                    add_nonzero(now, traces_of(m)[history + s * c.n_pre :], first, last)
        if c.lively >= 0:
            mark = ((_ONE << np.uint64(c.step_bits)) - _ONE) << np.uint64(slot * c.step_bits)
            _mark(fired_of(m)[c.lively :], now, mark, first, last)
            split(alive, now, first, last)

    @jit_here
    def keep_steps(
        c: Any, m: Any, history: Any, kept: Any, slot: Any, first: Any, last: Any
    ) -> None:
        """Put the steps of each neuron side by side."""
        traces = traces_of(m)
        for i in range(first, last):
            place = kept + noted_x(c, slot, i)
            for s in range(c.epoch):
                traces[place + s] = traces[history + s * c.n_pre + i]

    @jit_here
    def keep_four(
        c: Any, m: Any, history: Any, kept: Any, slot: Any, first: Any, last: Any
    ) -> None:
        """As `keep_steps` of epochs of four steps in bytes: many neurons at once."""
        traces, whole = traces_of(m), first + (last - first) // NEIGHBOURS * NEIGHBOURS
        for i in range(first, whole, NEIGHBOURS):
            prefetch(traces, kept + noted_x(c, slot, i + 16 * NEIGHBOURS))
            join_four(traces, kept + noted_x(c, slot, i), traces, history + i, c.n_pre)
        keep_steps(c, m, history, kept, slot, whole, last)

    @jit_here
    def note(c: Any, m: Any, number: Any, synaptic: Any, learns: Any) -> None:
        """Note which of this thread's post neurons spiked in epoch `number`, and how."""
        fired, times = fired_of(m)[c.fired :], times_of(m)
        first, last = share(m, c.n_post)
        slot = number % c.epochs_kept
        place = np.uint64(slot * c.step_bits)
        oldest = ((_ONE << np.uint64(c.step_bits)) - _ONE) << place
        for j in range(first, last):
            if fired[j] & oldest:  # what is written leaves the caches of threads that read it
                fired[j] &= ~oldest
        if number & ((1 << c.since_shift) - 1) == 0:
            empty(fired_of(m)[since(c, number) :], first, last)
        if not learns:
            return
        spiked = spiked_post_of(m)
        count = spike_list(times[c.ty :], first, last, spiked)
        for k in range(count):
            fired[spiked[k]] |= np.uint64(times[c.ty + spiked[k]]) << place
        note_since(c, m, number, first, last)
        if c.late_counts >= 0:
            _keep(times[c.late_counts + slot * c.n_post :], times[c.ny :], spiked, count)
        traces, kept = traces_of(m), pointer_of(m)[c.late_traces :]
        for y in range(N_TRACES - N_X):
            if kept[N_X + y] >= 0:
                own = traces[c.at_own_spike + y * c.n_post :]
                _keep(traces[kept[N_X + y] + slot * c.n_post :], own, spiked, count)
        if c.draw_kind == SHARED_DRAWS:
            keep_draw(c, m, slot, synaptic)

    @jit_here
    def note_since(c: Any, m: Any, number: Any, first: Any, last: Any) -> None:
        """Add this thread's post neurons that spiked in the epoch to the sets that rows may ask."""
        now = fired_of(m)[c.since :]
        empty(now, first, last)
        add_nonzero(now, times_of(m)[c.ty :], first, last)
        asked = min(c.since_sets, ((c.epochs_kept - 1) >> c.since_shift) + 2)
        for ago in range(asked):
            place = since(c, number - (ago << c.since_shift))
            add_all(fired_of(m)[place:], now, first, last)

    return Notes(keep_x, note)


@jit
def noted_x(c: Any, slot: Any, i: Any) -> Any:
    """Where the x trace of pre neuron i in the epoch of a slot begins to be noted, step by step.

    What is noted of a few neighbours in all epochs lies together, as a row reads its neuron's in
    many epochs; of as few as still fill a cache line in each.
    """
    group, place = low_word(i) // NEIGHBOURS, low_word(i) % NEIGHBOURS
    in_slot = NEIGHBOURS * c.epoch
    in_group = low_word(c.epochs_kept * in_slot)
    return group * in_group + low_word(slot) * low_word(in_slot) + place * low_word(c.epoch)


@jit_inlined
def low_word(value: Any) -> Any:
    """A number from 0 to 2**32 - 1 as such, which vectors multiply in one instruction."""
    return np.int64(np.uint32(value))


@jit
def since(c: Any, number: Any) -> Any:
    """Where the set of post neurons lies that spiked since epoch `number`, or little before."""
    return c.since + (1 + since_set(c, number)) * words_of(c.n_post)


@jit
def since_set(c: Any, number: Any) -> Any:
    """Which of the sets of post neurons that is."""
    return (number >> c.since_shift) & (c.since_sets - 1)


@jit
def _mark(lively: Any, now: Any, mark: Any, first: Any, last: Any) -> None:
    """Note an epoch, whose bits `mark` is, in the words of neurons: whether they are in a set."""
    whole = first + (last - first) // _WORD * _WORD
    for start in range(first, whole, _WORD):
        word = now[start // _WORD]
        for k in range(_WORD):
            inside = np.uint64(0) - ((word >> np.uint64(k)) & _ONE)
            lively[start + k] = (lively[start + k] & ~mark) | (inside & mark)
    for i in range(whole, last):
        inside = np.uint64(0) - ((now[whole // _WORD] >> np.uint64(i - whole)) & _ONE)
        lively[i] = (lively[i] & ~mark) | (inside & mark)


@jit
def _keep(out: Any, values: Any, which: Any, n: Any) -> None:
    """Copy chosen values to the same places of a note."""
    for k in range(n):
        out[which[k]] = values[which[k]]
