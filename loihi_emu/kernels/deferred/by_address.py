"""Deferred updates, called by address: the code of a run does not hold them (deferred/part.py).

A run without sparse plastic connections never loads them. Each function is that of its name, see
there.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.llvm.array_views import record_address
from loihi_emu.kernels.llvm.indirect_call import call_part
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.view_type import address

CATCH_UP, FLUSH, FLUSH_SELECTED, LOG_X_TRACES, LOG_POST_SPIKES, REFRESH_ROWS = range(6)


@jit
def _call(which: Any, c: Any, m: Any, a: Any, b: Any, epoch: Any) -> None:
    call_part(m.deferred_part, which, record_address(c), record_address(m), a, b, epoch)


@jit
def catch_up(c: Any, m: Any, rows: Any, n: Any, epoch: Any) -> None:
    """Of n listed rows, those of this thread learn what was logged: catch_up.py."""
    _call(CATCH_UP, c, m, address(rows, 0), n, epoch)


@jit
def flush(c: Any, m: Any, epoch: Any) -> None:
    """All rows of this thread learn what was logged: catch_up.py."""
    _call(FLUSH, c, m, 0, 0, epoch)


@jit
def flush_selected(c: Any, m: Any, probe: Any, epoch: Any) -> None:
    """Rows of a probe's synapses learn what was logged: catch_up.py."""
    _call(FLUSH_SELECTED, c, m, record_address(probe), 0, epoch)


@jit
def log_x_traces(c: Any, m: Any, epoch: Any) -> None:
    """Log the x traces of an epoch: spike_log.py."""
    _call(LOG_X_TRACES, c, m, 0, 0, epoch)


@jit
def log_post_spikes(c: Any, m: Any, epoch: Any, synaptic: Any, learns: Any) -> None:
    """Log the post spikes of an epoch: spike_log.py."""
    _call(LOG_POST_SPIKES, c, m, synaptic, learns, epoch)


@jit
def refresh_rows(c: Any, m: Any, epoch: Any, steals: Any) -> None:
    """Rows learn before the log forgets: scheduled_refresh.py."""
    _call(REFRESH_ROWS, c, m, 0, steals, epoch)
