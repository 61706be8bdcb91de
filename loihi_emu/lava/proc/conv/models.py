"""Models of `Conv` in float and in fixed point, static alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.conv import utils
from loihi_emu.lava.proc.conv.process import Conv

__getattr__ = refuse_names(__name__)


class AbstractPyConvModel(PyLoihiProcessModel):
    """Sends what has been convolved, convolves what arrives."""

    s_in: Any = None
    a_out: Any = None
    a_buf: Any = None
    weight: Any = None
    kernel_size: Any = LavaPyType(np.ndarray, np.int8, precision=8)
    stride: Any = LavaPyType(np.ndarray, np.int8, precision=8)
    padding: Any = LavaPyType(np.ndarray, np.int8, precision=8)
    dilation: Any = LavaPyType(np.ndarray, np.int8, precision=8)
    groups: Any = LavaPyType(np.ndarray, np.int8, precision=8)
    num_message_bits: Any = LavaPyType(np.ndarray, np.int8, precision=5)
    weight_exp: Any = LavaPyType(np.ndarray, np.int32, precision=8)
    num_weight_bits: Any = LavaPyType(np.ndarray, np.int8, precision=5)

    def run_spk(self) -> None:
        """Send, receive, convolve."""
        self.a_out.send(self.a_buf)
        received = self.s_in.recv()
        if self.num_message_bits.item() == 0:
            received = received.astype(bool)
        self.a_buf = self.clamp_precision(
            utils.conv(
                received, self.weight, self.kernel_size, self.stride, self.padding,
                self.dilation, int(self.groups[0]),
            )
        )  # fmt: skip

    def clamp_precision(self, x: NDArray[Any]) -> NDArray[Any]:
        """What a mode can send."""
        return x


@implements(proc=Conv, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyConvModelFloat(AbstractPyConvModel):
    """`Conv` in float."""

    s_in: Any = LavaPyType(PyInPort.VEC_DENSE, float, precision=24)
    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    a_buf: Any = LavaPyType(np.ndarray, float)
    weight: Any = LavaPyType(np.ndarray, float)


@implements(proc=Conv, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyConvModelFixed(AbstractPyConvModel):
    """`Conv` in fixed point: 24 bits that wrap."""

    s_in: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=24)
    a_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=24)
    a_buf: Any = LavaPyType(np.ndarray, np.int32, precision=24)
    weight: Any = LavaPyType(np.ndarray, np.int32, precision=8)

    def clamp_precision(self, x: NDArray[Any]) -> NDArray[Any]:
        """In two's complement."""
        return np.asarray(utils.signed_clamp(x, bits=formats.CURRENT.bits + 1))
