"""The part of a run that learns an epoch: an entry point of its own in each mode.

It is compiled and cached apart, beside the steps (step/time_step.py), which call it by address
(by_address.py), and deferred updates (deferred/part.py), which it calls by address.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.learning.epoch import learn
from loihi_emu.kernels.llvm.array_views import record_at
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.address_table import FLOAT_MEMORY, MEMORY
from loihi_emu.kernels.memory.records import CONNECTION

_fixed_memory_at, _float_memory_at = record_at(MEMORY), record_at(FLOAT_MEMORY)
_connection_at = record_at(CONNECTION)


@jit
def _answer(c: Any, m: Any, step: Any, s: Any) -> Any:
    learn(c, m, step, s)
    return 0


def learn_fixed(_which: Any, c: Any, m: Any, s: Any, _unused: Any, step: Any) -> Any:
    """In fixed point; `c` and `m` are the addresses of a connection's and the memory record."""
    return _answer(_connection_at(c), _fixed_memory_at(m), step, s)


def learn_floating(_which: Any, c: Any, m: Any, s: Any, _unused: Any, step: Any) -> Any:
    """As `learn_fixed`, in floating point."""
    return _answer(_connection_at(c), _float_memory_at(m), step, s)
