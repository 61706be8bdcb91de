"""Synapses where they are listed: `Sparse`, `LearningSparse`, `DelaySparse`.

Example: `Sparse(weights=scipy.sparse.csr_matrix(...))`; weights are [post, pre].
"""

from __future__ import annotations

from typing import Any

from loihi_emu.errors import MissingExtraError
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import LoihiLearningRule
from loihi_emu.lava.magma.core.process.connection import (
    Connection,
    DelayConnection,
    LearningConnection,
)

__getattr__ = refuse_names(__name__)


class Sparse(Connection):
    """Static synapses.

    Parameters
    ----------
    weights : scipy sparse matrix or array of shape [post, pre]
    name, num_message_bits, log_config, weight_exp, num_weight_bits, sign_mode
        As for `proc.dense.process.Dense`.
    """

    def __init__(self, *, weights: Any, num_message_bits: int = 0, **kwargs: Any) -> None:
        super().__init__(weights=as_csr(weights), num_message_bits=num_message_bits, **kwargs)


class LearningSparse(LearningConnection):
    """Synapses that learn.

    Parameters
    ----------
    weights : scipy sparse matrix or array of shape [post, pre]
    tag_2, tag_1 : scipy sparse matrix or array, optional
        Initial d and t of the rule.
    name, num_message_bits, log_config, learning_rule, graded_spike_cfg, weight_exp, sign_mode
        As for `proc.dense.process.LearningDense`.
    """

    def __init__(
        self,
        *,
        weights: Any,
        tag_2: Any = None,
        tag_1: Any = None,
        num_message_bits: int = 0,
        learning_rule: LoihiLearningRule | None = None,
        graded_spike_cfg: GradedSpikeCfg = GradedSpikeCfg.USE_REGULAR_IMPULSE,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            weights=as_csr(weights), num_message_bits=num_message_bits,
            tag_2=as_csr(tag_2) if tag_2 is not None else None,
            tag_1=as_csr(tag_1) if tag_1 is not None else None,
            learning_rule=learning_rule, graded_spike_cfg=graded_spike_cfg, **kwargs,
        )  # fmt: skip


class DelaySparse(DelayConnection):
    """Static synapses with delays.

    Parameters
    ----------
    weights : scipy sparse matrix or array of shape [post, pre]
    delays : scipy sparse matrix of int, or int
        0..63 steps on top of the one that every synapse takes.
    max_delay : int
        Kept for scripts: delays do not change here.
    name, num_message_bits, log_config, weight_exp, num_weight_bits, sign_mode
        As for `proc.dense.process.Dense`.
    """

    def __init__(self, *, weights: Any, delays: Any, max_delay: int = 0, **kwargs: Any) -> None:
        super().__init__(weights=as_csr(weights), delays=delays, max_delay=max_delay, **kwargs)


def as_csr(matrix: Any) -> Any:
    """A copy as scipy csr_matrix."""
    try:
        from scipy.sparse import csr_matrix
    except ImportError:
        raise MissingExtraError(
            "sparse processes need scipy: pip install loihi-emu[sparse]"
        ) from None
    made = csr_matrix(matrix, copy=True)
    made.sum_duplicates()
    return made
