"""Whole runs of steps of variants side by side: step/time_step.py on their memory."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.batch.simd_draws import record_of
from loihi_emu.kernels.batch.simd_traces import find_linear_slopes
from loihi_emu.kernels.memory.records import SHARED_DRAWS
from loihi_emu.kernels.step.time_step import connections_of, run_steps


def run(records: Any, start: Any, n_steps: Any) -> Any:
    """As `run_steps`, of WIDTH variants; given the address of their memory records."""
    m = record_of(records)
    connections = connections_of(m)
    for k in range(m.n_connections):
        c = connections[k]
        if c.learns and c.draw_kind != SHARED_DRAWS:
            find_linear_slopes(c, m)
    return run_steps(m, start, n_steps)
