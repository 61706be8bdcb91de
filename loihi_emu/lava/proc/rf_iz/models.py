"""Models of `RF_IZ` in float and in fixed point."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.rf.models import AbstractPyRFModelFixed, AbstractPyRFModelFloat
from loihi_emu.lava.proc.rf_iz.process import RF_IZ

__getattr__ = refuse_names(__name__)


class _Reset(AbstractPyRFModelFloat):
    """What a spike does."""

    _below: Any = 1e-5
    """How far below vth the imaginary part is put, so that it does not spike again."""

    def run_spk(self) -> None:
        """Receive, turn, spike, reset, send."""
        real, imag = self._next()
        spikes = imag >= self.vth
        self.real[:] = real * (1 - spikes)
        self.imag[:] = spikes * (self.vth - self._below) + (1 - spikes) * imag
        self.s_out.send(spikes)


@implements(proc=RF_IZ, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyRF_IZModelFloat(_Reset):  # noqa: N801
    """`RF_IZ` in float."""


@implements(proc=RF_IZ, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyRF_IZModelFixed(_Reset, AbstractPyRFModelFixed):  # noqa: N801
    """`RF_IZ` in fixed point."""

    _below = 1
