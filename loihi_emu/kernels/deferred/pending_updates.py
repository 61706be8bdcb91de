"""Synapses that wait for post spikes: listed row after row, they learn epoch by epoch.

The synapses of a row that may wait are found in a set of post neurons, and what each waits for in
the word of its post neuron. A block of them, of many rows, takes each one's first epoch, then what
is left the next. When which row has its turn says deferred/catch_up.py. Shared by fixed point and
float, see learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.kernels.deferred.spike_log import low_word, noted_x, since
from loihi_emu.kernels.gather.bitset import list_found, which
from loihi_emu.kernels.gather.block_update import make_gathered
from loihi_emu.kernels.gather.loops import LISTED, copy_indexed, fill, fill_run
from loihi_emu.kernels.gather.sparse_index import spread, spreads
from loihi_emu.kernels.llvm.bit_vectors import lowest_bit
from loihi_emu.kernels.llvm.compress_store import KEPT_AT_ONCE, compresses, keep_some
from loihi_emu.kernels.llvm.jit import jit, jit_for
from loihi_emu.kernels.llvm.prefetch import prefetch_far
from loihi_emu.kernels.llvm.sizes import BLOCK, WORD
from loihi_emu.kernels.memory.records import AT_Y0, INVERSE_BITS, N_TRACES, N_X, SLOT_X0, SLOT_Y0

_ONE: Final = np.uint64(1)
_ALL: Final = ~np.uint64(0)
_WORD: Final = WORD
_INVERSE_BITS: Final = INVERSE_BITS


class Waiting(NamedTuple):
    """The functions of one family of kernels."""

    window_of: Callable[..., Any]
    ask_for_x: Callable[..., None]
    gather: Callable[..., Any]
    learn_gathered: Callable[..., Any]


@jit
def _read_words(
    fired: Any, column: Any, n: Any, turn: Any, back: Any, words: Any, waiting: Any
) -> Any:  # fmt: skip
    """Of what n synapses may wait for keep what their post neurons did; whether some wait for none.

    `turn` brings the oldest epoch to the lowest bits of a word, `back` those before it behind the
    latest. Words lie anywhere: a loop that does nothing else has most of them under way at once.
    """
    for q in range(n):
        words[q] = fired[column[q]]
    gaps = False
    for q in range(n):
        waiting[q] &= (words[q] >> turn) | (words[q] << back)
        gaps |= waiting[q] == 0
    return gaps


@jit
def _keep_waiting(place: Any, row: Any, column: Any, waiting: Any, n: Any) -> Any:
    """Keep those of n synapses that wait for something; how many."""
    left: Any = 0
    if compresses():
        for k in range(0, n, KEPT_AT_ONCE):
            left = keep_some(waiting, place, row, column, k, n, left)
        return left
    for start in range(0, n, _WORD):
        bits = which(waiting, start, min(_WORD, n - start))
        while bits:
            q = start + lowest_bit(bits)
            place[left], row[left], column[left] = place[q], row[q], column[q]
            waiting[left] = waiting[q]
            left += 1
            bits &= bits - _ONE
    return left


@jit
def turn_of(c: Any, number: Any) -> Any:
    """How far words turn so that the oldest epoch kept comes first, and how far back the others."""
    turn = (number + 1) % c.epochs_kept * c.step_bits
    back = (c.epochs_kept * c.step_bits - turn) & (_WORD - 1)
    return np.uint64(turn), np.uint64(back)


@jit
def slot_after(c: Any, first: Any, ago: Any) -> Any:
    """The slot of notes so many epochs after that of `first`, without a division."""
    slot = first + ago
    return slot - c.epochs_kept if slot >= c.epochs_kept else slot


@jit
def first_epoch(c: Any, window: Any, number: Any) -> Any:
    """The first epoch of a window that ends with epoch `number`."""
    ago = (lowest_bit(window) * c.bits_inverse) >> _INVERSE_BITS
    return number - c.epochs_kept + 1 + ago


def make_waiting(family: ModuleType) -> Waiting:
    """Listing and learning of what waits, in one family of kernels."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of = memory.traces_of, memory.times_of
    structure_of, near_of, pointer_of = memory.structure_of, memory.near_of, memory.pointer_of
    index_of, fired_of, inputs_of = memory.index_of, memory.fired_of, memory.inputs_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    number_of, waiting_of = memory.number_of, memory.waiting_of
    slot_of, moment_of = memory.slot_of, memory.moment_of
    draw_late, gathered = family.draw_late, make_gathered(family)
    point_to_block, update = gathered.point_to_block, gathered.update

    @jit_here
    def window_of(c: Any, m: Any, i: Any, behind: Any, turn: Any, back: Any) -> Any:
        """The epochs, as bits of a turned word, that row i has yet to learn from.

        Never the oldest one: another thread may be noting the next epoch in its place already.
        """
        absent = np.uint64((c.epochs_kept - behind) * c.step_bits)
        whole = _ALL >> np.uint64(_WORD - c.epochs_kept * c.step_bits)
        window = (whole >> absent) << absent
        if c.lively >= 0:
            word = fired_of(m)[c.lively + i]
            window &= (word >> turn) | (word << back)
        return window

    @jit_here
    def fill_inputs(c: Any, m: Any, n: Any) -> None:
        """Inputs of n synapses, each in an epoch of its own without a pre spike."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        column, slots, moments = column_of(m), slot_of(m), moment_of(m)
        kept, n_post = pointer_of(m)[c.late_traces :], c.n_post
        for slot in range(c.n_slots):
            code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
            moment, trace = code // N_TRACES, code % N_TRACES
            if code == SLOT_X0:
                fill(out, type(inputs[0])(0), n)
            elif code == SLOT_Y0:
                if c.late_counts < 0:
                    fill(out, type(inputs[0])(1), n)
                else:
                    counts = times[c.late_counts :]
                    for q in range(n):
                        out[q] = counts[slots[q] * n_post + column[q]]
            elif moment == AT_Y0 and trace < N_X:
                copy_indexed(out, traces[kept[trace] :], moments, n)
            elif moment == AT_Y0:
                own = traces[kept[trace] :]
                for q in range(n):
                    out[q] = own[slots[q] * n_post + column[q]]

    @jit_here
    def ask_for_x(
        c: Any, m: Any, i: Any, number: Any, turn: Any, back: Any, first_slot: Any
    ) -> None:
        """Ask for what was noted of row i's x traces in the epochs it has yet to learn from."""
        behind = min(number - index_of(m)[c.seen + i], c.epochs_kept - 1)
        window = window_of(c, m, i, max(behind, 1), turn, back)
        traces, bits = traces_of(m), np.uint64(c.step_bits)
        mask = (_ONE << bits) - _ONE
        for trace in range(N_X):
            kept, epochs = pointer_of(m)[c.late_traces + trace], window
            while epochs and kept >= 0:
                ago = (lowest_bit(epochs) * c.bits_inverse) >> _INVERSE_BITS
                epochs &= ~(mask << (np.uint64(ago) * bits))
                prefetch_far(traces, kept + noted_x(c, slot_after(c, first_slot, ago), i))

    @jit_here
    def gather(c: Any, m: Any, i: Any, number: Any, turn: Any, back: Any, count: Any) -> Any:
        """Add to a block of `count` what row i has to learn; how many there are then.

        What is in the block learns where it would not hold more.
        """
        seen = index_of(m)[c.seen :]
        behind = min(number - seen[i], c.epochs_kept - 1)
        if behind <= 0:
            return count
        seen[i] = number
        window = window_of(c, m, i, behind, turn, back)
        if window == 0:
            return count
        first = since(c, first_epoch(c, window, number))
        for k in spreads(c):
            low, middle, high, base = spread(c, m, i, k)
            marks = fired_of(m)[first + base // _WORD :]
            for start in range(low, high, LISTED):
                n = min(LISTED, high - start)
                while count + n > LISTED:
                    count = learn_gathered(c, m, number, count)
                count = add_found(c, m, i, marks, start, n, middle, base, window, count)
        return count

    @jit_here
    def add_found(
        c: Any, m: Any, i: Any, marks: Any, start: Any, n: Any, middle: Any, base: Any, window: Any,
        count: Any,
    ) -> Any:  # fmt: skip
        """Add to a block of `count` those of n synapses of row i from `start` that are in a set."""
        near = near_of(m)[c.near + start :]
        end = list_found(
            marks, near, n, middle - start, start, base, place_of(m), column_of(m), count
        )  # fmt: skip
        fill_run(row_of(m), np.int32(i), count, end - count)
        fill_run(waiting_of(m), window, count, end - count)
        return end

    @jit_here
    def learn_gathered(c: Any, m: Any, number: Any, count: Any) -> Any:
        """The block's synapses learn from the first epoch each waits for; how many still wait."""
        place, row, column, waiting = place_of(m), row_of(m), column_of(m), waiting_of(m)
        turn, back = turn_of(c, number)
        if _read_words(fired_of(m)[c.fired :], column, count, turn, back, moment_of(m), waiting):
            count = _keep_waiting(place, row, column, waiting, count)
        if count:
            point_to_block(c, m)
            first_epochs(c, m, number, count)
            fill_inputs(c, m, count)
            draw_late(c, m, count)
            update(c, m, count)
        return _keep_waiting(place, row, column, waiting, count)

    @jit_here
    def first_epochs(c: Any, m: Any, last: Any, n: Any) -> None:
        """Of each of n waiting synapses take the first epoch up to `last`."""
        row, waiting = row_of(m), waiting_of(m)
        number, slots, moments = number_of(m), slot_of(m), moment_of(m)
        kept, bits, inverse = c.epochs_kept, low_word(c.step_bits), low_word(c.bits_inverse)
        oldest, first_slot = last - kept + 1, (last + 1) % kept
        mask = (_ONE << np.uint64(bits)) - _ONE
        for q in range(n):
            word = waiting[q]
            ago = (low_word(lowest_bit(word)) * inverse) >> _INVERSE_BITS
            shift = np.uint64(low_word(ago) * bits)
            step = np.int64((word >> shift) & mask)
            waiting[q] = word & ~(mask << shift)
            slot = slot_after(c, first_slot, ago)
            number[q] = oldest + ago
            slots[q] = slot
            moments[q] = np.uint64(noted_x(c, slot, np.int64(row[q])) + step - 1)

    return Waiting(window_of, ask_for_x, gather, learn_gathered)
