"""Convolutions of images with kernels, and the shapes that they give.

Images are [x, y, channel]; kernels [out channel, x, y, in channel], turned by half as convolutions
do. Example: `output_shape((10, 10, 3), 8, (3, 3), (1, 1), (0, 0), (1, 1))` is (8, 8, 8).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__, "conv_to_sparse")

TORCH_IS_AVAILABLE: Final = False
"""Convolutions here need no other library."""


class TensorOrder(IntEnum):
    """Orders of an image's dimensions."""

    NCHW = 1
    NHWC = 2
    NWHC = 3
    ABCD = 4


def make_tuple(value: Any) -> tuple[int, int]:
    """Two numbers: those given, or one twice.

    Raises
    ------
    ParameterError
        More than two.
    """
    given = np.ravel(np.asarray(value)).tolist()
    if len(given) not in (1, 2):
        raise ParameterError(f"value is {value!r}; allowed: one number or two")
    return given[0], given[-1]


def signed_clamp(x: Any, bits: int) -> Any:
    """A number in two's complement of so many bits."""
    base = 1 << bits
    return (x + base // 2) % base - base // 2


def output_shape(
    input_shape: Any, out_channels: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> tuple[int, int, int]:
    """The shape of a convolution's result.

    Raises
    ------
    ParameterError
        A kernel larger than the padded image.
    """
    ends = []
    for axis, name in enumerate("xy"):
        covered = int(dilation[axis]) * (int(kernel_size[axis]) - 1) + 1
        room = int(input_shape[axis]) + 2 * int(padding[axis]) - covered
        ends.append(room // int(stride[axis]) + 1)
        if ends[-1] < 1:
            raise ParameterError(
                f"a kernel of {covered} covers more than the {room + covered} of dimension {name}"
            )
    return ends[0], ends[1], out_channels


def conv(
    input_: NDArray[Any],
    weight: NDArray[Any],
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> NDArray[Any]:
    """A convolution, in the weights' type; as `conv_scipy`, whose result it cuts to that."""
    exact = conv_scipy(input_, weight, kernel_size, stride, padding, dilation, groups)
    return exact.astype(weight.dtype)


def conv_scipy(
    input_: NDArray[Any],
    weight: NDArray[Any],
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> NDArray[np.float64]:
    """A convolution in float64.

    Parameters
    ----------
    input_ : [x, y, in channel] array
    weight : [out channel, x, y, in channel of a group] array
    kernel_size, stride, padding, dilation : two int
    groups : int
        Channels are divided into so many groups, each with its own kernels.

    Raises
    ------
    ParameterError
        Channels that cannot be divided so.
    """
    shape = output_shape(input_.shape, weight.shape[0], kernel_size, stride, padding, dilation)
    for name, n in (("in", input_.shape[-1]), ("out", shape[-1])):
        if n % groups:
            raise ParameterError(f"{n} {name} channels cannot be divided into {groups} groups")
    edges = [(int(p), int(p)) for p in padding]
    padded = np.pad(np.asarray(input_, np.float64), [*edges, (0, 0)])
    by_group = padded.reshape(*padded.shape[:2], groups, -1)
    kernels = weight.reshape(groups, -1, *weight.shape[1:]).astype(np.float64)
    total = np.zeros((*shape[:2], groups, shape[2] // groups))
    for i, j in np.ndindex(int(kernel_size[0]), int(kernel_size[1])):
        # a convolution meets the last of the kernel first
        x0, y0 = ((int(kernel_size[0]) - 1 - i) * int(dilation[0]),
                  (int(kernel_size[1]) - 1 - j) * int(dilation[1]))  # fmt: skip
        window = by_group[
            x0 : x0 + (shape[0] - 1) * int(stride[0]) + 1 : int(stride[0]),
            y0 : y0 + (shape[1] - 1) * int(stride[1]) + 1 : int(stride[1]),
        ]
        total += np.einsum("xygc,gkc->xygk", window, kernels[:, :, i, j, :])
    return total.reshape(shape)
