"""Synapses that convolve an image with kernels: `Conv`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.proc.conv import utils

__getattr__ = refuse_names(__name__)


class Conv(AbstractProcess):
    """Static synapses of a convolution, which send one step later.

    Parameters
    ----------
    weight : [out channel, x, y, in channel] array
        Kernels.
    weight_exp : array_like
        Kept; Lava 0.10's models do not use it.
    input_shape : tuple of int
        [x, y, channel] of what arrives.
    padding, stride, dilation : int or two int
    groups : int
    num_weight_bits, num_message_bits : int
        The first is kept; 0 message bits: spikes are binary.
    name, log_config
        As for any process.

    Raises
    ------
    ParameterError
        Shapes that do not fit.
    """

    def __init__(
        self,
        *,
        weight: Any,
        weight_exp: Any = 0,
        input_shape: tuple[int, int, int] = (1, 1, 1),
        padding: Any = 0,
        stride: Any = 1,
        dilation: Any = 1,
        groups: int = 1,
        num_weight_bits: int = 8,
        num_message_bits: int = 0,
        name: str | None = None,
        log_config: Any = None,
    ) -> None:
        super().__init__(
            weight=weight, weight_exp=weight_exp, input_shape=input_shape, padding=padding,
            stride=stride, dilation=dilation, groups=groups, num_weight_bits=num_weight_bits,
            num_message_bits=num_message_bits, name=name, log_config=log_config,
        )  # fmt: skip
        if len(input_shape) != 3:
            raise ParameterError(f"input_shape is {input_shape}; allowed: (x, y, channels)")
        if not isinstance(groups, (int, np.integer)):
            raise ParameterError(f"groups is {groups}; allowed: a whole number")
        for what, n in (("input", input_shape[-1]), ("output", weight.shape[0])):
            if n % groups:
                raise ParameterError(f"{n} {what} channels cannot be divided into {groups} groups")
        pairs = {
            "kernel_size": weight.shape[1:3], "padding": utils.make_tuple(padding),
            "stride": utils.make_tuple(stride), "dilation": utils.make_tuple(dilation),
        }  # fmt: skip
        self.input_shape = input_shape
        self.output_shape = utils.output_shape(input_shape, weight.shape[0], **pairs)
        self.s_in, self.a_out = InPort(shape=input_shape), OutPort(shape=self.output_shape)
        self.weight = Var(shape=weight.shape, init=weight)
        numbers = {
            "weight_exp": weight_exp, "num_weight_bits": num_weight_bits, "groups": groups,
            "num_message_bits": num_message_bits,
        }  # fmt: skip
        for key, value in numbers.items():
            setattr(self, key, Var(shape=(1,), init=value))
        for key, pair in pairs.items():
            setattr(self, key, Var(shape=(2,), init=pair))
        self.a_buf = Var(shape=self.output_shape, init=0)
