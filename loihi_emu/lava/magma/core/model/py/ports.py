"""Ports inside process models: `self.a_in.recv()`, `self.s_out.send(array)`, `self.ref.read()`.

An array goes from model to model through a queue of the step; a variable of another process is
read and written where it lies. Kinds are `PyInPort.VEC_DENSE`, `VEC_SPARSE` and so on.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from loihi_emu.lava._refusals import NotSupportedError, refuse_names

__getattr__ = refuse_names(__name__)


class AbstractPyPort:
    """A port of a model.

    Parameters
    ----------
    channels : list of Channel
        One for each port at the other end.
    process_model : AbstractPyProcessModel
    shape : tuple of int
    d_type : type
        Of the elements that a model sees.
    """

    VEC_DENSE: ClassVar[Any]
    VEC_SPARSE: ClassVar[Any]
    SCALAR_DENSE: ClassVar[Any]
    SCALAR_SPARSE: ClassVar[Any]

    def __init__(
        self, channels: list[Any], process_model: Any, shape: tuple[int, ...], d_type: Any
    ) -> None:
        self._channels, self._process_model = channels, process_model
        self._shape, self._d_type = shape, d_type

    @property
    def shape(self) -> tuple[int, ...]:
        """The port's shape."""
        return self._shape

    @property
    def csp_ports(self) -> list[Any]:
        """The channels."""
        return self._channels


class AbstractPyIOPort(AbstractPyPort):
    """A port that sends or receives."""


class PyInPort(AbstractPyIOPort):
    """A port that receives."""

    def recv(self) -> Any:
        """What arrives, waiting for it."""
        raise _unsupported(self, "recv")

    def peek(self) -> Any:
        """What arrives, left where it is."""
        raise _unsupported(self, "peek")

    def probe(self) -> bool:
        """Whether something has arrived from everywhere."""
        return all(channel.probe() for channel in self._channels)


class PyInPortVectorDense(PyInPort):
    """Receives the sum of the arrays that are sent to it."""

    def recv(self) -> Any:
        """The sum of one array from each sender, 0 where nothing is connected."""
        total = np.zeros(self._shape, self._d_type)
        for channel in self._channels:
            total = total + channel.recv()
        return total

    def peek(self) -> Any:
        """As `recv`, but the arrays stay."""
        total = np.zeros(self._shape, self._d_type)
        for channel in self._channels:
            total = total + channel.peek()
        return total


class PyInPortVectorSparse(PyInPort):
    """Receives values and their indices."""

    def recv(self) -> Any:
        """(data, indices) of the first sender."""
        return self._channels[0].recv()


class PyInPortScalarDense(PyInPort):
    """A kind that Lava 0.10 does not run."""


class PyInPortScalarSparse(PyInPort):
    """A kind that Lava 0.10 does not run."""


class PyOutPort(AbstractPyIOPort):
    """A port that sends."""

    def send(self, data: Any) -> None:
        """Send to every port that is connected."""
        del data
        raise _unsupported(self, "send")

    def flush(self) -> None:
        """Nothing: what is sent has arrived."""

    def advance_to_time_step(self, ts: int) -> None:
        """Nothing: channels know no time."""


class PyOutPortVectorDense(PyOutPort):
    """Sends an array of the port's shape."""

    def send(self, data: Any) -> None:
        """Send an array, its numbers cast to the port's type."""
        for channel in self._channels:
            channel.send(data)


class PyOutPortVectorSparse(PyOutPort):
    """Sends values and their indices."""

    def send(self, data: Any, indices: Any = None) -> None:
        """Send values and indices."""
        for channel in self._channels:
            channel.put((np.array(data).ravel(), np.array(indices).ravel()))


class PyOutPortScalarDense(PyOutPort):
    """A kind that Lava 0.10 does not run."""


class PyOutPortScalarSparse(PyOutPort):
    """A kind that Lava 0.10 does not run."""


class PyRefPort(AbstractPyPort):
    """A port that reads and writes a variable of another process; `channels` holds its link."""

    def read(self) -> Any:
        """The variable's value."""
        raise _unsupported(self, "read")

    def write(self, data: Any) -> None:
        """Set the variable."""
        del data
        raise _unsupported(self, "write")

    def wait(self) -> None:
        """Nothing: what is written is there."""


class PyRefPortVectorDense(PyRefPort):
    """Reads and writes whole arrays; without a connection it reads 0 and writes nowhere."""

    def read(self) -> Any:
        """A copy of the variable's value."""
        if not self._channels:
            return np.zeros(self._shape, self._d_type)
        return self._channels[0].read()

    def write(self, data: Any) -> None:
        """Replace the variable's value."""
        for link in self._channels:
            link.write(data)


class PyRefPortVectorSparse(PyRefPort):
    """A kind that Lava 0.10 does not run."""


class PyRefPortScalarDense(PyRefPort):
    """A kind that Lava 0.10 does not run."""


class PyRefPortScalarSparse(PyRefPort):
    """A kind that Lava 0.10 does not run."""


class PyVarPort(AbstractPyPort):
    """The other end of a RefPort: nothing for a model to do."""

    def service(self) -> None:
        """Nothing: RefPorts reach the variable by themselves."""


class PyVarPortVectorDense(PyVarPort):
    """The other end of a PyRefPortVectorDense."""


class PyVarPortVectorSparse(PyVarPort):
    """The other end of a PyRefPortVectorSparse."""


class PyVarPortScalarDense(PyVarPort):
    """The other end of a PyRefPortScalarDense."""


class PyVarPortScalarSparse(PyVarPort):
    """The other end of a PyRefPortScalarSparse."""


class VarPortCmd:
    """What a RefPort asks of a VarPort."""

    GET = np.array([0.0])
    SET = np.array([1.0])


for _name in ("VEC_DENSE", "VEC_SPARSE", "SCALAR_DENSE", "SCALAR_SPARSE"):
    _kind = _name.replace("VEC", "Vector").title().replace("_", "")
    for _port in (PyInPort, PyOutPort, PyRefPort, PyVarPort):
        setattr(_port, _name, globals()[f"{_port.__name__}{_kind}"])


class RefVarTypeMapping:
    """The kind of VarPort that fits a kind of RefPort."""

    mapping: ClassVar[dict[Any, Any]] = {
        PyRefPortVectorDense: PyVarPortVectorDense,
        PyRefPortVectorSparse: PyVarPortVectorSparse,
        PyRefPortScalarDense: PyVarPortScalarDense,
        PyRefPortScalarSparse: PyVarPortScalarSparse,
    }

    @classmethod
    def get(cls, ref_port: Any) -> Any:
        """The kind for a kind."""
        return cls.mapping[ref_port]


def _unsupported(port: AbstractPyPort, what: str) -> NotSupportedError:
    """The error of a kind of port that cannot do something."""
    return NotSupportedError(
        f"{type(port).__name__}.{what} does nothing in Lava 0.10 either; use the VEC_DENSE kind"
    )
