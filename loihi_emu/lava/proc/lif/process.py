"""LIF neurons: `LIF`, `LIFReset`, `LIFRefractory`, `TernaryLIF`, `LearningLIF`.

Example: `LIF(shape=(3,), du=4095, dv=4095, vth=240)`.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import ArgumentError, refuse_names
from loihi_emu.lava.magma.core.learning.learning_rule import LoihiLearningRule
from loihi_emu.lava.magma.core.process.neuron import LearningNeuronProcess
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess, LogConfig
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class AbstractLIF(AbstractProcess):
    """What all LIF neurons share.

    Parameters
    ----------
    shape : tuple of int
    u, v : array_like
        Initial current and voltage.
    du, dv : float
        Decays: 0..4095 in fixed point, 0..1 in float.
    bias_mant, bias_exp : array_like
        Bias; float ignores the exponent.
    name : str, optional
    log_config : LogConfig, optional
    """

    _keeps_any_argument = True

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        u: Any = 0,
        v: Any = 0,
        du: float = 0,
        dv: float = 0,
        bias_mant: Any = 0,
        bias_exp: Any = 0,
        name: str | None = None,
        log_config: LogConfig | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs and not self._keeps_any_argument:
            raise ArgumentError(f"{type(self).__name__} takes no {', '.join(sorted(kwargs))}")
        super().__init__(
            shape=shape, u=u, v=v, du=du, dv=dv, bias_mant=bias_mant, bias_exp=bias_exp,
            name=name, log_config=log_config, **kwargs,
        )  # fmt: skip
        self.a_in = InPort(shape=shape)
        self.s_out = OutPort(shape=shape)
        self.u, self.v = Var(shape=shape, init=u), Var(shape=shape, init=v)
        self.du, self.dv = Var(shape=(1,), init=du), Var(shape=(1,), init=dv)
        self.bias_exp = Var(shape=shape, init=bias_exp)
        self.bias_mant = Var(shape=shape, init=bias_mant)


class LIF(AbstractLIF):
    """LIF neurons.

    Parameters
    ----------
    shape, u, v, du, dv, bias_mant, bias_exp, name, log_config
        As for `AbstractLIF`.
    vth : float
        Spike when v exceeds it.
    """

    def __init__(self, *, shape: tuple[int, ...], vth: float = 10, **kwargs: Any) -> None:
        super().__init__(shape=shape, **kwargs)
        self.vth = Var(shape=(1,), init=vth)


class LearningLIF(LearningNeuronProcess, AbstractLIF):
    """LIF neurons with ports for traces, over which Lava 0.10's own models send nothing.

    Parameters
    ----------
    shape, u, v, du, dv, bias_mant, bias_exp, vth, name, log_config
        As for `LIF`.
    learning_rule : Loihi2FLearningRule
        Unused by the models.
    """

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        vth: float = 10,
        learning_rule: LoihiLearningRule | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(shape=shape, learning_rule=learning_rule, **kwargs)
        self.vth = Var(shape=(1,), init=vth)


class TernaryLIF(AbstractLIF):
    """LIF neurons that spike +1 above `vth_hi` and -1 below `vth_lo`.

    Parameters
    ----------
    shape, u, v, du, dv, bias_mant, bias_exp, name, log_config
        As for `LIF`.
    vth_hi, vth_lo : float
    """

    _keeps_any_argument = False

    def __init__(
        self, *, shape: tuple[int, ...], vth_hi: float = 10, vth_lo: float = -10, **kwargs: Any
    ) -> None:
        if vth_lo > vth_hi:
            raise ParameterError(f"vth_lo is {vth_lo}; allowed: up to vth_hi = {vth_hi}")
        super().__init__(shape=shape, **kwargs)
        self.vth_hi, self.vth_lo = Var(shape=(1,), init=vth_hi), Var(shape=(1,), init=vth_lo)


class LIFReset(LIF):
    """LIF neurons whose u and v become 0 at regular intervals.

    Parameters
    ----------
    shape, u, v, du, dv, bias_mant, bias_exp, vth, name, log_config
        As for `LIF`.
    reset_interval, reset_offset : int
        Steps between resets, and the first one's step modulo the interval.
    """

    _keeps_any_argument = False

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        reset_interval: int = 1,
        reset_offset: int = 0,
        **kwargs: Any,
    ) -> None:
        if reset_interval < 1 or reset_offset < 0:
            raise ParameterError(
                f"reset_interval is {reset_interval} and reset_offset {reset_offset}; "
                "allowed: at least 1 and 0"
            )
        super().__init__(shape=shape, **kwargs)
        self.proc_params["reset_interval"] = reset_interval
        self.proc_params["reset_offset"] = reset_offset


class LIFRefractory(LIF):
    """LIF neurons whose v rests after a spike; in float alone, as in Lava 0.10.

    Parameters
    ----------
    shape, u, v, du, dv, bias_mant, bias_exp, vth, name, log_config
        As for `LIF`.
    refractory_period : int
        Steps of rest.
    """

    _keeps_any_argument = False

    def __init__(
        self, *, shape: tuple[int, ...], refractory_period: int = 1, **kwargs: Any
    ) -> None:
        if refractory_period < 1:
            raise ParameterError(f"refractory_period is {refractory_period}; allowed: 1 or more")
        super().__init__(shape=shape, **kwargs)
        self.proc_params["refractory_period"] = refractory_period
        self.refractory_period_end = Var(shape=shape, init=0)
