"""What a fit may be asked for: ranges of weights, counts, impulses.

Example: `span_of(np.array([-0.2, 0.7]), None)` is (-0.2, 0.7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.formats import WEIGHT_BITS
from loihi_emu.chip.machines import Machine
from loihi_emu.errors import ParameterError
from loihi_emu.fitting.float_rule import FloatRule
from loihi_emu.fitting.neurons import fit_weights


def span_of(
    weights: NDArray[np.float64] | None, limits: tuple[float, float] | None
) -> tuple[float, float]:
    """The range of weights.

    Raises
    ------
    ParameterError
        There is none, or a weight lies outside.
    """
    if weights is not None and not (weights.size and np.isfinite(weights).all()):
        raise ParameterError("weights are empty or not finite; allowed: finite numbers")
    if limits is None:
        if weights is None:
            raise ParameterError(
                "neither weights nor limits are given; a fit needs the range of the weight"
            )
        limits = (min(0.0, float(weights.min())), max(0.0, float(weights.max())))
    low, high = float(limits[0]), float(limits[1])
    if not (np.isfinite([low, high]).all() and low < high):
        raise ParameterError(f"limits are {limits}; allowed: two finite numbers, rising")
    if weights is not None and (weights.min() < low or weights.max() > high):
        raise ParameterError(
            f"weights lie in {weights.min():g}..{weights.max():g}; allowed: {low:g}..{high:g}, "
            "the limits given"
        )
    return low, high


def check_numbers(**given: Any) -> None:
    """Refuse numbers out of range."""
    if given["num_weight_bits"] not in WEIGHT_BITS:
        raise ParameterError(f"num_weight_bits is {given['num_weight_bits']}; allowed: 1..8")
    for name, lowest in (("neighbours", 1), ("steps", 0), ("best", 1), ("shortlist", 1)):
        value = given[name]
        if name == "shortlist" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise ParameterError(f"{name} is {value!r}; allowed: integers from {lowest}")
    if not given["headroom"] >= 1:
        raise ParameterError(f"headroom is {given['headroom']}; allowed: numbers from 1")


def complete_impulses(
    rule: FloatRule, impulses: Mapping[str, Sequence[int]]
) -> dict[str, tuple[int, ...]]:
    """The impulses given, of every trace that the rule reads."""
    missing = [name for name in rule.read if not impulses.get(name)]
    if missing:
        raise ParameterError(f"impulses of {', '.join(missing)} are not given; the rule reads them")
    return {name: tuple(impulses[name]) for name in rule.read}


def holds_bits(span: tuple[float, float], machine: Machine, bits: int) -> bool:
    """Whether so few bits leave any weight but 0."""
    try:
        fit_weights(span, None, machine, bits)
    except ParameterError:
        return False
    return True
