"""When u_k is 1: in every 2^k-th epoch, as the machine counts epochs.

A machine can count time in seconds, as Brian2 does. Its count is a float64, and not a whole number
in some steps from 1001 on. In those steps u_k with k >= 1 is 0.
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
