"""A barrier: where threads of one run wait for one another."""

from __future__ import annotations

from typing import Any, Final

from loihi_emu.kernels.llvm.atomics import add_atomically, call_at, read_atomically
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory import shared_words
from loihi_emu.kernels.memory.fixed_views import shared_of
from loihi_emu.kernels.memory.shared_words import AGREED, ARRIVED, ROUND, STIRRED, TURNS

claim_place = jit(shared_words.claim_place)

_PATIENCE: Final = 4096  # readings before a thread gives its processor to others


@jit
def agreed(m: Any, mine: Any) -> Any:
    """Whether it holds for some thread; all have to ask."""
    if m.threads == 1:
        return mine
    shared = shared_of(m)
    if mine:
        add_atomically(shared, AGREED, 1)
    wait(m)
    held = read_atomically(shared, AGREED) != 0
    wait(m)
    if m.thread == 0:
        add_atomically(shared, AGREED, -read_atomically(shared, AGREED))
    wait(m)
    return held


@jit
def wait(m: Any) -> None:
    """Wait until every thread has come here."""
    if m.threads > 1:
        _wait(m, False)


@jit
def wait_to_help(m: Any) -> None:
    """As `wait`; no thread's rows are claimed then, see chunks.py."""
    if m.threads > 1:
        _wait(m, True)


@jit
def _wait(m: Any, gives_back: Any) -> None:
    """Wait; who comes last gives back what was claimed, before the others go on."""
    shared = shared_of(m)
    number = read_atomically(shared, ROUND)
    if add_atomically(shared, ARRIVED, 1) + 1 == m.threads:
        add_atomically(shared, ARRIVED, -m.threads)
        if gives_back:
            for thread in range(m.threads):
                shared[claim_place(STIRRED, thread)] = 0
                shared[claim_place(TURNS, thread)] = 0
        add_atomically(shared, ROUND, 1)
        return
    readings = 0
    while read_atomically(shared, ROUND) == number:
        readings += 1
        if readings > _PATIENCE:
            call_at(m.give_way)
