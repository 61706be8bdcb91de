"""Neurons that add up and send differences: `Sigma`, `Delta`, `SigmaDelta`."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class ActivationMode(IntEnum):
    """What a SigmaDelta neuron makes of its sum: itself, or nothing below 0."""

    UNIT = 0
    RELU = 1


class _Shaped(AbstractProcess):
    """A process with one shape."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        shape: tuple[int, ...] = self.proc_params["shape"]
        return shape


class Sigma(_Shaped):
    """Sends the sum of all that has arrived.

    Parameters
    ----------
    shape : tuple of int
    """

    def __init__(self, *, shape: tuple[int, ...]) -> None:
        super().__init__(shape=shape)
        self.a_in, self.s_out = InPort(shape=shape), OutPort(shape=shape)
        self.sigma = Var(shape=shape, init=0)


class Delta(_Shaped):
    """Sends how much its input has changed, once that reaches a threshold.

    Parameters
    ----------
    shape : tuple of int
    vth : float
        Threshold.
    cum_error : bool
        Compare the sum of changes since the last spike with it, not the last change.
    spike_exp, state_exp : int
        Bits that input and state are shifted by (fixed point).
    """

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        vth: float,
        cum_error: bool = False,
        spike_exp: int = 0,
        state_exp: int = 0,
        **given: Any,
    ) -> None:
        super().__init__(
            shape=shape, vth=vth, cum_error=cum_error, spike_exp=spike_exp, state_exp=state_exp,
            **given,
        )  # fmt: skip
        self.a_in, self.s_out = InPort(shape=shape), OutPort(shape=shape)
        self.vth = Var(shape=(1,), init=vth * (1 << (spike_exp + state_exp)))
        for name in ("sigma", "act", "residue", "error"):
            setattr(self, name, Var(shape=shape, init=0))
        self.spike_exp = Var(shape=(1,), init=spike_exp)
        self.state_exp = Var(shape=(1,), init=state_exp)
        self.cum_error = Var(shape=(1,), init=cum_error)


class SigmaDelta(Delta):
    """Adds up what arrives, adds a bias, and sends changes of the activation.

    Parameters
    ----------
    shape, vth, cum_error, spike_exp, state_exp
        As for `Delta`.
    bias : float
    act_mode : ActivationMode
    """

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        vth: float,
        bias: Any = 0,
        act_mode: ActivationMode = ActivationMode.RELU,
        cum_error: bool = False,
        spike_exp: int = 0,
        state_exp: int = 0,
        **given: Any,
    ) -> None:
        super().__init__(
            shape=shape, vth=vth, cum_error=cum_error, spike_exp=spike_exp, state_exp=state_exp,
            bias=bias, act_mode=act_mode, **given,
        )  # fmt: skip
        self.bias = Var(shape=shape, init=bias * (1 << (spike_exp + state_exp)))
