"""The barrier: where all threads of a run wait for the last one."""

from __future__ import annotations

from typing import Any, Final

from loihi_emu.kernels.llvm.atomics import atomic_add, atomic_load, call_address
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory import shared_words
from loihi_emu.kernels.memory.shared_words import (
    BARRIER_ARRIVED,
    BARRIER_GENERATION,
    PHASE_REFRESH,
    PHASE_ROWS,
    YES_VOTES,
)
from loihi_emu.kernels.memory.views import shared_of

steal_counter = jit(shared_words.steal_counter)

_SPINS_BEFORE_YIELD: Final = 4096  # readings before a thread gives its processor to others


@jit
def any_thread(m: Any, mine: Any) -> Any:
    """Whether `mine` is true for some thread; every thread has to call this."""
    if m.threads == 1:
        return mine
    shared = shared_of(m)
    if mine:
        atomic_add(shared, YES_VOTES, 1)
    barrier(m)
    held = atomic_load(shared, YES_VOTES) != 0
    barrier(m)
    if m.thread_index == 0:
        atomic_add(shared, YES_VOTES, -atomic_load(shared, YES_VOTES))
    barrier(m)
    return held


@jit
def barrier(m: Any) -> None:
    """Wait until every thread has come here."""
    if m.threads > 1:
        _barrier(m, False)


@jit
def barrier_and_reset_claims(m: Any) -> None:
    """As `barrier`; then no rows are claimed any more, see threads/work_stealing.py."""
    if m.threads > 1:
        _barrier(m, True)


@jit
def _barrier(m: Any, reset_claims: Any) -> None:
    """Wait; the last thread gives back what was claimed, before the others go on."""
    shared = shared_of(m)
    number = atomic_load(shared, BARRIER_GENERATION)
    if atomic_add(shared, BARRIER_ARRIVED, 1) + 1 == m.threads:
        atomic_add(shared, BARRIER_ARRIVED, -m.threads)
        if reset_claims:
            for thread in range(m.threads):
                shared[steal_counter(PHASE_ROWS, thread)] = 0
                shared[steal_counter(PHASE_REFRESH, thread)] = 0
        atomic_add(shared, BARRIER_GENERATION, 1)
        return
    spins = 0
    while atomic_load(shared, BARRIER_GENERATION) == number:
        spins += 1
        if spins > _SPINS_BEFORE_YIELD:
            call_address(m.yield_function)
