"""The part of a run that learns deferred updates: an entry point of its own in each mode.

It is compiled and cached apart, beside the steps (step/time_step.py) and the learning of an epoch
(learning/part.py), which call it by address (by_address.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.by_address import (
    CATCH_UP,
    FLUSH,
    FLUSH_SELECTED,
    LOG_POST_SPIKES,
    LOG_X_TRACES,
)
from loihi_emu.kernels.deferred.catch_up import catch_up, flush, flush_selected
from loihi_emu.kernels.deferred.scheduled_refresh import refresh_rows
from loihi_emu.kernels.deferred.spike_log import log_post_spikes, log_x_traces
from loihi_emu.kernels.llvm.array_views import int32_row, record_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.address_table import FLOAT_MEMORY, MEMORY
from loihi_emu.kernels.memory.records import CONNECTION, PROBE

_fixed_memory_at, _float_memory_at = record_at(MEMORY), record_at(FLOAT_MEMORY)
_connection_at, _probe_at = record_at(CONNECTION), record_at(PROBE)


@jit
def _answer(which: Any, c: Any, m: Any, a: Any, b: Any, epoch: Any) -> Any:
    """Do what one of by_address.py's functions asks for; `a` and `b` are its arguments."""
    if which == CATCH_UP:
        catch_up(c, m, int32_row(a), b, epoch)
    elif which == FLUSH:
        flush(c, m, epoch)
    elif which == FLUSH_SELECTED:
        flush_selected(c, m, _probe_at(a), epoch)
    elif which == LOG_X_TRACES:
        log_x_traces(c, m, epoch)
    elif which == LOG_POST_SPIKES:
        log_post_spikes(c, m, epoch, np.uint16(a), b != 0)
    else:
        refresh_rows(c, m, epoch, b != 0)
    return 0


def deferred_fixed(which: Any, c: Any, m: Any, a: Any, b: Any, epoch: Any) -> Any:
    """In fixed point; `c` and `m` are the addresses of a connection's and the memory record."""
    return _answer(which, _connection_at(c), _fixed_memory_at(m), a, b, epoch)


def deferred_floating(which: Any, c: Any, m: Any, a: Any, b: Any, epoch: Any) -> Any:
    """As `deferred_fixed`, in floating point."""
    return _answer(which, _connection_at(c), _float_memory_at(m), a, b, epoch)
