"""Arenas in one piece of memory: zero, apart from each other, and a process's own."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from loihi_emu.plan.huge_pages import zeros

_TYPES: dict[str, np.dtype[Any]] = {
    "few": np.dtype(np.uint8), "many": np.dtype(np.int16), "last": np.dtype(np.int64),
}  # fmt: skip


@pytest.mark.parametrize("many", [10, 3_000_001])
def test_arrays_are_zero_and_lie_apart(many: int) -> None:
    arrays = zeros({"few": 3, "many": many, "last": 2}, _TYPES)
    assert {name: one.size for name, one in arrays.items()} == {"few": 3, "many": many, "last": 2}
    assert {name: one.dtype for name, one in arrays.items()} == _TYPES
    for name, one in arrays.items():
        assert not one.any()
        assert one.flags.c_contiguous
        assert one.flags.writeable
        one[:] = len(name)
    for name, one in arrays.items():
        assert (one == len(name)).all()
    if many > 1_000_000:
        starts = [one.ctypes.data for one in arrays.values()]
        assert all(start % 64 == 0 for start in starts)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_memory_of_its_own() -> None:
    values = zeros({"many": 3_000_000}, _TYPES)["many"]
    child = os.fork()
    if child == 0:
        values[:] = 7
        os._exit(int(values[-1]))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert not values.any()
