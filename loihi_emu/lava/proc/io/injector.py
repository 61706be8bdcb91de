"""Data sent into a run from outside: `Injector(shape).send(array)`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import PortError, refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires
from loihi_emu.lava.magma.core.model.py.model import PyAsyncProcessModel, PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort, PyOutPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.resources import CPU
from loihi_emu.lava.magma.core.sync.protocols.async_protocol import AsyncProtocol
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from loihi_emu.lava.proc.io import utils

__getattr__ = refuse_names(__name__)


class Injector(AbstractProcess):
    """Sends what `send` gives it, one array a step.

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
        self.in_port = InPort(shape=shape)
        self.in_port.flag_external_pipe(buffer_size=buffer_size)
        self.out_port = OutPort(shape=shape)
        self.proc_params["shape"] = shape
        self.proc_params["channel_config"] = config

    def send(self, data: Any) -> None:
        """Send an array.

        Raises
        ------
        PortError
            There is no runtime yet, or the shape is another.
        """
        if self.in_port.pipe is None:
            raise PortError(f"{self.name} has no runtime yet; run it, or call create_runtime")
        utils.send(self.proc_params["channel_config"], self.in_port.pipe, data)


@implements(proc=Injector, protocol=LoihiProtocol)
@requires(CPU)
class PyLoihiInjectorModel(PyLoihiProcessModel):
    """`Injector`, step by step."""

    in_port: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    out_port: Any = LavaPyType(PyOutPort.VEC_DENSE, float)

    def run_spk(self) -> None:
        """Pass an array on."""
        end = self.in_port.csp_ports[-1]
        self.out_port.send(utils.receive(self.proc_params["channel_config"], end))


@implements(proc=Injector, protocol=AsyncProtocol)
@requires(CPU)
class PyLoihiInjectorModelAsync(PyAsyncProcessModel):
    """`Injector` beside the steps."""

    in_port: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    out_port: Any = LavaPyType(PyOutPort.VEC_DENSE, float)

    def run_async(self) -> None:
        """Pass on as many arrays as there are steps."""
        end = self.in_port.csp_ports[-1]
        for _ in range(self.num_steps):
            self.out_port.send(utils.receive(self.proc_params["channel_config"], end))
