"""What a register does in place of a real number, and time constants as decay factors.

Example: on LOIHI a tau of 20 steps is a factor of 121/128 or 122/128; the second acts as 20.8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from loihi_emu.chip import decay
from loihi_emu.chip.machines import Machine

_STEPS = 200
_LONGEST = 1e6
_NEAR = 1.02


@dataclass(frozen=True)
class Choice:
    """One register beside the real number that it stands for.

    Parameters
    ----------
    name : str
    register : str
        What to write on the chip.
    asked, acts : float
        The number that the model has and the one that the register gives, both in `unit`.
    unit : str
    """

    name: str
    register: str
    asked: float
    acts: float
    unit: str

    @property
    def error(self) -> float:
        """What acts minus what was asked for, in `unit`."""
        return self.acts - self.asked


def nearest_tau(machine: Machine, name: str, tau: float, t_epoch: int) -> tuple[float, float]:
    """The time constant to ask a machine for, and the one that then acts, in steps.

    Both neighbours of the wanted decay factor are compared. Of all time constants with the better
    factor one is asked for that is near what acts.

    Examples
    --------
    >>> from loihi_emu import LAVA, LOIHI
    >>> nearest_tau(LAVA, "x1", 20.3, 1)
    (20.3, 20.3)
    >>> asked, acts = nearest_tau(LOIHI, "x1", 20.3, 1)
    >>> asked, round(acts, 2)
    (21.0, 20.83)
    """
    unit = decay.unit(machine, name, t_epoch)

    def kept(asked: float) -> float:
        return decay.factor(machine, asked, unit)

    def acts(asked: float) -> float:
        factor = kept(asked)
        return -1 / math.log(factor) if 0 < factor < 1 else (math.inf if factor else 0.0)

    wanted = math.exp(-1 / tau)
    edge = _first(lambda asked: kept(asked) >= wanted)
    below = edge * (1 - 1e-9)
    best = min((below, edge), key=lambda asked: abs(acts(asked) - tau))
    level = kept(best)
    low = _first(lambda asked: kept(asked) >= level)
    high = _first(lambda asked: kept(asked) > level)
    inside = (low + min(high, _NEAR * low)) / 2
    rounded = float(f"{inside:.3g}")
    chosen = next((one for one in (float(tau), rounded, inside) if kept(one) == level), best)
    return chosen, acts(chosen)


def _first(holds: Callable[[float], bool]) -> float:
    """The least time constant at which a rising condition holds, by halves."""
    low, high = 0.01, _LONGEST
    if holds(low):
        return low
    for _ in range(_STEPS):
        middle = math.sqrt(low * high)
        if middle in (low, high):
            break
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
