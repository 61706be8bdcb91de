"""Reward-modulated STDP: `RewardModulatedSTDP`, an eligibility tag gated by y2."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.learning.learning_rule import Loihi3FLearningRule
from loihi_emu.lava.magma.core.learning.utils import float_to_literal

__getattr__ = refuse_names(__name__)


class RewardModulatedSTDP(Loihi3FLearningRule):
    """dt = rate * (A_minus * x0 * y1 + A_plus * y0 * x1) - decay * u0 * t; dw = u0 * t * y2.

    Parameters
    ----------
    learning_rate, A_plus, A_minus : float
        Rounded to literals.
    pre_trace_decay_tau, pre_trace_kernel_magnitude : float
        Time constant and impulse of x1.
    post_trace_decay_tau, post_trace_kernel_magnitude : float
        Kept as attributes: y1 is received, by port s_in_y1.
    eligibility_trace_decay_tau : float
        The share of t that it loses in an epoch, rounded to a literal.
    *args, **kwargs
        As for `Loihi3FLearningRule`.
    """

    def __init__(
        self,
        learning_rate: float,
        A_plus: float,  # noqa: N803
        A_minus: float,  # noqa: N803
        pre_trace_decay_tau: float,
        post_trace_decay_tau: float,
        pre_trace_kernel_magnitude: float,
        post_trace_kernel_magnitude: float,
        eligibility_trace_decay_tau: float,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.learning_rate = float_to_literal(learning_rate)
        self.A_plus = float_to_literal(A_plus)
        self.A_minus = float_to_literal(A_minus)
        self.pre_trace_decay_tau = pre_trace_decay_tau
        self.post_trace_decay_tau = post_trace_decay_tau
        self.pre_trace_kernel_magnitude = pre_trace_kernel_magnitude
        self.post_trace_kernel_magnitude = post_trace_kernel_magnitude
        self.eligibility_trace_decay_tau = float_to_literal(eligibility_trace_decay_tau)
        given: dict[str, Any] = dict(kwargs, dw="u0 * t * y2")
        given["dt"] = (
            f"{self.learning_rate} * {self.A_minus} * x0 * y1 + "
            f"{self.learning_rate} * {self.A_plus} * y0 * x1 - "
            f"u0 * t * {self.eligibility_trace_decay_tau}"
        )
        given |= {"x1_impulse": pre_trace_kernel_magnitude, "x1_tau": pre_trace_decay_tau}
        super().__init__(*args, **given)
