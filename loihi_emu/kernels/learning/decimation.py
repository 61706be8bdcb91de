"""When u_k is 1, in compiled loops, as chip/decimation.py defines it.

Example: a connection of k = 2 is due in every fourth epoch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.chip.decimation import STEP_SECONDS
from loihi_emu.kernels.llvm.jit import jit

_STEP: float = STEP_SECONDS


@jit
def is_due(c: Any, number: Any) -> Any:
    """Whether epoch `epoch`, 1 being the first, is one in which `u` of connection c counts."""
    count, period = number - 1 + c.first_epoch, np.int64(1) << c.decimation
    if c.in_seconds and c.decimation > 0:
        return float(count) * _STEP / _STEP % float(period) == 0.0
    return count % period == 0
