"""All-to-all synapses: `Dense`, `LearningDense`, `DelayDense`.

Example: `Dense(weights=np.eye(3) * 250)`; weights are [post, pre].
"""

from __future__ import annotations

from typing import Any

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import LoihiLearningRule
from loihi_emu.lava.magma.core.process.connection import (
    Connection,
    DelayConnection,
    LearningConnection,
)

__getattr__ = refuse_names(__name__)


class Dense(Connection):
    """Static synapses.

    Parameters
    ----------
    weights : [post, pre] array
    name : str, optional
    num_message_bits : int
        0: spikes are binary. Else weights are multiplied by payloads.
    log_config : LogConfig, optional
    weight_exp : int
        What arrives is shifted by it (fixed point).
    num_weight_bits : int
        1..8 (fixed point).
    sign_mode : SignMode
        Found from the weights by default (fixed point).
    """

    def __init__(self, *, weights: Any, num_message_bits: int = 0, **kwargs: Any) -> None:
        super().__init__(weights=_matrix(weights), num_message_bits=num_message_bits, **kwargs)


class LearningDense(LearningConnection):
    """Synapses that learn.

    Parameters
    ----------
    weights, name, num_message_bits, log_config, weight_exp, num_weight_bits
        As for `Dense`.
    tag_2, tag_1 : [post, pre] array, optional
        Initial d and t of the rule.
    learning_rule : Loihi2FLearningRule or Loihi3FLearningRule
    graded_spike_cfg : GradedSpikeCfg
        What payloads do to x1.
    sign_mode : SignMode
        MIXED by default.
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
            weights=_matrix(weights), tag_2=tag_2, tag_1=tag_1, num_message_bits=num_message_bits,
            learning_rule=learning_rule, graded_spike_cfg=graded_spike_cfg, **kwargs,
        )  # fmt: skip


class DelayDense(DelayConnection):
    """Static synapses with delays.

    Parameters
    ----------
    weights, name, num_message_bits, log_config, weight_exp, num_weight_bits, sign_mode
        As for `Dense`.
    delays : [post, pre] int array, or int
        0..63 steps on top of the one that every synapse takes.
    max_delay : int
        Kept for scripts: delays do not change here.
    """

    def __init__(self, *, weights: Any, delays: Any, max_delay: int = 0, **kwargs: Any) -> None:
        super().__init__(weights=_matrix(weights), delays=delays, max_delay=max_delay, **kwargs)


def _matrix(weights: Any) -> Any:
    """`weights`, if they are a matrix."""
    if getattr(weights, "ndim", 0) != 2:
        raise ParameterError(f"weights are {weights!r}; allowed: a [post, pre] array")
    return weights
