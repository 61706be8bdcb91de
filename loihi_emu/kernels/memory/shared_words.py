"""How threads share a run: the neurons of each, and the words in which they meet.

Plans lay this out, and compiled code follows it: see threads/partition.py, threads/barrier.py and
threads/work_stealing.py.
Example: the second of two threads begins with neuron 49,984 of 100,000, as
`partition_edge(100_000, 1, 2)` says. Edges are multiples of 64.
"""

from __future__ import annotations

from typing import Final

from loihi_emu.kernels.llvm.sizes import CACHE_LINE

_ALIGNED: Final = 64  # neurons: what two threads write never shares a cache line


def partition_edge(n: int, thread: int, threads: int) -> int:
    """First of the neurons of a thread, when n are shared out among `threads`; n after the last."""
    return n if thread >= threads else (n * thread // threads) & -_ALIGNED


BARRIER_ARRIVED, BARRIER_GENERATION, FULL, YES_VOTES = 0, 8, 16, 24
"""Places in the memory that threads share: counters of their barrier, each on a line of its own,
whether a buffer of events is full, and how many threads say yes to a question."""

STEAL_COUNTERS: Final = 32
"""Where counters of claimed ranges begin, of each phase of learning a line for each thread."""

PHASE_ROWS, PHASE_REFRESH = 0, 1
"""Phases of learning in which threads steal from one another, see threads/work_stealing.py."""

_PHASES, _PLACES_OF_A_LINE = 2, CACHE_LINE // 8


def steal_counter(phase: int, thread: int) -> int:
    """Where the counter of a thread's claimed ranges lies."""
    return STEAL_COUNTERS + (_PHASES * thread + phase) * _PLACES_OF_A_LINE


def shared_places(threads: int) -> int:
    """Places of the memory that so many threads share."""
    return steal_counter(0, threads)
