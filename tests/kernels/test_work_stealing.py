"""Chunks of rows that threads claim: each is learned by one of them, whoever is free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from loihi_emu.kernels.llvm.array_views import record_at, records_at
from loihi_emu.kernels.memory.address_table import MEMORY, address
from loihi_emu.kernels.memory.records import CONNECTION
from loihi_emu.kernels.memory.shared_words import PHASE_REFRESH, PHASE_ROWS, shared_places
from loihi_emu.kernels.threads.work_stealing import next_stolen_range, stripe_part
from loihi_emu.plan.partition import _steal_unit_bits, _stripe_bits

_memory_at, _connections_of = record_at(MEMORY), records_at("connections", CONNECTION)


@njit  # type: ignore[untyped-decorator]
def _next(memory: Any, phase: Any, owner: Any, number: Any, helps: Any) -> Any:
    m = _memory_at(memory)
    return next_stolen_range(_connections_of(m)[0], m, phase, owner, number, helps)


@njit  # type: ignore[untyped-decorator]
def _run(memory: Any, owner: Any, piece: Any, end: Any) -> Any:
    m = _memory_at(memory)
    return stripe_part(_connections_of(m)[0], m, owner, piece, end)


class Threads:
    """Threads that claim the rows of a connection of n pre neurons."""

    def __init__(self, n: int, threads: int) -> None:
        self.connections = np.zeros(1, CONNECTION)
        bits = _stripe_bits(n, threads)
        self.connections["n_pre"], self.connections["stripe_bits"] = n, bits
        self.connections["steal_unit_bits"] = _steal_unit_bits(bits)
        self.shared = np.zeros(shared_places(threads), np.int64)
        self.records = np.zeros(threads, MEMORY)
        for name, value in {
            "thread_index": np.arange(threads), "threads": threads, "shared": address(self.shared),
            "table_connections": address(self.connections), "n_connections": 1,
        }.items():  # fmt: skip
            self.records[name] = value

    def next(self, thread: int, phase: int, owner: int, number: int, helps: bool) -> Any:
        return _next(address(self.records[thread : thread + 1]), phase, owner, number, helps)

    def neurons(self, owner: int, piece: int, end: int) -> NDArray[np.int64]:
        runs = [np.arange(0)]
        while piece < end:
            first, last, piece = _run(address(self.records), owner, piece, end)
            runs.append(np.arange(first, last))
        return np.concatenate(runs)


def _own(n: int, threads: int, thread: int) -> NDArray[np.int64]:
    neurons = np.arange(n)
    own: NDArray[np.int64] = neurons[(neurons >> _stripe_bits(n, threads)) % threads == thread]
    return own


SIZES = [1, 63, 64, 65, 700, 1024, 5000, 131072]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_without_help_a_thread_has_its_own_stretches(n: int, threads: int) -> None:
    team = Threads(n, threads)
    for thread in range(threads):
        owner, number, piece, end = team.next(thread, PHASE_ROWS, thread, -1, False)
        np.testing.assert_array_equal(team.neurons(owner, piece, end), _own(n, threads, thread))
        owner, number, piece, end = team.next(thread, PHASE_ROWS, owner, number, False)
        assert piece == end
    assert not team.shared.any()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_each_row_is_claimed_once_whoever_is_free(n: int, threads: int, seed: int) -> None:
    """In an order of claims at random, of which some threads have few."""
    rng = np.random.default_rng(seed)
    team = Threads(n, threads)
    speed = rng.random(threads) ** 3 + 0.01
    for phase in (PHASE_ROWS, PHASE_REFRESH):
        at = {thread: (thread, -1) for thread in range(threads)}
        claimed, hands = [], 0
        while at:
            free = list(at)
            thread = int(rng.choice(free, p=speed[free] / speed[free].sum()))
            owner, number, piece, end = team.next(thread, phase, *at[thread], True)
            if piece < end:
                at[thread] = owner, number
                neurons = team.neurons(owner, piece, end)
                assert np.isin(neurons, _own(n, threads, owner)).all()
                claimed.append(neurons)
                hands += owner != thread
            else:
                del at[thread]
        np.testing.assert_array_equal(np.sort(np.concatenate(claimed)), np.arange(n))
        if n >= 5000 and speed.max() > 4 * speed.min():
            assert hands > 0


def test_half_of_a_threads_rows_then_half_of_the_rest() -> None:
    team = Threads(131072, 2)
    owner, number, sizes = 0, -1, []
    for _ in range(5):
        owner, number, piece, end = team.next(0, PHASE_ROWS, owner, number, True)
        assert owner == 0
        sizes.append(team.neurons(owner, piece, end).size)
    assert sizes == [32768, 16384, 8192, 4096, 4096]
    owner, number, piece, end = team.next(0, PHASE_ROWS, owner, number, True)
    assert owner == 1
    np.testing.assert_array_equal(team.neurons(1, piece, end)[:2], [8192, 8193])
