"""Signals during a run: noted while steps are under way, answered when the state is that of a step.

An exception in the middle would lose what compiled code did or which draws it took, or leave a
thread waiting for others. Handlers in Python are held, whichever signal they are for: Ctrl-C, or
SIGALRM of a test runner's time limit. A signal without one does at once what it does, such as end
the process. Example: `with HeldInterrupts() as held: ...; held.answer()`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import FrameType, TracebackType
from typing import Any, Final

_SIGNALS: Final = tuple(map(int, signal.valid_signals()))
_raw: Final[Any] = import_module("_signal") if find_spec("_signal") else signal
"""What `signal` wraps: it does not look for an enumeration's member of each of 64 handlers."""


class HeldInterrupts:
    """Keeps signals' handlers from the Python code within, in the main thread.

    Elsewhere Python runs none.
    """

    def __init__(self) -> None:
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._noted: dict[int, FrameType | None] = {}

    def __enter__(self) -> HeldInterrupts:
        if threading.current_thread() is threading.main_thread():
            try:
                for number, handler in zip(_SIGNALS, map(_raw.getsignal, _SIGNALS), strict=True):
                    if handler.__class__ is not int and handler is not None:
                        self._handlers[number] = handler
                        _raw.signal(number, self._note)
            except BaseException:  # of a handler that is not held yet
                self._restore()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        try:
            self._restore()
        finally:
            self.answer()

    def _restore(self) -> None:
        """Put the handlers back; a second time, as one that is back may raise before others are."""
        try:
            self._put_back()
        finally:
            self._put_back()

    def _put_back(self) -> None:
        """Give every signal the handler that it had."""
        for number, handler in self._handlers.items():
            _raw.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted[number] = frame

    def answer(self) -> None:
        """Give the handlers from before what was noted: Python's own raises KeyboardInterrupt."""
        while self._noted:
            number, frame = self._noted.popitem()
            try:
                self._handlers[number](number, frame)
            except BaseException:
                self.answer()
                raise
