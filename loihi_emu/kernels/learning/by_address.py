"""The learning of an epoch, called by address: the steps of a run do not hold it."""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.llvm.array_views import record_address
from loihi_emu.kernels.llvm.indirect_call import call_part
from loihi_emu.kernels.llvm.jit import jit


@jit
def learn(c: Any, m: Any, step: Any, s: Any) -> None:
    """One epoch of a connection: epoch.py."""
    call_part(m.learning_part, 0, record_address(c), record_address(m), s, 0, step)
