"""LIF neurons with an adaptive threshold and a refractory state: `ATRLIF`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class ATRLIF(AbstractProcess):
    """Neurons with an adaptive threshold theta and a refractory state r.

    Per step i, v, r and theta - theta_0 decay, then a neuron spikes where v - r >= theta; a spike
    adds 2 * theta to r and theta_step to theta.

    Parameters
    ----------
    shape : tuple of int
    i, v, theta, r, s : array_like
        Initial current, voltage, threshold, refractory state and spikes.
    delta_i, delta_v, delta_theta, delta_r : float
        Decays.
    theta_0, theta_step : float
        Resting threshold and what a spike adds.
    bias_mant, bias_exp : array_like
        Bias; float ignores the exponent.
    name, log_config
        As for any process.
    """

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        i: Any = 0,
        v: Any = 0,
        theta: Any = 5,
        r: Any = 0,
        s: Any = 0,
        delta_i: float = 0.4,
        delta_v: float = 0.4,
        delta_theta: float = 0.2,
        delta_r: float = 0.2,
        theta_0: float = 5,
        theta_step: float = 3.75,
        bias_mant: Any = 0,
        bias_exp: Any = 0,
        name: str | None = None,
        log_config: Any = None,
    ) -> None:
        states = {
            "i": i, "v": v, "theta": theta, "r": r, "s": s, "bias_mant": bias_mant,
            "bias_exp": bias_exp,
        }  # fmt: skip
        numbers = {
            "delta_i": delta_i, "delta_v": delta_v, "delta_theta": delta_theta,
            "delta_r": delta_r, "theta_0": theta_0, "theta_step": theta_step,
        }  # fmt: skip
        super().__init__(shape=shape, name=name, log_config=log_config, **states, **numbers)
        self.a_in = InPort(shape=shape)
        self.s_out = OutPort(shape=shape)
        for key, value in states.items():
            setattr(self, key, Var(shape=shape, init=value))
        for key, value in numbers.items():
            setattr(self, key, Var(shape=(1,), init=value))
