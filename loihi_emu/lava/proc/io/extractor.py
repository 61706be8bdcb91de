"""Data received from a run outside: `Extractor(shape).receive()`, `VarWire().receive()`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import PortError, refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires
from loihi_emu.lava.magma.core.model.py.model import PyAsyncProcessModel, PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort, PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort, RefPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.async_protocol import AsyncProtocol
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.io import utils

__getattr__ = refuse_names(__name__)


class _Outward(AbstractProcess):
    """A process whose `out_port` leads outside."""

    out_port: OutPort

    def receive(self) -> Any:
        """Receive an array.

        Raises
        ------
        PortError
            There is no runtime yet.
        RunError
            The processes have stopped, and nothing is left.
        """
        if self.out_port.pipe is None:
            raise PortError(f"{self.name} has no runtime yet; run it, or call create_runtime")
        return utils.receive(self.proc_params["channel_config"], self.out_port.pipe)


class Extractor(_Outward):
    """Keeps what arrives, one array a step, until `receive` takes it.

    Parameters
    ----------
    shape : tuple of int
    buffer_size : int
        Arrays that wait at most.
    channel_config : ChannelConfig, optional

    Raises
    ------
    ParameterError, ArgumentError
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        buffer_size: int = 50,
        channel_config: utils.ChannelConfig | None = None,
        **kwargs: Any,
    ) -> None:
        config = channel_config or utils.ChannelConfig()
        utils.validate_shape(shape)
        utils.validate_buffer_size(buffer_size)
        utils.validate_channel_config(config)
        super().__init__(shape_1=shape, **kwargs)
        self.proc_params["channel_config"] = config
        self.in_port = InPort(shape=shape)
        self.out_port = OutPort(shape=shape)
        self.out_port.flag_external_pipe(buffer_size=buffer_size)


@implements(proc=Extractor, protocol=LoihiProtocol)
@requires(CPU)
class PyLoihiExtractorModel(PyLoihiProcessModel):
    """`Extractor`, step by step."""

    in_port: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    out_port: Any = LavaPyType(PyOutPort.VEC_DENSE, float)

    def run_spk(self) -> None:
        """Pass an array on."""
        config = self.proc_params["channel_config"]
        utils.send(config, self.out_port.csp_ports[-1], self.in_port.recv())


@implements(proc=Extractor, protocol=AsyncProtocol)
@requires(CPU)
class PyLoihiExtractorModelAsync(PyAsyncProcessModel):
    """`Extractor` beside the steps."""

    in_port: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    out_port: Any = LavaPyType(PyOutPort.VEC_DENSE, float)

    def run_async(self) -> None:
        """Pass on as many arrays as there are steps."""
        config = self.proc_params["channel_config"]
        for _ in range(self.num_steps):
            utils.send(config, self.out_port.csp_ports[-1], self.in_port.recv())


class VarWire(_Outward):
    """Keeps the value of a variable after every step, until `receive` takes it.

    Parameters
    ----------
    buffer_size : int
        Values that wait at most.
    channel_config : ChannelConfig, optional
    """

    def __init__(
        self, buffer_size: int = 50, channel_config: utils.ChannelConfig | None = None
    ) -> None:
        config = channel_config or utils.ChannelConfig()
        utils.validate_buffer_size(buffer_size)
        utils.validate_channel_config(config)
        super().__init__(channel_config=config)
        self.buffer_size = buffer_size
        self.wire_tap = RefPort((1,))
        self.out_port = OutPort((1,))

    def connect_var(self, var: Var) -> None:
        """Choose the variable."""
        self.wire_tap = RefPort(var.shape)
        self.wire_tap.connect_var(var)
        self.out_port = OutPort(var.shape)
        self.out_port.flag_external_pipe(buffer_size=self.buffer_size)
        self._post_init()


@implements(proc=VarWire, protocol=LoihiProtocol)
@requires(CPU)
class PyLoihiVarWireModel(PyLoihiProcessModel):
    """`VarWire`."""

    wire_tap: Any = LavaPyType(PyRefPort.VEC_DENSE, float)
    out_port: Any = LavaPyType(PyOutPort.VEC_DENSE, float)

    def post_guard(self) -> bool:
        """Every step."""
        return True

    def run_post_mgmt(self) -> None:
        """Pass the value on."""
        config = self.proc_params["channel_config"]
        utils.send(config, self.out_port.csp_ports[-1], self.wire_tap.read())
