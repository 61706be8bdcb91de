"""Ctrl-C during a run: remembered while steps are under way, answered between two steps.

An exception in the middle of a step would lose what compiled code had done or which draws it took,
or leave a thread waiting for others.
Example: `with HeldInterrupts() as held: ...; held.answer()`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class HeldInterrupts:
    """Keeps SIGINT from the Python code within, in the main thread; elsewhere none arrives."""

    def __init__(self) -> None:
        self._handler: Callable[[int, FrameType | None], Any] | None = None
        self._noted: tuple[int, FrameType | None] | None = None

    def __enter__(self) -> HeldInterrupts:
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler):
                self._handler = handler
                signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
            if error is None:
                self.answer()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted = number, frame

    def answer(self) -> None:
        """Give the handler from before what was noted: Python's own raises KeyboardInterrupt."""
        noted, self._noted = self._noted, None
        if noted is not None and self._handler is not None:
            self._handler(*noted)
