"""Rows that no one read for long: they take turns to learn before their notes are overwritten.

At the end of every epoch those whose trace has just died learn, and of the others a part, such that
each row has its turn in time. Shared by fixed point and float, see learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.catch_up import Late
from loihi_emu.kernels.gather.bitset import list_set, words_of
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.memory.shared_words import TURNS
from loihi_emu.kernels.threads.work_stealing import next_chunk, run_of


def make_turns(family: ModuleType, late: Late) -> Callable[..., None]:
    """The turns of rows in one family of kernels."""
    jit_here, memory = jit_for(family), family.memory
    index_of, fired_of, times_of = memory.index_of, memory.fired_of, memory.times_of
    spiked_pre_of = memory.spiked_pre_of
    settle, learn_rows, finish = late.settle, late.learn_rows, late.finish

    @jit_here
    def take_turns(c: Any, m: Any, number: Any, helps: Any) -> None:
        """Rows that no one read for long learn before what they need is overwritten.

        Where threads help one another, rows that spiked have just learned, by whichever thread.
        """
        if c.at_once:
            settle(c, m, number)
            return
        count: Any = 0
        owner, k, piece, end = next_chunk(c, m, TURNS, m.thread, -1, helps)
        while piece < end:
            count = take_turn(c, m, number, owner, piece, end, helps, count)
            owner, k, piece, end = next_chunk(c, m, TURNS, owner, k, helps)
        finish(c, m, number, count)

    @jit_here
    def take_turn(
        c: Any, m: Any, number: Any, owner: Any, piece: Any, end: Any, passes: Any, count: Any
    ) -> Any:  # fmt: skip
        """As `take_turns`, the rows of a chunk, of which those that spiked may be passed over."""
        rows = spiked_pre_of(m)
        if c.lively >= 0:
            n = list_pre(c, m, c.alive + words_of(c.n_pre), owner, piece, end, 0, 1)
            count = learn_rows(c, m, rows, list_still(c, m, rows, n, passes), number, count)
            n = list_pre(c, m, c.alive, owner, piece, end, number % c.turn, c.turn)
        else:
            n = 0
            while piece < end:
                first, last, piece = run_of(c, m, owner, piece, end)
                for i in range(first + (number - first) % c.turn, last, c.turn):
                    rows[n] = i
                    n += 1
        n = list_old(c, m, number, rows, list_still(c, m, rows, n, passes))
        return learn_rows(c, m, rows, n, number, count)

    @jit_here
    def list_pre(
        c: Any, m: Any, words: Any, owner: Any, piece: Any, end: Any, word: Any, every: Any
    ) -> Any:  # fmt: skip
        """List the neurons of a chunk that are in a set, of every so many words; how many.

        Of words whose number is `word`, or a multiple of `every` more or less.
        """
        rows, n, members = spiked_pre_of(m), 0, fired_of(m)[words:]
        while piece < end:
            first, last, piece = run_of(c, m, owner, piece, end)
            start = words_of(first)
            n += list_set(members, start + (word - start) % every, last, every, rows[n:])
        return n

    @jit_here
    def list_still(c: Any, m: Any, rows: Any, n: Any, passes: Any) -> Any:
        """Keep, where others are passed over, of n listed rows those without a spike; how many."""
        if not passes:
            return n
        times = times_of(m)[c.tx :]
        count: Any = 0
        for k in range(n):
            i = rows[k]
            rows[count] = i
            count += np.int64(times[i] == 0)
        return count

    @jit_here
    def list_old(c: Any, m: Any, number: Any, rows: Any, n: Any) -> Any:
        """Keep those of n listed rows that need what will be overwritten by their next turn."""
        seen, count = index_of(m)[c.seen :], 0
        for k in range(n):
            i = rows[k]
            rows[count] = i
            count += number - seen[i] + c.turn >= c.epochs_kept
        return count

    return take_turns  # type: ignore[no-any-return]
