"""What learning connections share: ports of post spikes and traces, variables of the rule."""

from __future__ import annotations

from typing import Any

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import NotSupportedError, refuse_names
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import NUMBERS, TEXTS, LoihiLearningRule
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class Connection(AbstractProcess):
    """Synapses: s_in, weights, and a_out one step later.

    Parameters
    ----------
    weights : [post, pre] array or scipy sparse matrix
    num_message_bits : int
    **kwargs
        weight_exp, num_weight_bits, sign_mode and what `AbstractProcess` takes.
    """

    def __init__(self, *, weights: Any, num_message_bits: int = 0, **kwargs: Any) -> None:
        super().__init__(num_message_bits=num_message_bits, weights=weights, **kwargs)
        n_post, n_pre = weights.shape
        self.s_in = InPort(shape=(n_pre,))
        self.a_out = OutPort(shape=(n_post,))
        self.weights = Var(shape=(n_post, n_pre), init=weights)
        self.a_buff = Var(shape=(n_post,), init=0)
        self.num_message_bits = Var(shape=(1,), init=num_message_bits)


class DelayConnection(Connection):
    """Synapses whose activation arrives 0..63 steps later still."""

    def __init__(self, *, weights: Any, delays: Any, max_delay: int = 0, **kwargs: Any) -> None:
        if not isinstance(delays, int):
            if not hasattr(delays, "shape") or not hasattr(delays, "dtype"):
                raise ParameterError(f"delays are {delays!r}; allowed: whole numbers 0..63")
            if delays.shape != weights.shape:
                raise ParameterError(
                    f"delays have shape {delays.shape}; allowed: {weights.shape} or one int"
                )
            if delays.dtype != int:
                raise ParameterError(f"delays are of type {delays.dtype}; allowed: int")
        lowest, highest = (
            (delays, delays) if isinstance(delays, int) else (delays.min(), delays.max())
        )
        if lowest < 0:
            raise ParameterError(f"delays hold {lowest}; allowed: 0..63")
        longest = int(max_delay or highest)
        super().__init__(weights=weights, max_delay=longest, **kwargs)
        self.delays = Var(shape=weights.shape, init=delays)
        self.a_buff = Var(shape=(weights.shape[0], longest + 1), init=0)


class LearningConnectionProcess(AbstractProcess):
    """Ports and variables of synapses that learn; a mixin before a class of synapses.

    Parameters
    ----------
    shape : tuple of int
        (post, pre).
    learning_rule : LoihiLearningRule
    **kwargs
        tag_1 and tag_2, first values of t and d, and what the class of synapses takes.

    Raises
    ------
    ParameterError
        learning_rule is none.
    """

    s_in_bap: InPort

    def __init__(
        self, shape: tuple[int, ...], learning_rule: LoihiLearningRule | None, **kwargs: Any
    ) -> None:
        if not isinstance(learning_rule, LoihiLearningRule):
            raise ParameterError(
                f"learning_rule is {learning_rule!r}; allowed: a Loihi2FLearningRule or "
                "Loihi3FLearningRule"
            )
        super().__init__(shape=shape, learning_rule=learning_rule, **kwargs)
        n_post, n_pre = shape[0], shape[-1]
        for name in ("s_in_bap", "s_in_y1", "s_in_y2", "s_in_y3"):
            setattr(self, name, InPort(shape=(n_post,)))
        for names, n in (("x0 tx x1 x2", n_pre), ("y0 ty y1 y2 y3", n_post)):
            for name in names.split():
                setattr(self, name, Var(shape=(n,), init=0))
        for name in ("tag_1", "tag_2"):
            setattr(self, name, Var(shape=shape, init=kwargs.get(name, 0)))
        for name in TEXTS:
            setattr(self, name, Var(shape=(256,), init=getattr(learning_rule, f"{name}_str")))
        for name in NUMBERS:
            setattr(self, name, Var(shape=(1,), init=getattr(learning_rule, name)))

    @property
    def learning_rule(self) -> LoihiLearningRule:
        """The rule, as it was given."""
        rule: LoihiLearningRule = self.proc_params["learning_rule"]
        return rule


class LearningConnection(LearningConnectionProcess, Connection):
    """Synapses of the library that learn."""

    def __init__(
        self,
        *,
        weights: Any,
        learning_rule: LoihiLearningRule | None,
        graded_spike_cfg: GradedSpikeCfg,
        tag_1: Any,
        tag_2: Any,
        **kwargs: Any,
    ) -> None:
        graded = graded_spike_cfg != GradedSpikeCfg.USE_REGULAR_IMPULSE
        if graded and isinstance(learning_rule, LoihiLearningRule):
            learning_rule.x1_impulse = 0
        tags = {
            name: weights.copy() * 0 if tag is None else tag.copy()
            for name, tag in (("tag_1", tag_1), ("tag_2", tag_2))
        }
        super().__init__(
            weights=weights, learning_rule=learning_rule, graded_spike_cfg=graded_spike_cfg,
            shape=weights.shape, **tags, **kwargs,
        )  # fmt: skip
        if getattr(kwargs.get("sign_mode"), "name", "") == "NULL":
            raise NotSupportedError(
                f"{self.name}: sign_mode NULL does not learn in Lava 0.10; use MIXED"
            )
