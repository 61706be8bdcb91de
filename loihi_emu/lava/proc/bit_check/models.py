"""The model of `BitCheck`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.bit_check.process import BitCheck

__getattr__ = refuse_names(__name__)


_WORD = 32


class AbstractBitCheckModel(PyLoihiProcessModel):
    """Reads and checks after every step."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, int)
    bits: Any = LavaPyType(int, int)
    layerid: Any = LavaPyType(int, int)
    debug: Any = LavaPyType(int, int)
    _overflowed: Any = LavaPyType(int, int)

    def post_guard(self) -> bool:
        """Every step."""
        return True

    def run_post_mgmt(self) -> None:
        """Read, check, print if asked to."""
        value = self.state.read()
        over = self.check_bit_overflow(value)
        if over:
            self._overflowed = 1
        if self.debug == 1:
            print(f"Value is: {value} at time step: {self.time_step}")
        if over and self.debug == 1:
            if self.layerid:
                print(f"layer id number: {self.layerid}")
            print(f"value.max: overflows {self.bits} bits {value.max()}")
            print(f"max signed value {self.max_signed_int_per_bits(self.bits)}")
            print(f"value.min: overflows {self.bits} bits {value.min()}")
            print(f"min signed value {self.min_signed_int_per_bits(self.bits)}")

    def check_bit_overflow(self, value: NDArray[Any]) -> bool:
        """Whether a number does not survive being shifted up to 32 bits and back."""
        unused = _WORD - self.bits
        held = value.astype(np.int32)
        return bool(np.any((held << unused) >> unused != held))

    def max_unsigned_int_per_bits(self, bits: int) -> int:
        """The largest number without a sign."""
        return (1 << bits) - 1

    def min_signed_int_per_bits(self, bits: int) -> int:
        """The lowest number with a sign."""
        return -1 << (bits - 1)

    def max_signed_int_per_bits(self, bits: int) -> int:
        """The largest number with a sign."""
        return (1 << (bits - 1)) - 1


@implements(proc=BitCheck, protocol=LoihiProtocol)
@requires(CPU)
class LoihiBitCheckModel(AbstractBitCheckModel):
    """`BitCheck`."""
