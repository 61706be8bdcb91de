"""Pair STDP: `STDPLoihi`, in the sign convention of Lava 0.6 and later."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from loihi_emu.lava.magma.core.learning.utils import float_to_literal

__getattr__ = refuse_names(__name__)


class STDPLoihi(Loihi2FLearningRule):
    """dw = learning_rate * (A_minus * x0 * y1 + A_plus * y0 * x1).

    Lava up to 0.5 had the two amplitudes the other way round; see `loihi_emu.stdp` for a form
    that cannot be confused.

    Parameters
    ----------
    learning_rate, A_plus, A_minus : float
        Rounded to literals; A_plus scales y0 * x1 (pre before post).
    tau_plus, tau_minus : float
        Time constants of x1 and of y1, in steps.
    *args, **kwargs
        As for `Loihi2FLearningRule`; x1_impulse and y1_impulse are 16 by default.
    """

    def __init__(
        self,
        learning_rate: float,
        A_plus: float,  # noqa: N803
        A_minus: float,  # noqa: N803
        tau_plus: float,
        tau_minus: float,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.learning_rate = float_to_literal(learning_rate)
        self.A_plus = float_to_literal(A_plus)
        self.A_minus = float_to_literal(A_minus)
        self.tau_plus, self.tau_minus = tau_plus, tau_minus
        given: dict[str, Any] = {"x1_impulse": 16, "y1_impulse": 16, **kwargs}
        given["dw"] = (
            f"{self.learning_rate} * {self.A_minus} * x0 * y1 + "
            f"{self.learning_rate} * {self.A_plus} * y0 * x1"
        )
        given |= {"x1_tau": tau_plus, "y1_tau": tau_minus}
        super().__init__(*args, **given)
