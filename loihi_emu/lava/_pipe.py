"""Queues between process models and Python code outside of them, which may run on other threads.

A model that has to wait lets the other models go on; code outside waits by itself.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

from loihi_emu.lava._channels import cast
from loihi_emu.lava._refusals import RunError
from loihi_emu.lava._scheduler import Scheduler

_POLL_SECONDS: Final = 0.0005


class Pipe:
    """Arrays on their way into or out of a port.

    Parameters
    ----------
    port : InPort or OutPort
        At the models' end.
    size : int
        Arrays that it holds.
    scheduler : Scheduler
    """

    def __init__(self, port: Any, size: int, scheduler: Scheduler) -> None:
        self._label, self.shape, self._size = port.label, port.shape, size
        self._scheduler = scheduler
        self._queue: deque[Any] = deque()
        self.closed = False

    @property
    def waiting(self) -> int:
        """Arrays in it."""
        return len(self._queue)

    def has_room(self) -> bool:
        """Whether one more fits."""
        return len(self._queue) < self._size

    def inner(self) -> PipeEnd:
        """The models' end."""
        return PipeEnd(self, outside=False)

    def outer(self) -> PipeEnd:
        """The other end."""
        return PipeEnd(self, outside=True)

    def _wait(self, ready: Any, what: str, *, outside: bool) -> None:
        """Wait until `ready()`."""
        if not outside:
            self._scheduler.wait(ready, what, outside=True)
            return
        while not ready():
            if self.closed:
                raise RunError(f"{what}, and the processes have stopped")
            time.sleep(_POLL_SECONDS)

    def put(self, data: Any, *, outside: bool) -> None:
        """Send an array, waiting for room."""
        held = cast(data, self.shape, float, self._label)
        if not self.has_room():
            self._wait(self.has_room, f"{self._label} is full", outside=outside)
        self._queue.append(held)

    def take(self, *, outside: bool) -> Any:
        """Receive an array, waiting for one."""
        if not self._queue:
            self._wait(self._queue.__len__, f"{self._label} is empty", outside=outside)
        return self._queue.popleft()


class PipeEnd:
    """One end of a pipe, with the methods of a channel.

    Parameters
    ----------
    pipe : Pipe
    outside : bool
        Whether it is not the models' end.
    """

    def __init__(self, pipe: Pipe, *, outside: bool) -> None:
        self.pipe, self._outside = pipe, outside
        self.shape = pipe.shape

    def send(self, data: Any) -> None:
        """Send an array, waiting for room."""
        self.pipe.put(data, outside=self._outside)

    def recv(self) -> Any:
        """Receive an array, waiting for one."""
        return self.pipe.take(outside=self._outside)

    def probe(self) -> bool:
        """Whether there is an array."""
        return self.pipe.waiting > 0
