"""Lanes: what is loaded and stored, at the ends of rows and on processors without masks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from loihi_emu.kernels.lanes import (
    LANES,
    byte_row,
    differing,
    every,
    int16,
    int32,
    int64,
    load,
    store,
    word_row,
)

ROOT = Path(__file__).parents[2]
GUARD = -12345


@njit  # type: ignore[untyped-decorator]
def _widen(n: Any, source: Any, out: Any) -> None:
    """Bytes to words, through every width."""
    for k in range(0, n, LANES):
        live = min(n - k, LANES)
        value = int32(int64(int16(load(byte_row(source), k, live))))
        store(word_row(out), k, live, value)


@pytest.mark.parametrize("n", [*range(LANES + 2), 3 * LANES - 1, 3 * LANES, 100])
def test_nothing_beyond_a_row_is_written(n: int) -> None:
    source = np.arange(200, dtype=np.uint8)[::-1].copy()
    out = np.full(200, GUARD, np.int16)
    _widen(n, source.ctypes.data, out.ctypes.data)
    assert out[:n].tolist() == source[:n].tolist()
    assert (out[n:] == GUARD).all()


@njit  # type: ignore[untyped-decorator]
def _count(n: Any, source: Any, value: Any) -> Any:
    count = 0
    for k in range(0, n, LANES):
        live = min(n - k, LANES)
        count += differing(load(word_row(source), k, live), every(int32(value)), live)
    return count


@pytest.mark.parametrize("n", [1, LANES - 1, LANES, LANES + 1, 100])
@pytest.mark.parametrize("value", [0, 7, 70000])
def test_lanes_that_differ_are_counted_in_the_row_alone(n: int, value: int) -> None:
    source = np.arange(200, dtype=np.int16)
    assert _count(n, source.ctypes.data, value) == int((source[:n] != value).sum())


def test_a_processor_without_masks_does_the_same(tmp_path: Path) -> None:
    """100 synapses, the last four alone; rules of narrow and wide words."""
    rules = ["2^-2*x1*y0 - 2^-2*y1*x0", "x0*x1*y1*w*2^3 - u0*x1", "-x0*sgn(w+3)*y2"]
    more = {"NUMBA_CPU_NAME": "generic", "LOIHI_EMU_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernels.cache_child", *rules],
        cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == rules
