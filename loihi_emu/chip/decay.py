"""Decay of a trace as a table: for each value, the whole part and the probability of rounding up.

The decay law of a machine becomes 256 whole parts and 256 thresholds of 53 bits. A step is then a
look-up and a comparison with a draw, in integers.
Example: tau 10 keeps 14 of 16, and 15 when a draw of 53 bits lies below 0.477 * 2^53.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.formats import RECEIVED_TRACE_TAU
from loihi_emu.chip.machines import Machine

TRACE_VALUES: Final = 256
"""A stored trace has 8 bits in Lava's graded modes, where it can exceed the 7 of the format."""

DECAY_DRAW_BITS: Final = 53
"""Bits of a decay's draw: those of a float64 in [0, 1) (Lava)."""


def factor(machine: Machine, tau: float, steps: float = 1) -> float:
    """The factor of `steps` steps of decay with time constant `tau`; 0 for tau 0.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> round(factor(LAVA, 10), 4)
    0.9048
    """
    if tau == 0:
        return 0.0
    if tau >= RECEIVED_TRACE_TAU and machine.longest_tau == "holds":
        return 1.0
    if machine.decay_law == "linear":
        kept = float(max(0.0, 1 - (1.0 / tau)) ** steps)
    else:
        kept = float(np.exp(np.array([-steps]) / np.array([float(tau)]))[0])
    if machine.decay_digits is not None:
        kept = float(f"{kept:.{machine.decay_digits}g}")
    if machine.decay_bits is not None:
        kept = float(np.floor(np.ldexp(kept, machine.decay_bits)))
        return float(np.ldexp(kept, -machine.decay_bits))
    return kept


def effective_tau(machine: Machine, tau: float) -> float:
    """The time constant that a trace really has on a machine whose decay factor has few bits.

    Parameters
    ----------
    machine : Machine
    tau : float
        As asked for, in steps.

    Returns
    -------
    float
        The tau of the exponential with the machine's factor, in steps; infinite where nothing
        decays, 0 where nothing is kept.

    Examples
    --------
    >>> from loihi_emu import LAVA, LOIHI
    >>> [round(effective_tau(LOIHI, tau), 1) for tau in (10, 40, 64, 127, 130)]
    [9.3, 31.5, 63.5, 63.5, 127.5]
    >>> round(effective_tau(LAVA, 40), 1)
    40.0
    """
    kept = factor(machine, tau)
    if kept <= 0:
        return 0.0
    return -1 / math.log(kept) if kept < 1 else math.inf


def unit(machine: Machine, trace: str, t_epoch: int) -> float:
    """Time that one decay of a trace stands for, in the unit of its time constant.

    Parameters
    ----------
    machine : Machine
    trace : {'x1', 'x2', 'y1', 'y2', 'y3', 'r1'}
    t_epoch : int
        Steps of a learning epoch.

    Examples
    --------
    >>> from loihi_emu.chip.machines import LOIHI1, LOIHI2
    >>> unit(LOIHI2, "r1", 4), unit(LOIHI1, "r1", 4), unit(LOIHI1, "x1", 4)
    (1.0, 1.0, 1.0)
    >>> from dataclasses import replace
    >>> unit(replace(LOIHI1, name="mine", reward_tau_counts="steps"), "r1", 4)
    4.0
    """
    counts = machine.reward_tau_counts if trace == "r1" else machine.tau_counts
    steps = t_epoch if trace == "r1" and machine.reward_decays == "epoch" else 1
    return steps / (t_epoch if counts == "epochs" else 1)


def table(
    machine: Machine, tau: float, steps: float = 1
) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Whole part and threshold of every trace value after `steps` steps in one rounding.

    Returns
    -------
    whole : (256,) uint8
    threshold : (256,) uint64
        The value becomes whole + (draw < threshold) for a draw of 53 bits.
    """
    whole, threshold = tables(machine, [(tau, steps)])
    return whole[0], threshold[0]


def tables(
    machine: Machine, decays: Sequence[tuple[float, float]]
) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """The tables of many pairs of a time constant and steps, a row each."""
    values = np.arange(TRACE_VALUES)
    factors = np.array([factor(machine, tau, steps) for tau, steps in decays])
    whole = np.floor(factors[:, None] * values)
    if _has_two_factors(machine):
        # Brian2 prints it into the code that takes the whole part, not where the fraction is
        undigitised = replace(machine, decay_digits=None)
        factors = np.array([factor(undigitised, tau, steps) for tau, steps in decays])
    exact: NDArray[Any] = factors[:, None] * values
    threshold = np.ceil(np.ldexp(exact - np.floor(exact), DECAY_DRAW_BITS))
    return whole.astype(np.uint8), threshold.astype(np.uint64)


def _has_two_factors(machine: Machine) -> bool:
    """Whether whole part and fraction come from different factors."""
    return machine.trace_fraction == "kept" and machine.decay_digits is not None


def impulse(machine: Machine, value: float) -> tuple[int, int]:
    """An impulse's whole part and its fraction in the machine's fraction bits."""
    whole = math.floor(value)
    return whole, round((value - whole) * (1 << machine.impulse_fraction_bits))
