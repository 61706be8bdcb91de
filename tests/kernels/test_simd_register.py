"""Lanes: what is loaded and stored, at the ends of rows and on processors without masks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit, types
from numpy.typing import NDArray

from loihi_emu.kernels.llvm.simd_register import (
    broadcast,
    count_differing,
    input_row,
    int16,
    int16_row,
    int32,
    int64,
    load,
    store,
    typed_pointer,
)
from loihi_emu.kernels.llvm.sizes import EACH, LANES, SAME

ROOT = Path(__file__).parents[2]
GUARD = -12345
_table = typed_pointer(types.int64)


@njit  # type: ignore[untyped-decorator]
def _widen(n: Any, inputs: Any, out: Any) -> None:
    """Bytes to words, through every width."""
    row = input_row(inputs, 1)
    for k in range(0, n, LANES):
        n_active = min(n - k, LANES)
        store(int16_row(out), k, n_active, int32(int64(int16(load(row, k, n_active)))))


def _widened(n: int, source: NDArray[np.uint8], kind: int, out: NDArray[np.int16]) -> None:
    """The source is the second input; the first must not be read."""
    table = np.array([0, EACH, source.ctypes.data, kind])
    _widen_at(n, table.ctypes.data, out.ctypes.data)


@njit  # type: ignore[untyped-decorator]
def _widen_at(n: Any, table: Any, out: Any) -> None:
    _widen(n, _table(table), out)


@pytest.mark.parametrize("n", [*range(LANES + 2), 3 * LANES - 1, 3 * LANES, 100])
def test_nothing_beyond_a_row_is_written(n: int) -> None:
    source = np.arange(200, dtype=np.uint8)[::-1].copy()
    out = np.full(200, GUARD, np.int16)
    _widened(n, source, EACH, out)
    assert out[:n].tolist() == source[:n].tolist()
    assert (out[n:] == GUARD).all()


@pytest.mark.parametrize("n", [1, LANES, 100])
def test_an_input_that_is_the_same_for_all_is_read_from_the_rows_start(n: int) -> None:
    source = np.full(LANES, 77, np.uint8)
    out = np.full(200, GUARD, np.int16)
    _widened(n, source, SAME, out)
    assert (out[:n] == 77).all()
    assert (out[n:] == GUARD).all()


@njit  # type: ignore[untyped-decorator]
def _count(n: Any, source: Any, value: Any) -> Any:
    count = 0
    for k in range(0, n, LANES):
        n_active = min(n - k, LANES)
        count += count_differing(
            load(int16_row(source), k, n_active), broadcast(int32(value)), n_active
        )
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
