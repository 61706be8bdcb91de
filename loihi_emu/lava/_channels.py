"""What lies between ports of process models: queues of arrays, links to variables, taps.

An array is copied and cast to the sender's type when it is sent, as Lava's channels do.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import PortError
from loihi_emu.lava._scheduler import Scheduler

_ROOM: Final = 64
"""Arrays that Lava's channels hold; who sends more waits."""


def cast(data: Any, shape: tuple[int, ...], d_type: Any, label: str) -> NDArray[Any]:
    """A copy of what is sent, in the sender's type.

    Raises
    ------
    PortError
        Its shape is not the port's.
    """
    given = np.asarray(data)
    if given.shape != shape:
        raise PortError(f"{label} sends an array of shape {given.shape}; allowed: {shape}")
    held = np.empty(shape, d_type)
    held[...] = given
    return held


class Channel:
    """A queue from an OutPort to an InPort.

    Parameters
    ----------
    scheduler : Scheduler
    source, target : OutPort, InPort
    order : array of int
        Element of the sender that each of the receiver's is.
    d_type : type
        The sender's.
    """

    def __init__(
        self, scheduler: Scheduler, source: Any, target: Any, order: NDArray[np.int64], d_type: Any
    ) -> None:
        self._scheduler, self._d_type = scheduler, d_type
        self._from, self._to = source.label, target.label
        self._shape, self.shape = source.shape, target.shape
        straight = np.array_equal(order, np.arange(order.size))
        self._order = None if straight else order
        self._queue: deque[Any] = deque()

    def send(self, data: Any) -> None:
        """Send an array."""
        self.put(cast(data, self._shape, self._d_type, self._from))

    def put(self, held: Any) -> None:
        """Put something into the queue, waiting for room."""
        if len(self._queue) >= _ROOM:
            full = f"{self._from} sends to {self._to}, which has not received {_ROOM} arrays"
            self._scheduler.wait(lambda: len(self._queue) < _ROOM, full)
        self._queue.append(held)

    def recv(self) -> Any:
        """Take the first array, in the receiver's shape, waiting for it."""
        held = self._first()
        self._queue.popleft()
        return self._shown(held)

    def peek(self) -> Any:
        """The first array, left where it is."""
        return self._shown(self._first())

    def probe(self) -> bool:
        """Whether there is one."""
        return bool(self._queue)

    def _first(self) -> Any:
        if not self._queue:
            self._scheduler.wait(
                self._queue.__len__, f"{self._to} waits for what {self._from} sends"
            )
        return self._queue[0]

    def _shown(self, held: Any) -> Any:
        """An array in the receiver's order and shape; values with indices as they are."""
        if isinstance(held, tuple):
            return held
        flat = held.ravel() if self._order is None else held.ravel()[self._order]
        return flat.reshape(self.shape)


class Link:
    """What a RefPort reads and writes.

    Parameters
    ----------
    model : AbstractPyProcessModel
    name : str
        Of the variable in the model.
    order : array of int
        Element of the variable that each of the port's is.
    shape : tuple of int
        The port's.
    """

    def __init__(
        self, model: Any, name: str, order: NDArray[np.int64], shape: tuple[int, ...]
    ) -> None:
        self._model, self._name, self.shape = model, name, shape
        self._order = order

    def read(self) -> Any:
        """A copy of the value."""
        value = getattr(self._model, self._name)
        if not isinstance(value, np.ndarray):
            return value
        return value.ravel()[self._order].reshape(self.shape)

    def write(self, data: Any) -> None:
        """Replace the value."""
        before = getattr(self._model, self._name)
        given = np.asarray(data)
        if not isinstance(before, np.ndarray) or given.size != before.size:
            setattr(self._model, self._name, data)
            return
        value = np.empty(before.size, given.dtype)
        value[self._order] = given.ravel()
        setattr(self._model, self._name, value.reshape(before.shape))


class Tap:
    """Keeps what an OutPort sent last, for monitors.

    Parameters
    ----------
    port : OutPort
    d_type : type
    """

    def __init__(self, port: Any, d_type: Any) -> None:
        self._label, self._shape, self._d_type = port.label, port.shape, d_type
        self.last = np.zeros(port.shape, d_type)

    def send(self, data: Any) -> None:
        """Keep an array."""
        self.last = cast(data, self._shape, self._d_type, self._label)

    def put(self, held: Any) -> None:
        """Values with indices are not monitored."""
