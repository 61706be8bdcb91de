"""When u_k is 1: every 2^k-th epoch, however a machine counts them.

The count of a machine whose clock is in seconds is a float64 that is no whole number in some steps
from 1001 on, so that those multiples of 2^k are missed for k >= 1; Brian2 measures time so.
Example: `is_due(2002, 1, in_seconds=True)` is False, as 2002 * 0.001 / 0.001 is 2002.0000000000002.
"""

from __future__ import annotations

from typing import Final

STEP_SECONDS: Final = 0.001
"""Length of a step of Brian2Loihi (`defaultclock.dt`)."""


def is_due(count: int, decimation: int, *, in_seconds: bool) -> bool:
    """Whether the `count`-th epoch is one in which u_k counts, k being `decimation`.

    Examples
    --------
    >>> [count for count in range(9) if is_due(count, 2, in_seconds=False)]
    [0, 4, 8]
    """
    period = 1 << decimation
    if in_seconds and decimation:
        return count * STEP_SECONDS / STEP_SECONDS % period == 0
    return count % period == 0
