"""Resonate-and-fire neurons: `RF`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class RF(AbstractProcess):
    """A complex state that turns and decays; spikes where its imaginary part rises through 0.

    Parameters
    ----------
    shape : tuple of int
    period : float
        Steps of a turn.
    alpha : float
        Decay, 0..1.
    state_exp, decay_bits : int
        Bits of input and of decays (fixed point).
    vth : float
        A spike needs a real part of at least so much.
    name, log_config
        As for any process.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        period: float,
        alpha: float,
        state_exp: int = 0,
        decay_bits: int = 0,
        vth: Any = 1,
        name: str | None = None,
        log_config: Any = None,
    ) -> None:
        angle = 2 * np.pi / period
        turned = {
            "sin_decay": (1 - alpha) * np.sin(angle), "cos_decay": (1 - alpha) * np.cos(angle)
        }  # fmt: skip
        super().__init__(
            shape=shape, state_exp=state_exp, decay_bits=decay_bits, vth=vth, name=name,
            log_config=log_config, **turned,
        )  # fmt: skip
        if state_exp > 0:
            vth = int(vth * (1 << state_exp))
        if decay_bits > 0:
            turned = {key: np.int32(one * (1 << decay_bits)) for key, one in turned.items()}
        self.a_real_in, self.a_imag_in = InPort(shape=shape), InPort(shape=shape)
        self.s_out = OutPort(shape=shape)
        self.real, self.imag = Var(shape=shape, init=0), Var(shape=shape, init=0)
        numbers = {**turned, "state_exp": state_exp, "decay_bits": decay_bits, "vth": vth}
        for key, value in numbers.items():
            setattr(self, key, Var(shape=(1,), init=value))

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        shape: tuple[int, ...] = self.proc_params["shape"]
        return shape
