"""Lists made by vectors, and one by one on processors that have none: what Python makes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from loihi_emu.kernels.deferred.pending_updates import _compact_pending
from loihi_emu.kernels.gather.bitset import select_members
from loihi_emu.kernels.gather.loops import LIST_CAPACITY
from loihi_emu.kernels.llvm.compress_store import has_avx512_compress, members_mask_avx512
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK, PANEL, PANEL_PAIR

ROOT = Path(__file__).parents[2]


@njit  # type: ignore[untyped-decorator]
def _found(
    words: Any, near: Any, on_left: Any, start: Any, base: Any, place: Any, column: Any, at: Any
) -> Any:  # fmt: skip
    return select_members(words, near, near.size, on_left, start, base, place, column, at)


@njit  # type: ignore[untyped-decorator]
def _bits(words: Any, columns: Any, n: Any, out: Any) -> Any:
    for k in range(out.size):
        out[k] = members_mask_avx512(words, columns, np.int64(k * BITSET_BITS), np.int64(n))
    return has_avx512_compress()


@njit  # type: ignore[untyped-decorator]
def _kept(place: Any, row: Any, column: Any, waiting: Any, n: Any) -> Any:
    return _compact_pending(place, row, column, waiting, n)


@pytest.mark.parametrize("neurons", [PANEL, PANEL_PAIR])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [1, 15, 16, 17, 64, 65, 100, 128, LIST_CAPACITY - 20])
def test_found_neurons_are_listed_behind_what_is_there(n: int, share: float, neurons: int) -> None:
    rng = np.random.default_rng(n)
    inside = rng.random(neurons) < share
    words = (
        np.packbits(inside.reshape(-1, BITSET_BITS), axis=1, bitorder="little")
        .view(np.uint64)
        .ravel()
    )
    posts = np.sort(rng.choice(neurons, n, replace=False))
    posts[-1] = neurons - 1
    near, on_left = (posts % PANEL).astype(np.uint16), np.count_nonzero(posts < PANEL)
    place, column = np.full(BLOCK, -1, np.int64), np.full(BLOCK, -2, np.int32)
    end = _found(words, near, on_left, 5_000_000_000, 3 * PANEL, place, column, 20)
    found = np.flatnonzero(inside[posts])
    assert end == 20 + found.size
    assert place[20:end].tolist() == (5_000_000_000 + found).tolist()
    assert column[20:end].tolist() == (3 * PANEL + posts[found]).tolist()
    assert set(place[:20]) == {-1}
    assert set(column[:20]) == {-2}


@pytest.mark.parametrize("n", [1, 16, 63, 64, 65, 500])
def test_found_neurons_are_bits(n: int) -> None:
    rng = np.random.default_rng(n)
    inside = rng.random(PANEL_PAIR) < 0.3
    words = (
        np.packbits(inside.reshape(-1, BITSET_BITS), axis=1, bitorder="little")
        .view(np.uint64)
        .ravel()
    )
    columns = rng.integers(0, PANEL_PAIR, BLOCK).astype(np.int32)
    found = np.zeros(-(-n // BITSET_BITS), np.uint64)
    if not _bits(words, columns, n, found):
        pytest.skip("this processor lists one by one")
    bits = np.unpackbits(found.view(np.uint8), bitorder="little")
    assert bits[:n].tolist() == inside[columns[:n]].tolist()
    assert not bits[n:].any()


@pytest.mark.parametrize("on_left", [-5, 0, 90])
def test_a_cut_row_may_lie_on_one_page_whole(on_left: int) -> None:
    """What is left of a long row begins on the right page, or does not reach it."""
    inside = np.zeros(PANEL_PAIR, bool)
    inside[[3, 70, PANEL + 3, PANEL + 70]] = True
    words = (
        np.packbits(inside.reshape(-1, BITSET_BITS), axis=1, bitorder="little")
        .view(np.uint64)
        .ravel()
    )
    place, column = np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.int32)
    end = _found(words, np.arange(80, dtype=np.uint16), on_left, 100, 0, place, column, 0)
    assert place[:end].tolist() == [103, 170]
    assert column[:end].tolist() == ([3, 70] if on_left > 0 else [PANEL + 3, PANEL + 70])


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 64, 65, 500, LIST_CAPACITY])
def test_what_waits_is_kept_in_its_order(n: int, share: float) -> None:
    rng = np.random.default_rng(n)
    waiting = rng.integers(1, 1 << 63, BLOCK, dtype=np.uint64)
    waiting[rng.random(BLOCK) >= share] = 0
    place = rng.integers(0, 1 << 40, BLOCK)
    row, column = rng.integers(0, 1 << 30, (2, BLOCK), dtype=np.int32)
    arrays = [place, row, column, waiting]
    expected = [array[:n][waiting[:n] != 0].tolist() for array in arrays]
    left = _kept(*arrays, n)
    assert [array[:left].tolist() for array in arrays] == expected


def test_a_processor_that_compresses_nothing_does_the_same() -> None:
    tests = [__file__, "-k", "listed or kept or cut", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests],
        cwd=ROOT, env={**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "84 passed" in done.stdout
