"""Weights and their formats: `SignMode` and the functions that fit a matrix to a synapse.

Example: `determine_sign_mode(np.array([[1, -2]]))` is `SignMode.MIXED`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from loihi_emu.chip.formats import WEIGHT
from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)

Weights = Any
"""A dense [post, pre] array or a scipy sparse matrix."""


class SignMode(Enum):
    """Which signs weights may have."""

    NULL = 0
    MIXED = 1
    EXCITATORY = 2
    INHIBITORY = 3


@dataclass
class OptimizedWeights:
    """Weights scaled up to use a synapse's bits, and the exponent that scales them back."""

    weights: Weights
    num_weight_bits: int
    weight_exp: int


def determine_sign_mode(weights: Weights) -> SignMode:
    """EXCITATORY without a negative weight, INHIBITORY without a positive one, else MIXED."""
    if weights.min() >= 0:
        return SignMode.EXCITATORY
    return SignMode.INHIBITORY if weights.max() <= 0 else SignMode.MIXED


def clip_weights(
    weights: Weights, sign_mode: SignMode, num_bits: int, learning_simulation: bool | None = False
) -> Weights:
    """Whole weights within the sign mode's range.

    Parameters
    ----------
    weights : array or scipy sparse matrix
    sign_mode : SignMode
    num_bits : int
        Bits without the sign.
    learning_simulation : bool
        Lowers the upper end of MIXED by one.

    Returns
    -------
    array or scipy sparse matrix
    """
    top = 2**num_bits - 1
    low, high = {
        SignMode.MIXED: (-(2**num_bits), top - bool(learning_simulation)),
        SignMode.INHIBITORY: (-top, 0),
    }.get(sign_mode, (0, top))
    clipped = weights.astype(np.int32)
    if isinstance(clipped, np.ndarray):
        return np.clip(clipped, low, high)
    clipped.data = np.clip(clipped.data, low, high)
    return clipped


def truncate_weights(
    weights: Weights,
    sign_mode: SignMode,
    num_weight_bits: int,
    max_num_weight_bits: int | None = 8,
) -> Weights:
    """Whole weights without the low bits that `num_weight_bits` cannot hold.

    Parameters
    ----------
    weights : array or scipy sparse matrix
    sign_mode : SignMode
        MIXED weights lose one bit more, to the sign; INHIBITORY ones are cut toward zero.
    num_weight_bits, max_num_weight_bits : int

    Returns
    -------
    array or scipy sparse matrix
    """
    lost = int(max_num_weight_bits or 8) - num_weight_bits + (sign_mode is SignMode.MIXED)
    sign = -1 if sign_mode is SignMode.INHIBITORY else 1
    cut = weights.astype(np.int32)
    if isinstance(cut, np.ndarray):
        return sign * ((sign * cut >> lost) << lost)
    cut.data = sign * ((sign * cut.data >> lost) << lost)
    cut.eliminate_zeros()
    return cut


def optimize_weight_bits(
    weights: Weights, sign_mode: SignMode, loihi2: bool | None = False
) -> OptimizedWeights:
    """Weights shifted up as far as their sign mode's range allows.

    Parameters
    ----------
    weights : array or scipy sparse matrix
        Within the sign mode's range.
    sign_mode : SignMode
    loihi2 : bool
        Give the weights without the bits that are 0.

    Returns
    -------
    OptimizedWeights

    Raises
    ------
    ParameterError
        A weight out of the sign mode's range.
    """
    low, high = float(weights.min()), float(weights.max())
    lowest, highest = {
        SignMode.MIXED: (WEIGHT.lowest, WEIGHT.highest),
        SignMode.INHIBITORY: (-WEIGHT.highest, 0),
        SignMode.EXCITATORY: (0, WEIGHT.highest),
    }.get(sign_mode, (0, 0))
    if low < lowest or high > highest:
        raise ParameterError(
            f"weights are {low:g}..{high:g}; allowed for {sign_mode}: {lowest}..{highest}"
        )
    exponent = _determine_weight_exp(weights, sign_mode)
    bits = _determine_num_weight_bits(weights, exponent, sign_mode)
    scaled: Any = weights
    if isinstance(weights, np.ndarray):
        scaled = weights.astype(np.int32) << -exponent
    else:
        scaled.data = weights.data.astype(np.int32) << -exponent
    if loihi2:
        scaled = (scaled / (1 << (8 - bits))).astype(np.int32)
        mixed = sign_mode is SignMode.MIXED
        scaled = (scaled / 2).astype(np.int32) if mixed else scaled
    return OptimizedWeights(scaled, bits, exponent)


def _determine_weight_exp(weights: Weights, sign_mode: SignMode) -> int:
    """The exponent that scales back weights shifted up as far as the sign mode allows."""
    low, high = float(weights.min()), float(weights.max())
    mixed = sign_mode is SignMode.MIXED
    lowest = WEIGHT.lowest // 2 if mixed else -WEIGHT.highest
    highest = WEIGHT.highest // 2 if mixed else WEIGHT.highest
    ends = [(high, highest)] if high > 0 else []
    ends += [(low, lowest)] if low < 0 else []
    if not ends:
        return 0
    # a mixed weight keeps its sign in the byte
    return -(math.floor(math.log2(min(end / value for value, end in ends))) + mixed)


def _determine_num_weight_bits(weights: Weights, weight_exp: int, sign_mode: SignMode) -> int:
    """The bits that weights need, without those that are 0 in all."""
    values = weights if isinstance(weights, np.ndarray) else weights.data
    spare = next((n for n in range(8, 0, -1) if not np.any(values % 2**n)), 0)
    return 8 + weight_exp - spare + (sign_mode is SignMode.MIXED)
