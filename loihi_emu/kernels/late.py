"""Post spikes of sparse connections, learned from late: when a row is next read.

A post spike changes one synapse in each of many rows, far apart in memory. So it is only noted
(notes.py). A row is brought up to date before anyone reads it (a pre spike, a probe, the end
of a run, a rule or machine that looks at every synapse), and at the latest before the oldest note
it needs is overwritten. The result is the same bit for bit: an update reads its synapse, these
notes, and a draw that is a function of (epoch, pre, post) or of the epoch alone, and a synapse's
epochs are taken in their order. Where every product of a post spike has an x trace as a factor,
epochs in which the pre neuron's are 0 change nothing and are passed over. Synapses of many rows
learn together, a block at a time. Shared by fixed point and float, see kernels/learning.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.kernels.ahead import make_ahead
from loihi_emu.kernels.gathered import make_gathered
from loihi_emu.kernels.gathering import copy_indexed, fill, segment
from loihi_emu.kernels.jit import jit, jit_for
from loihi_emu.kernels.marks import list_found, list_set, words_of
from loihi_emu.kernels.notes import since
from loihi_emu.kernels.parallel import parts_of
from loihi_emu.kernels.pointers import lowest_bit, prefetch, prefetch_far, prefetch_to_read
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import (
    AT_Y0,
    INVERSE_BITS,
    N_TRACES,
    N_X,
    SLOT_X0,
    SLOT_Y0,
)

_ONE: Final = np.uint64(1)
_ALL: Final = ~np.uint64(0)
_WORD: Final = 64
_ROWS_AHEAD: Final = 12
_NOTES_AHEAD: Final = 8
_INVERSE_BITS: Final = INVERSE_BITS


class Late(NamedTuple):
    """The functions of one family of kernels."""

    catch_up: Callable[..., None]
    settle: Callable[..., None]
    settle_chosen: Callable[..., None]
    take_turns: Callable[..., None]


@jit
def _read_words(
    fired: Any, near: Any, which: Any, n: Any, turn: Any, back: Any, window: Any, out: Any
) -> None:  # fmt: skip
    """What n of a row's synapses may wait for.

    `turn` brings the oldest epoch to the lowest bits of a word, `back` those before it behind the
    latest. Words lie anywhere: a loop that does nothing else has most of them under way at once.
    """
    for q in range(n):
        out[q] = fired[near[which[q]]]
    for q in range(n):
        out[q] = ((out[q] >> turn) | (out[q] << back)) & window


@jit
def _keep_waiting(
    near: Any, i: Any, start: Any, base: Any, place: Any, row: Any, column: Any, waiting: Any,
    first: Any, last: Any,
) -> Any:  # fmt: skip
    """Of those of row i listed from `first` to `last` - 1 keep those that wait; where they end.

    They are listed in `column` by their place from `start`.
    """
    count = first
    for q in range(first, last):
        k, bits = column[q], waiting[q]
        place[count], row[count], column[count] = start + k, i, base + near[k]
        waiting[count] = bits
        count += bits != 0
    return count


@jit
def _next_waiting(place: Any, row: Any, column: Any, waiting: Any, count: Any) -> Any:
    """Those that still wait for a later epoch; how many."""
    left = 0
    for q in range(count):
        bits = waiting[q]
        place[left], row[left], column[left] = place[q], row[q], column[q]
        waiting[left] = bits
        left += bits != 0
    return left


@jit
def _turn(c: Any, number: Any) -> Any:
    """How far words turn so that the oldest epoch kept comes first, and how far back the others."""
    turn = (number + 1) % c.epochs_kept * c.step_bits
    back = (c.epochs_kept * c.step_bits - turn) & (_WORD - 1)
    return np.uint64(turn), np.uint64(back)


def make_late(family: ModuleType) -> Late:
    """Rows' learning from what was noted of post spikes, in one family of kernels."""
    jit_here, memory = jit_for(family), family.memory
    traces_of, times_of = memory.traces_of, memory.times_of
    structure_of, near_of, pointer_of = memory.structure_of, memory.near_of, memory.pointer_of
    index_of, fired_of = memory.index_of, memory.fired_of
    inputs_of = memory.inputs_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    number_of, waiting_of = memory.number_of, memory.waiting_of
    slot_of, moment_of = memory.slot_of, memory.moment_of
    spiked_pre_of, out_indices_of = memory.spiked_pre_of, memory.out_indices_of
    draw_late, ahead, gathered = family.draw_late, make_ahead(family), make_gathered(family)
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
    def ask_for_x(c: Any, m: Any, part: Any, i: Any, number: Any) -> None:
        """Ask for what was noted of row i's x traces in the epochs it has yet to learn from.

        They lie an epoch's notes of all neurons apart.
        """
        behind = min(number - index_of(m)[c.seen + part * c.n_pre + i], c.epochs_kept - 1)
        turn, back = _turn(c, number)
        epochs = window_of(c, m, i, max(behind, 0), turn, back)
        traces, bits = traces_of(m), np.uint64(c.step_bits)
        mask = (_ONE << bits) - _ONE
        for trace in range(N_X):
            kept = pointer_of(m)[c.late_traces + trace]
            while epochs and kept >= 0:
                ago = (lowest_bit(epochs) * c.bits_inverse) >> _INVERSE_BITS
                epochs &= ~(mask << (np.uint64(ago) * bits))
                slot = (number + 1 + ago) % c.epochs_kept
                prefetch_far(traces, kept + (slot * c.n_pre + i) * c.epoch)

    @jit_here
    def gather(c: Any, m: Any, part: Any, i: Any, number: Any, count: Any) -> Any:
        """Add to a block of `count` what one part of row i has to learn; how many there are then.

        What is in the block learns where it would not hold a row.
        """
        seen = index_of(m)[c.seen + part * c.n_pre :]
        behind = min(number - seen[i], c.epochs_kept - 1)
        if behind <= 0:
            return count
        seen[i] = number
        turn, back = _turn(c, number)
        window = window_of(c, m, i, behind, turn, back)
        if window == 0:
            return count
        low, high, base = segment(c, m, i, part)
        ago = (lowest_bit(window) * c.bits_inverse) >> _INVERSE_BITS
        marks = fired_of(m)[since(c, number - c.epochs_kept + 1 + ago) + base // _WORD :]
        fired = fired_of(m)[c.fired + base :]
        place, row, column, waiting = place_of(m), row_of(m), column_of(m), waiting_of(m)
        for start in range(low, high, BLOCK):
            n = min(BLOCK, high - start)
            if count + n > BLOCK:
                learn_gathered(c, m, number, count)
                count = 0
            before, near = count, near_of(m)[c.near + start :]
            found = before + list_found(marks, near, n, column[before:])
            _read_words(
                fired, near, column[before:], found - before, turn, back, window, waiting[before:]
            )  # fmt: skip
            count = _keep_waiting(
                near, i, start, base, place, row, column, waiting, before, found
            )  # fmt: skip
        return count

    @jit_here
    def learn_gathered(c: Any, m: Any, number: Any, count: Any) -> None:
        """The block's synapses learn, epoch by epoch."""
        if count:
            point_to_block(c, m)
        while count:
            first_epochs(c, m, number, count)
            fill_inputs(c, m, count)
            draw_late(c, m, count)
            update(c, m, count)
            count = _next_waiting(place_of(m), row_of(m), column_of(m), waiting_of(m), count)

    @jit_here
    def first_epochs(c: Any, m: Any, last: Any, n: Any) -> None:
        """Of each of n waiting synapses take the first epoch up to `last`."""
        row, waiting = row_of(m), waiting_of(m)
        number, slots, moments = number_of(m), slot_of(m), moment_of(m)
        kept, bits, epoch, n_pre = c.epochs_kept, c.step_bits, c.epoch, c.n_pre
        oldest, first_slot = last - kept + 1, (last + 1) % kept
        mask = (_ONE << np.uint64(bits)) - _ONE
        for q in range(n):
            word = waiting[q]
            ago = (lowest_bit(word) * c.bits_inverse) >> _INVERSE_BITS
            shift = np.uint64(ago * bits)
            step = np.int64((word >> shift) & mask)
            waiting[q] = word & ~(mask << shift)
            slot = first_slot + ago
            slot = slot - kept if slot >= kept else slot
            number[q] = oldest + ago
            slots[q] = slot
            moments[q] = np.uint64((slot * n_pre + row[q]) * epoch + step - 1)

    @jit_here
    def catch_up(c: Any, m: Any, part: Any, rows: Any, n: Any, number: Any) -> None:
        """One part of n listed rows learns from the post spikes noted up to epoch `number`."""
        waiting = spiked_pre_of(m)
        n_waiting, count = list_rows(c, m, part, rows, n, number, waiting), 0
        for k in range(n_waiting):
            ahead(c, m, waiting, k, n_waiting, part)
            ask_for_x(c, m, part, np.int64(waiting[min(k + _NOTES_AHEAD, n_waiting - 1)]), number)
            count = gather(c, m, part, np.int64(waiting[k]), number, count)
        learn_gathered(c, m, number, count)

    @jit_here
    def list_rows(c: Any, m: Any, part: Any, rows: Any, n: Any, number: Any, out: Any) -> Any:
        """Which of n listed rows may have something to learn; how many. `out` may be `rows`."""
        seen, lively = index_of(m)[c.seen + part * c.n_pre :], fired_of(m)[max(c.lively, 0) :]
        turn, back = _turn(c, number)
        count = 0
        for k in range(n):
            i, later = np.int64(rows[k]), np.int64(rows[min(k + _ROWS_AHEAD, n - 1)])
            prefetch(seen, later)
            prefetch_to_read(lively, later)
            behind = min(number - seen[i], c.epochs_kept - 1)
            if behind <= 0:
                continue
            if window_of(c, m, i, behind, turn, back) == 0:
                seen[i] = number
                continue
            out[count] = i
            count += 1
        return count

    @jit_here
    def settle(c: Any, m: Any, number: Any) -> None:
        """Every row of this thread's parts learns from all that was noted up to `number`."""
        first, last = parts_of(c, m)
        for part in range(first, last):
            count = 0
            for i in range(c.n_pre):
                count = gather(c, m, part, i, number, count)
            learn_gathered(c, m, number, count)

    @jit_here
    def settle_chosen(c: Any, m: Any, probe: Any, number: Any) -> None:
        """As `settle`, of the rows of a probe's chosen synapses."""
        chosen, pointer = out_indices_of(m)[probe.indices :], pointer_of(m)[c.pointer :]
        first, last = parts_of(c, m)
        count = 0
        for k in range(probe.length):
            low, high = 0, c.n_pre * c.parts
            while high - low > 1:
                middle = (low + high) // 2
                if pointer[middle] <= chosen[k]:
                    low = middle
                else:
                    high = middle
            part = low % c.parts
            if first <= part < last:
                count = gather(c, m, part, low // c.parts, number, count)
        learn_gathered(c, m, number, count)

    @jit_here
    def take_turns(c: Any, m: Any, number: Any) -> None:
        """Rows that no one read for long learn before what they need is overwritten."""
        if c.at_once:
            settle(c, m, number)
            return
        first, last = parts_of(c, m)
        for part in range(first, last):
            rows = spiked_pre_of(m)
            if c.lively >= 0:
                quiet = fired_of(m)[c.alive + words_of(c.n_pre) :]
                catch_up(c, m, part, rows, list_set(quiet, 0, c.n_pre, 1, rows), number)
                alive = fired_of(m)[c.alive :]
                n = list_set(alive, number % c.turn, c.n_pre, c.turn, rows)
            else:
                n = 0
                for i in range(number % c.turn, c.n_pre, c.turn):
                    rows[n] = i
                    n += 1
            catch_up(c, m, part, rows, list_old(c, m, part, number, rows, n), number)

    @jit_here
    def list_old(c: Any, m: Any, part: Any, number: Any, rows: Any, n: Any) -> Any:
        """Keep those of n listed rows that need what will be overwritten by their next turn."""
        seen, count = index_of(m)[c.seen + part * c.n_pre :], 0
        for k in range(n):
            i = rows[k]
            rows[count] = i
            count += number - seen[i] + c.turn >= c.epochs_kept
        return count

    return Late(catch_up, settle, settle_chosen, take_turns)
